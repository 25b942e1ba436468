"""Where chance alone keeps a city, given how many exits are expected of it. Flags only what lies far outside."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.estimators.funnel import overdispersion, poisson_limits, widened_limits
from demad.tables.figures import FUNNEL

LEAST_CITIES = 5
_IDS = ("outflow_oe", "outflow_work_oe")
_YEARS = 3


def funnel(published: pl.DataFrame) -> pl.DataFrame:
    """Place every city with an observed-to-expected ratio in its funnel.

    The spread between the cities beyond chance is estimated from the last three years together: with
    thirteen cities one year says too little. The limits are the wider of chance alone and chance with that
    spread. Only outside 99.8 % a city is flagged; 95 to 99.8 % says "look here".

    Parameters
    ----------
    published
        PUBLISHED_VALUE; the denominator of a ratio is the expected count.

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
    blocks = [FUNNEL.empty()]
    for (variant, id), rows in ratios.group_by(["variant", "indicator"], maintain_order=True):
        for (period,), year in rows.group_by(["period"], maintain_order=True):
            if year.height >= LEAST_CITIES:
                earliest = f"{int(str(period)[:4]) - _YEARS + 1}{str(period)[4:]}"
                recent = rows.filter(pl.col("period").is_between(pl.lit(earliest), pl.lit(str(period))))
                blocks.append(_placed(year, recent, str(variant), str(id)))
    return FUNNEL.check(pl.concat(blocks).sort(FUNNEL.key))


def _placed(year: pl.DataFrame, recent: pl.DataFrame, variant: str, id: str) -> pl.DataFrame:
    expected = year["denominator"].to_numpy().astype(float)
    ratio = year["value"].to_numpy()
    among = recent["denominator"].to_numpy().astype(float)
    tau2 = overdispersion(recent["value"].to_numpy() * among, among).tau2
    limits = {}
    for name, coverage in (("95", 0.95), ("998", 0.998)):
        chance, wide = poisson_limits(expected, coverage), widened_limits(expected, tau2, coverage)
        limits[f"low_{name}"] = np.minimum(chance[0], wide[0]) if tau2 else chance[0]
        limits[f"high_{name}"] = np.maximum(chance[1], wide[1]) if tau2 else chance[1]
    outside = {name: (ratio < limits[f"low_{name}"]) | (ratio > limits[f"high_{name}"]) for name in ("95", "998")}
    place = np.where(outside["998"], "flagged", np.where(outside["95"], "look", "inside"))
    frame = year.select("city", "period").with_columns(
        variant=pl.lit(variant),
        indicator=pl.lit(id),
        expected=pl.Series(expected),
        ratio=pl.Series(ratio),
        tau=pl.lit(float(np.sqrt(tau2))),
        place=pl.Series(place, dtype=pl.String),
        **{name: pl.Series(values) for name, values in limits.items()},
    )
    return FUNNEL.check(frame.select(list(FUNNEL.columns)))
