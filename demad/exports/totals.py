"""Totals by year and by quarter: the figures as systems of others keep them, one value a period."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from demad.catalogue import CATALOGUE
from demad.tables.terms import Status


def totals(published: pl.DataFrame, cities: Collection[str]) -> pl.DataFrame:
    """One row an indicator, city and ``when`` (2025 or 2025Q4): the year or quarter in which a window ends.

    A year of a flow is its own total; that of another figure is the last quarter or month. What is provisional is out.

    Parameters
    ----------
    published
        INDICATOR_VALUE or PUBLISHED_VALUE; totals of the main series are kept.
    """
    year, rest = pl.col("period").str.slice(0, 4), pl.col("period").str.slice(4)
    months = {"-03": "Q1", "-06": "Q2", "-09": "Q3", "-12": "Q4"}
    quarter = pl.when(rest.str.starts_with("-")).then(rest.replace_strict(months, default=None)).otherwise(rest)
    found = published.filter(
        pl.col("city").is_in(list(cities)), pl.col("status") != Status.PROVISIONAL, variant="main", breakdown="total"
    ).with_columns(year=year, quarter=quarter)
    flows = [entry.id for entry in CATALOGUE if entry.unit == "spells"]
    own_year = pl.col("quarter") == ""
    ends_year = (pl.col("quarter") == "Q4") & ~pl.col("indicator").is_in(flows)
    by_year = found.filter(own_year | ends_year).with_columns(when="year")
    by_quarter = found.filter(pl.col("quarter").str.starts_with("Q")).with_columns(
        when=pl.col("year") + pl.col("quarter")
    )
    both = pl.concat([by_year, by_quarter])
    return both.sort("period", descending=True).unique(["indicator", "city", "when"], keep="first")
