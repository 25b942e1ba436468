"""A city beside the other cities: the middle city, the middle half, and whether it stands clearly apart.

Never a rank: with thirteen cities of equal truth the smallest one is "best" most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.benchmark.change import change
from demad.benchmark.funnel import LEAST_CITIES
from demad.benchmark.standing import standing
from demad.catalogue import Indicator
from demad.tables.figures import BENCHMARK, FIGURE_KEY

_CELL = ["variant", "indicator", "period", "breakdown", "group"]


def compare(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Set every published city value beside the other cities and beside itself a year before.

    Position: higher or lower only beyond the 99.8 % limits of the cities' funnel and on that side of the middle
    city; a count, which has no interval, where it lies outside the middle half. Verdict: the position read with
    the indicator's direction; between the 95 and the 99.8 % limits it is ``look``: 26 comparisons on a page give
    more than one of those by chance alone. Fewer than five shown cities give no middle city.

    Parameters
    ----------
    published
        PUBLISHED_VALUE.
    catalogue
        For the direction and unit of each indicator.

    Returns
    -------
    BENCHMARK: one row per published city value (not for ``all``).
    """
    cities = published.filter(pl.col("city") != "all")
    shown = cities.filter(pl.col("value").is_not_null())
    middle = shown.group_by(_CELL).agg(
        n_cities=pl.len().cast(pl.Int64),
        median=pl.col("value").median(),
        lower_quartile=pl.col("value").quantile(0.25, interpolation="linear"),
        upper_quartile=pl.col("value").quantile(0.75, interpolation="linear"),
        tested=pl.col("low").is_not_null().any(),
    )
    enough = pl.col("n_cities") >= LEAST_CITIES
    directions = {entry.id: entry.direction for entry in catalogue}
    beside = (
        cities.join(middle, on=_CELL, how="left")
        .join(change(cities, catalogue), on=FIGURE_KEY, how="left")
        .join(standing(cities, catalogue), on=FIGURE_KEY, how="left")
        .with_columns(
            pl.col("n_cities").fill_null(0),
            *(
                pl.when(enough).then(pl.col(name)).alias(name)
                for name in ("median", "lower_quartile", "upper_quartile")
            ),
        )
        .with_columns(position=_position())
    )
    direction = pl.col("indicator").replace_strict(directions, default=0)
    return BENCHMARK.check(
        beside.with_columns(verdict=_verdict(direction)).select(list(BENCHMARK.columns)).sort(FIGURE_KEY)
    )


def _position() -> pl.Expr:
    value, median = pl.col("value"), pl.col("median")
    apart = pl.col("level") == "flagged"
    untested = ~pl.col("tested")
    return (
        pl.when(value.is_null())
        .then(pl.lit("hidden"))
        .when(median.is_null() | (pl.col("status") == "low_n"))
        .then(pl.lit("uncertain"))
        .when(untested & (value > pl.col("upper_quartile")))
        .then(pl.lit("higher"))
        .when(untested & (value < pl.col("lower_quartile")))
        .then(pl.lit("lower"))
        .when(untested)
        .then(pl.lit("similar"))
        .when(pl.col("level").is_null())
        .then(pl.lit("uncertain"))
        .when(apart & (pl.col("side") > 0) & (value > median))
        .then(pl.lit("higher"))
        .when(apart & (pl.col("side") < 0) & (value < median))
        .then(pl.lit("lower"))
        .otherwise(pl.lit("similar"))
    )


def _verdict(direction: pl.Expr) -> pl.Expr:
    toward = pl.when(pl.col("position") == "higher").then(1).when(pl.col("position") == "lower").then(-1).otherwise(0)
    return (
        pl.when(pl.col("position").is_in(["hidden", "uncertain"]))
        .then("position")
        .when((direction == 0) | ~pl.col("tested"))
        .then(pl.lit("no_judgement"))
        .when(toward * direction > 0)
        .then(pl.lit("favourable"))
        .when(toward * direction < 0)
        .then(pl.lit("attention"))
        .when(pl.col("level").is_in(["look", "flagged"]))
        .then(pl.lit("look"))
        .otherwise(pl.lit("similar"))
    )
