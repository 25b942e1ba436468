"""How much cities usually differ beyond chance: fixed by the calendar years before, never by those judged today."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.benchmark.others import COMPARABLE
from demad.benchmark.scales import error, scaled, scales
from demad.catalogue import Indicator
from demad.estimators.funnel import WINSORISED
from demad.quantities import POOLED
from demad.tables.figures import SPREAD

YEARS_BACK = 3
LEAST_CITIES = 5
_SERIES = ["variant", "indicator"]
_CELL = [*_SERIES, "year"]


def spread(precise: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Return the usual spread between cities by the year in which it judges.

    Parameters
    ----------
    precise
        PUBLISHED_VALUE, unrounded. The totals of the main series that end with a December are read.

    Returns
    -------
    SPREAD: the mean of the additive over-dispersion of those of the three calendar years before that exist; no row
    where none does, and then nothing is called out of the ordinary.

    Notes
    -----
    Spiegelhalter (2005): tau2 = (I phi - (I-1)) / (sum w - sum w^2 / sum w), phi the mean of the squared winsorised z.
    """
    known = scales(catalogue)
    scale = pl.col("indicator").replace_strict(known, default="")
    ending = precise.filter(
        pl.col("indicator").is_in(list(known)),
        pl.col("city") != POOLED,
        pl.col("status").is_in(COMPARABLE),
        pl.col("period").str.contains("(Q4|-12)$"),
        pl.all_horizontal(pl.col("value", "low", "high").is_not_null()),
        variant="main",
        breakdown="total",
    ).with_columns(
        year=pl.col("period").str.slice(0, 4).cast(pl.Int32),
        y=scaled(pl.col("value"), scale),
        error=error(pl.col("low"), pl.col("high"), scale),
    )
    judged = ending.filter(pl.col("error") > 0).filter(pl.len().over(_CELL) >= LEAST_CITIES)
    yearly = _between(judged)
    later = pl.concat(
        [yearly.with_columns(pl.col("year") + after) for after in range(1, YEARS_BACK + 1)], how="vertical_relaxed"
    )
    fixed = later.group_by(_CELL).agg(tau=pl.col("tau2").mean().clip(0).sqrt(), years=pl.len().cast(pl.Int64))
    return SPREAD.check(fixed.with_columns(pl.col("year").cast(pl.Int32)).select(list(SPREAD.columns)).sort(SPREAD.key))


def _between(judged: pl.DataFrame) -> pl.DataFrame:
    """The variance between cities of each year; below 0 where they differ less than by chance."""
    w = 1 / pl.col("error") ** 2
    centre = (w * pl.col("y")).sum().over(_CELL) / w.sum().over(_CELL)
    low, high = (pl.col("z").quantile(p, interpolation="linear").over(_CELL) for p in (WINSORISED, 1 - WINSORISED))
    z = judged.with_columns(z=(pl.col("y") - centre) / pl.col("error")).with_columns(pl.col("z").clip(low, high))
    units, phi = pl.len(), (pl.col("z") ** 2).mean()
    return z.group_by(_CELL).agg(tau2=(units * phi - (units - 1)) / (w.sum() - (w**2).sum() / w.sum()))
