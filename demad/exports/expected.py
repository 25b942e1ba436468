"""Nowcast and projection as files of their own: what is expected never stands among what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.tables.outlook import NOWCAST, PROJECTION
from demad.tables.schema import Table

_FILES: Mapping[str, tuple[str, Table]] = {
    "nowcast": ("schattingen.csv", NOWCAST),
    "projection": ("vooruitblik.csv", PROJECTION),
}
"""File and columns of each table; every row has a status, which says what it is or why there is nothing."""


PROJECTIONS = _FILES["projection"][0]
"""The file in which a release keeps its projection."""


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


def read_projection(path: Path) -> pl.DataFrame | None:
    """PROJECTION as a release printed it; None if there is no such file, or it has other columns by now."""
    if not path.is_file():
        return None
    frame = pl.read_csv(path, schema_overrides=PROJECTION.schema)
    return frame.select(list(PROJECTION.columns)) if set(PROJECTION.columns) <= set(frame.columns) else None
