"""What the start of the best quarter of the cities would mean in people. Not a forecast: an order of size."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.benchmark.others import COMPARABLE
from demad.benchmark.spread import LEAST_CITIES
from demad.catalogue import Indicator
from demad.tables.figures import WHAT_IF

_IDS = ("sustainable_activation_12m", "cif_work_12m", "still_on_12m", "return_12m")
_MONTHS = 12


def what_if(precise: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """How many people a year more (or fewer) where the best quarter of the cities begins.

    Parameters
    ----------
    precise
        PUBLISHED_VALUE, unrounded.
    catalogue
        For the direction and the window of the indicators.

    Returns
    -------
    WHAT_IF: ``people`` = |target - value| x people a year, with the interval that the city's own interval gives. The
    people of a year are those the share is a share of, in its own window, a year of it. Cities in the best quarter
    already, and differences of less than one person, have no row. Only where five comparable cities or more are shown.
    """
    known = {entry.id: entry for entry in catalogue if entry.id in _IDS}
    better = pl.col("indicator").replace_strict({id: entry.direction for id, entry in known.items()})
    window = pl.col("indicator").replace_strict({id: entry.window for id, entry in known.items()})
    cell = ["variant", "indicator", "period"]
    shown = precise.filter(
        pl.col("indicator").is_in(list(known)),
        pl.col("variant") == "main",
        pl.col("breakdown") == "total",
        pl.col("city") != "all",
        pl.col("status").is_in(COMPARABLE),
        pl.all_horizontal(pl.col("value", "low", "denominator").is_not_null()),
    ).with_columns(better=better, yearly=pl.col("denominator") * _MONTHS / window)
    quarter = [
        pl.col("value").quantile(share, interpolation="linear").alias(name)
        for name, share in (("upper", 0.75), ("lower", 0.25))
    ]
    cities = shown.join(shown.group_by(cell).agg(*quarter, n=pl.len()), on=cell).filter(pl.col("n") >= LEAST_CITIES)
    target = pl.when(pl.col("better") > 0).then("upper").otherwise("lower")

    def people(column: str) -> pl.Expr:
        return ((target - pl.col(column)) * pl.col("better")).clip(0) * pl.col("yearly")

    worst = pl.when(pl.col("better") > 0).then(people("low")).otherwise(people("high"))
    best = pl.when(pl.col("better") > 0).then(people("high")).otherwise(people("low"))
    rows = cities.select(
        *cell, "city", target=target, people=people("value").round(0), low=best.round(0), high=worst.round(0)
    )
    return WHAT_IF.check(rows.filter(pl.col("people") >= 1).select(list(WHAT_IF.columns)).sort(WHAT_IF.key))
