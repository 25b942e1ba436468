"""Where chance and the usual spread keep a city, given how many events are expected of it."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.benchmark.spread import LEAST_CITIES
from demad.estimators.funnel import poisson_limits, widened_limits
from demad.tables.figures import FUNNEL

_IDS = ("outflow_oe", "outflow_work_oe", "outflow_first_year_oe", "return_oe")


def funnel(published: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Place every city with an observed-to-expected ratio in its funnel around 1.

    The limits are the wider of chance alone and chance with the usual spread between cities. That spread is fixed by
    the years before; where there are none, the limits are those of chance. Beyond 95 % a city is at the edge,
    beyond 99.8 % outside.

    Parameters
    ----------
    published
        PUBLISHED_VALUE; the denominator of a ratio is the expected count.
    usual
        SPREAD, on the scale of the logarithm: half of it on that of the square root.

    Returns
    -------
    FUNNEL; only periods with five shown cities or more.
    """
    ratios = published.filter(
        pl.col("indicator").is_in(_IDS),
        pl.col("breakdown") == "total",
        pl.col("city") != "all",
        pl.col("value").is_not_null(),
        pl.col("denominator") > 0,
    ).sort("variant", "indicator", "period", "city")
    taus = {(row["variant"], row["indicator"], row["year"]): row["tau"] for row in usual.iter_rows(named=True)}
    blocks = [FUNNEL.empty()]
    for (variant, id, period), year in ratios.group_by(["variant", "indicator", "period"], maintain_order=True):
        if year.height >= LEAST_CITIES:
            blocks.append(_placed(year, taus.get((variant, id, int(str(period)[:4])))))
    return FUNNEL.check(pl.concat(blocks).sort(FUNNEL.key))


def _placed(year: pl.DataFrame, tau: float | None) -> pl.DataFrame:
    expected = year["denominator"].to_numpy().astype(float)
    ratio = year["value"].to_numpy()
    limits = {}
    for name, coverage in (("95", 0.95), ("998", 0.998)):
        chance = poisson_limits(expected, coverage)
        wide = widened_limits(expected, (tau or 0.0) ** 2 / 4, coverage)
        limits[f"low_{name}"] = np.minimum(chance[0], wide[0]) if tau else chance[0]
        limits[f"high_{name}"] = np.maximum(chance[1], wide[1]) if tau else chance[1]
    outside = {name: (ratio < limits[f"low_{name}"]) | (ratio > limits[f"high_{name}"]) for name in ("95", "998")}
    place = np.where(outside["998"], "outside", np.where(outside["95"], "edge", "inside"))
    frame = year.select("variant", "indicator", "city", "period").with_columns(
        expected=pl.Series(expected),
        ratio=pl.Series(ratio),
        tau=pl.lit(tau, dtype=pl.Float64),
        place=pl.Series(place, dtype=pl.String),
        **{name: pl.Series(values) for name, values in limits.items()},
    )
    return FUNNEL.check(frame.select(list(FUNNEL.columns)))
