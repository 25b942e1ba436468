"""What the pace of the best quarter of the cities would mean in people. Not a forecast: an order of size."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.benchmark.funnel import LEAST_CITIES
from demad.catalogue import Indicator
from demad.tables.figures import WHAT_IF

_IDS = ("sustainable_activation_12m", "cif_work_12m", "still_on_12m", "return_12m")
_MONTHS = 12
_PASSING = {
    "sustainable_activation_12m": "outflow_count",
    "return_12m": "outflow_count",
    "cif_work_12m": "inflow_count",
    "still_on_12m": "inflow_count",
}
"""The flow of a year that each share is a share of."""


def what_if(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """How many people a year more (or fewer) at the pace of the best quarter of the cities.

    Parameters
    ----------
    published
        PUBLISHED_VALUE.
    catalogue
        For the direction and the window of the indicators.

    Returns
    -------
    WHAT_IF: ``people`` = |target - value| x people a year, with the interval that the city's own interval
    gives; 0 where the city is in the best quarter already. Only where five cities or more are shown. The people of
    a year are the denominator, or else the published flow of the last whole year that the period reaches.
    """
    known = {entry.id: entry for entry in catalogue if entry.id in _IDS}
    better = pl.col("indicator").replace_strict({id: entry.direction for id, entry in known.items()})
    window = pl.col("indicator").replace_strict({id: entry.window for id, entry in known.items()})
    cell = ["variant", "indicator", "period"]
    shown = published.filter(
        pl.col("indicator").is_in(list(known)),
        pl.col("variant") == "main",
        pl.col("breakdown") == "total",
        pl.col("city") != "all",
        pl.col("value").is_not_null(),
        pl.col("low").is_not_null(),
    ).with_columns(better=better, window=window)
    quarter = [
        pl.col("value").quantile(share, interpolation="linear").alias(name)
        for name, share in (("upper", 0.75), ("lower", 0.25))
    ]
    shown = _yearly(shown, published).filter(pl.col("yearly").is_not_null())
    cities = shown.join(shown.group_by(cell).agg(*quarter, n=pl.len()), on=cell).filter(pl.col("n") >= LEAST_CITIES)
    target = pl.when(pl.col("better") > 0).then("upper").otherwise("lower")

    def people(column: str) -> pl.Expr:
        return ((target - pl.col(column)) * pl.col("better")).clip(0) * pl.col("yearly")

    worst = pl.when(pl.col("better") > 0).then(people("low")).otherwise(people("high"))
    best = pl.when(pl.col("better") > 0).then(people("high")).otherwise(people("low"))
    return WHAT_IF.check(
        cities.select(
            *cell, "city", target=target, people=people("value").round(0), low=best.round(0), high=worst.round(0)
        )
        .select(list(WHAT_IF.columns))
        .sort(WHAT_IF.key)
    )


def _yearly(shown: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """How many people a year a share is about: ``yearly``, null where that is not shown either."""
    flows = published.filter(
        pl.col("indicator").is_in(set(_PASSING.values())),
        pl.col("period").str.len_chars() == len("2025"),
        pl.col("value").is_not_null(),
        pl.col("status") != "provisional",
        variant="main",
        breakdown="total",
    ).select("city", flow="indicator", year=pl.col("period").cast(pl.Int32), passing="value")
    asked = shown.with_columns(
        flow=pl.col("indicator").replace_strict(_PASSING), year=pl.col("period").str.slice(0, 4).cast(pl.Int32)
    )
    both = asked.sort("year").join_asof(flows.sort("year"), on="year", by=["city", "flow"], check_sortedness=False)
    known = pl.col("denominator") * _MONTHS / pl.col("window")
    return both.with_columns(yearly=pl.coalesce(known, "passing"))
