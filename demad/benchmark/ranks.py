"""The interval of ranks of a city: never a rank alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.benchmark.spread import LEAST_CITIES
from demad.catalogue import Indicator
from demad.estimators.ranks import rank_intervals as simulated
from demad.tables.figures import RANK

_CELL = ["variant", "indicator", "period"]
_TWO_SIDES = 2 * 1.96
_LEAST_WIDTH = 0.01
_NEAR_CERTAIN = 0.005


def rank_intervals(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Rank intervals of the cities for every share with a judgement, in the newest period of each.

    Parameters
    ----------
    published
        PUBLISHED_VALUE.
    catalogue
        Shares whose direction is not neutral are ranked.

    Returns
    -------
    RANK; 1 is the lowest value. Only where five cities or more are shown.

    Notes
    -----
    How many people a share rests on is seldom published. Its interval is: the number that gives an interval of
    that width takes the place of the denominator, never more than the rounding of the interval allows.
    """
    judged = [entry.id for entry in catalogue if entry.unit == "share" and entry.direction]
    shown = published.filter(
        pl.col("indicator").is_in(judged),
        pl.col("variant") == "main",
        pl.col("breakdown") == "total",
        pl.col("city") != "all",
        pl.col("value").is_not_null(),
        (pl.col("denominator") > 0) | (pl.col("low").is_not_null() & pl.col("high").is_not_null()),
    )
    newest = shown.group_by("variant", "indicator").agg(period=pl.col("period").max())
    blocks = [RANK.empty()]
    for _, rows in shown.join(newest, on=_CELL).sort(*_CELL, "city").group_by(_CELL, maintain_order=True):
        if rows.height >= LEAST_CITIES:
            total = _behind(rows)
            found = simulated(np.round(rows["value"].to_numpy() * total), total)
            blocks.append(
                rows.select(
                    *_CELL,
                    "city",
                    low=pl.Series(found.low).cast(pl.Int64),
                    middle=pl.Series(found.middle).cast(pl.Float64),
                    high=pl.Series(found.high).cast(pl.Int64),
                    n_cities=pl.lit(rows.height, dtype=pl.Int64),
                ).select(list(RANK.columns))
            )
    return RANK.check(pl.concat(blocks).sort(RANK.key))


def _behind(rows: pl.DataFrame) -> np.ndarray:
    """People behind each share: as published, or the number that gives its interval."""
    share = pl.col("value").clip(_NEAR_CERTAIN, 1 - _NEAR_CERTAIN)
    error = (pl.col("high") - pl.col("low")).clip(_LEAST_WIDTH) / _TWO_SIDES
    implied = (share * (1 - share) / error**2).round(0).clip(1)
    return rows.select(pl.coalesce("denominator", implied)).to_series().to_numpy()
