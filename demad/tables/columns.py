"""Columns that tables of counts have in common: the cell that is counted, its series, and the counts themselves."""

from __future__ import annotations

import polars as pl

from demad.tables.schema import Column

CELL = {
    "city": Column(pl.String, "slug; all: the pooled cities"),
    "variant": Column(pl.String, "main, wide, gap0, gap3"),
    "breakdown": Column(pl.String, "total or one stratum"),
    "group": Column(pl.String, "group within the breakdown"),
}
SERIES = {"city": CELL["city"], "variant": Column(pl.String, "main, wide")}
TRANSITION_YEAR = Column(pl.String, "calendar year of the transition")


def counts_of(**meanings: str) -> dict[str, Column]:
    """Columns of counts (Int64, not null), given by name with their meanings."""
    return {name: Column(pl.Int64, meaning) for name, meaning in meanings.items()}
