"""Nowcast and projection as files of their own: what is expected never stands among what was counted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.tables.outlook import NOWCAST, PROJECTION
from demad.tables.schema import Table

_FILES: Mapping[str, tuple[str, Table]] = {
    "nowcast": ("schattingen.csv", NOWCAST),
    "projection": ("vooruitblik.csv", PROJECTION),
}
"""File and columns of each table; every row has a status, which says what it is or why there is nothing."""


def expected_files(tables: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """`schattingen.csv` and `vooruitblik.csv` with every city, sorted by key.

    No file where there is nothing for any city.
    """
    found = {}
    for name, (file, table) in _FILES.items():
        rows = tables.get(name)
        if rows is not None and rows["value"].count():
            found[file] = table.check(rows).sort(table.key).write_csv().encode()
    return found
