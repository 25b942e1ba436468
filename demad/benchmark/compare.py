"""A city beside the other cities: the middle city, the middle half, and where its interval stands.

Never a rank: with thirteen cities of equal truth the smallest one is "best" most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.catalogue import Indicator
from demad.tables.figures import BENCHMARK, FIGURE_KEY

LEAST_CITIES = 5
_CELL = ["variant", "indicator", "period", "breakdown", "group"]
_CHANGE_LIMIT = 1.96


def compare(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Set every published city value beside the other cities and beside itself a year before.

    Position: higher or lower only where the whole 95 % interval lies beyond the middle city; a count, which
    has no interval, where it lies outside the middle half. Verdict: the position read with the indicator's
    direction. Fewer than five shown cities give no middle city.

    Parameters
    ----------
    published
        PUBLISHED_VALUE.
    catalogue
        For the direction of each indicator.

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
    )
    enough = pl.col("n_cities") >= LEAST_CITIES
    directions = {entry.id: entry.direction for entry in catalogue}
    beside = (
        cities.join(middle, on=_CELL, how="left")
        .join(_year_before(cities), on=FIGURE_KEY, how="left")
        .with_columns(
            pl.col("n_cities").fill_null(0),
            *(
                pl.when(enough).then(pl.col(name)).alias(name)
                for name in ("median", "lower_quartile", "upper_quartile")
            ),
        )
        .with_columns(position=_position(), change=_change())
    )
    direction = pl.col("indicator").replace_strict(directions, default=0)
    return BENCHMARK.check(
        beside.with_columns(verdict=_verdict(direction)).select(list(BENCHMARK.columns)).sort(FIGURE_KEY)
    )


def _year_before(cities: pl.DataFrame) -> pl.DataFrame:
    later = (pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1).cast(pl.String) + pl.col("period").str.slice(4)
    return cities.select(
        *(name for name in FIGURE_KEY if name != "period"),
        period=later,
        year_before="value",
        low_before="low",
        high_before="high",
    )


def _position() -> pl.Expr:
    interval = pl.col("low").is_not_null() & pl.col("high").is_not_null()
    low = pl.when(interval).then(pl.col("low")).otherwise(pl.col("value"))
    high = pl.when(interval).then(pl.col("high")).otherwise(pl.col("value"))
    above = pl.when(interval).then(pl.col("median")).otherwise(pl.col("upper_quartile"))
    below = pl.when(interval).then(pl.col("median")).otherwise(pl.col("lower_quartile"))
    return (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("hidden"))
        .when(pl.col("median").is_null() | (pl.col("status") == "low_n"))
        .then(pl.lit("uncertain"))
        .when(low > above)
        .then(pl.lit("higher"))
        .when(high < below)
        .then(pl.lit("lower"))
        .otherwise(pl.lit("similar"))
    )


def _verdict(direction: pl.Expr) -> pl.Expr:
    toward = pl.when(pl.col("position") == "higher").then(1).when(pl.col("position") == "lower").then(-1).otherwise(0)
    return (
        pl.when(pl.col("position").is_in(["hidden", "uncertain"]))
        .then("position")
        .when(direction == 0)
        .then(pl.lit("no_judgement"))
        .when(toward * direction > 0)
        .then(pl.lit("favourable"))
        .when(toward * direction < 0)
        .then(pl.lit("attention"))
        .otherwise(pl.lit("similar"))
    )


def _change() -> pl.Expr:
    """Test of the difference with a year before, from the two intervals; counts as Poisson."""
    now, before = pl.col("value"), pl.col("year_before")
    half = 2 * _CHANGE_LIMIT
    error = (
        ((pl.col("high") - pl.col("low")) / half) ** 2 + ((pl.col("high_before") - pl.col("low_before")) / half) ** 2
    ).sqrt()
    counts = pl.col("indicator").is_in(["caseload_stock", "inflow_count", "outflow_count"])
    spread = pl.when(counts).then((now + before).sqrt()).otherwise(error)
    score = (now - before) / spread
    return (
        pl.when(now.is_null() | before.is_null())
        .then(pl.lit("none"))
        .when(spread.is_null() | (spread == 0))
        .then(pl.lit("uncertain"))
        .when(score > _CHANGE_LIMIT)
        .then(pl.lit("up"))
        .when(score < -_CHANGE_LIMIT)
        .then(pl.lit("down"))
        .otherwise(pl.lit("same"))
    )
