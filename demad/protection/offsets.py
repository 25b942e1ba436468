"""Offsets of cells, derived from a city's secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import polars as pl

from demad.protection.protected import ProtectedTables
from demad.records.secrets import Secret

PUBLIC_ELSEWHERE = ("age", "sex", "nationality")
"""Breakdowns by which POD MI publishes exact counts of people of every municipality."""

_OF_PEOPLE = ("stocks", "years")
_KNOWN = {
    **dict.fromkeys(("city", "breakdown", "group", "year", "table"), pl.String()),
    **dict.fromkeys(("least_offset", "most_offset"), pl.Int64()),
}


def offset(secret: Secret, cell: str, base: int) -> int:
    """The offset of one cell, 0 to ``base`` - 1: the first 8 bytes of HMAC-SHA256, big-endian, modulo the base."""
    return int.from_bytes(hmac.new(secret.key, cell.encode(), hashlib.sha256).digest()[:8], "big") % base


def offsets(secret: Secret, cells: pl.Series, base: int) -> pl.Series:
    """The offset (Int64) of every cell, given as ``breakdown|group|period``."""
    known = cells.unique()
    found = pl.DataFrame({"cell": known, "offset": [offset(secret, cell, base) for cell in known.to_list()]})
    return cells.to_frame("cell").join(found, on="cell", how="left", maintain_order="left")["offset"]


def offsets_known_elsewhere(tables: ProtectedTables, secrets: Mapping[str, Secret]) -> pl.DataFrame:
    """The offsets that somebody can find who compares rounded counts with exact ones that others publish.

    Parameters
    ----------
    tables
        Protected tables of all cities.
    secrets
        The secret of every city that may be in them; a city without one is left out.

    Returns
    -------
    ``city``, ``breakdown``, ``group``, ``year``, ``table`` (stocks or years), ``least_offset`` and ``most_offset``,
    which are equal; of the breakdowns of `PUBLIC_ELSEWHERE`.
    """
    found = [_of_table(tables, name, city, secret) for name in _OF_PEOPLE for city, secret in sorted(secrets.items())]
    return pl.concat([pl.DataFrame(schema=_KNOWN), *found])


def _of_table(tables: ProtectedTables, name: str, city: str, secret: Secret) -> pl.DataFrame:
    year = pl.col("month") // 12 if name == "stocks" else pl.col("year")
    rows = tables[name].filter(pl.col("breakdown").is_in(PUBLIC_ELSEWHERE), city=city)
    cells = rows.select("city", "breakdown", "group", year=year.cast(pl.String), table=pl.lit(name)).unique()
    keys = cells.select(pl.concat_str("table", "breakdown", "group", "year", separator="|")).to_series()
    known = offsets(secret, keys, tables.base)
    return cells.with_columns(least_offset=known, most_offset=known)
