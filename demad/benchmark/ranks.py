"""Between which places a city may stand: never a rank alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.benchmark.funnel import LEAST_CITIES
from demad.catalogue import Indicator
from demad.estimators.ranks import rank_intervals as simulated
from demad.tables.figures import RANK

_CELL = ["variant", "indicator", "period"]


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
    """
    judged = [entry.id for entry in catalogue if entry.unit == "share" and entry.direction]
    shown = published.filter(
        pl.col("indicator").is_in(judged),
        pl.col("variant") == "main",
        pl.col("breakdown") == "total",
        pl.col("city") != "all",
        pl.col("value").is_not_null(),
        pl.col("denominator") > 0,
    )
    newest = shown.group_by("variant", "indicator").agg(period=pl.col("period").max())
    blocks = [RANK.empty()]
    for _, rows in shown.join(newest, on=_CELL).sort(*_CELL, "city").group_by(_CELL, maintain_order=True):
        if rows.height >= LEAST_CITIES:
            total = rows["denominator"].to_numpy()
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
