"""How far each city stands from the others, chance and the usual spread between cities set aside.

A funnel for every figure with an interval, on a scale where its width says nothing of its height. Not here:
what that means for the city (compare), and the exact funnel of observed to expected (funnel).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from scipy.stats import norm

from demad.benchmark.funnel import LEAST_CITIES, funnel
from demad.catalogue import Indicator
from demad.estimators.funnel import WINSORISED
from demad.tables.figures import FIGURE_KEY

YEARS = 3
_Z = {name: float(norm.ppf((1 + share) / 2)) for name, share in (("95", 0.95), ("998", 0.998))}
_CELL = ["variant", "indicator", "period", "breakdown", "group"]
_SERIES = ["variant", "indicator", "breakdown", "group"]
_STEPS = {"share": 0.01, "months": 0.1, "ratio": 0.01}  # what published figures are rounded to


def standing(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Return ``level`` (inside, look, flagged) and ``side`` (-1, 1) of every city value with an interval.

    The cities are set around their weighted mean; the spread between them beyond chance (additive, after
    winsorising, of three years together) widens the limits. ``look`` lies beyond 95 %, ``flagged`` beyond
    99.8 %. Observed-to-expected ratios take their place in the exact funnel around 1.

    Parameters
    ----------
    published
        PUBLISHED_VALUE of cities.
    catalogue
        For the units: shares are compared as arcsin sqrt, ratios and rates as square roots, months as they are.

    Returns
    -------
    FIGURE_KEY, ``level`` and ``side``; only cells of five cities or more.

    Notes
    -----
    Spiegelhalter (2005): tau2 = (I phi - (I-1)) / (sum w - sum w^2 / sum w), phi the mean of the squared
    winsorised z. The distance of a city to a mean it is part of varies less than the limits say, so that
    equal cities are flagged no more often than the limits promise.
    """
    units = {entry.id: entry.unit for entry in catalogue}
    exact = funnel(published)
    scaled = _scaled(published, units).join(exact, on=["variant", "indicator", "city", "period"], how="anti")
    spread = _between(scaled)
    weight = 1 / (pl.col("error") ** 2 + pl.col("between"))
    centre = (weight * pl.col("y")).sum().over(_CELL) / weight.sum().over(_CELL)
    scored = scaled.join(spread, on=_CELL).with_columns(score=(pl.col("y") - centre) * weight.sqrt())
    far = pl.col("score").abs()
    level = pl.when(far > _Z["998"]).then(pl.lit("flagged")).when(far > _Z["95"]).then(pl.lit("look"))
    general = scored.select(
        *FIGURE_KEY, level=level.otherwise(pl.lit("inside")), side=pl.col("score").sign().cast(pl.Int64)
    )
    of_funnel = exact.select(
        "variant",
        "indicator",
        "city",
        "period",
        breakdown=pl.lit("total"),
        group=pl.lit("total"),
        level="place",
        side=(pl.col("ratio") - 1).sign().cast(pl.Int64),
    ).select(general.columns)
    return pl.concat([general, of_funnel]).sort(FIGURE_KEY)


def _scaled(published: pl.DataFrame, units: dict[str, str]) -> pl.DataFrame:
    """``y`` and its standard ``error`` on the scale of the unit; rounding adds its own error."""
    unit = pl.col("indicator").replace_strict(units, default="")
    known = published.filter(
        pl.col("city") != "all", pl.all_horizontal(pl.col("value", "low", "high").is_not_null())
    ).with_columns(unit=unit, step=unit.replace_strict(_STEPS, default=0.0, return_dtype=pl.Float64))

    def scale(number: pl.Expr) -> pl.Expr:
        return (
            pl.when(pl.col("unit") == "share")
            .then(number.clip(0, 1).sqrt().arcsin())
            .when(pl.col("unit") == "months")
            .then(number)
            .otherwise(number.clip(0).sqrt())
        )

    value, half = pl.col("value"), pl.col("step") / 2
    rounding = (scale(value + half) - scale(value - half)) / 2 / 3**0.5
    chance = (scale(pl.col("high")) - scale(pl.col("low"))) / (2 * _Z["95"])
    frame = known.with_columns(y=scale(value), error=(chance**2 + rounding**2).sqrt())
    return frame.filter(pl.col("error") > 0, pl.len().over(_CELL) >= LEAST_CITIES).select(*FIGURE_KEY, "y", "error")


def _between(scaled: pl.DataFrame) -> pl.DataFrame:
    """The variance between cities of every cell, from its period and the same one a year and two before."""
    w = 1 / pl.col("error") ** 2
    centre = (w * pl.col("y")).sum().over(_CELL) / w.sum().over(_CELL)
    low, high = (pl.col("z").quantile(p, interpolation="linear").over(_CELL) for p in (WINSORISED, 1 - WINSORISED))
    z = scaled.with_columns(z=(pl.col("y") - centre) / pl.col("error")).with_columns(pl.col("z").clip(low, high))
    units, phi = pl.len(), (pl.col("z") ** 2).mean()
    freedom = w.sum() - (w**2).sum() / w.sum()
    yearly = z.group_by(_CELL).agg(tau2=(units * phi - (units - 1)) / freedom)
    year, rest = pl.col("period").str.slice(0, 4).cast(pl.Int32), pl.col("period").str.slice(4)
    later = pl.concat(
        yearly.select(*_SERIES, "tau2", period=(year + after).cast(pl.String) + rest) for after in range(YEARS)
    )
    pooled = later.group_by(_CELL).agg(between=pl.col("tau2").mean().clip(0))
    return yearly.select(_CELL).join(pooled, on=_CELL)
