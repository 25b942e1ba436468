"""Between which bounds the share that left for work lies, as long as some reasons are unknown."""

from __future__ import annotations

import polars as pl

from demad.tables.figures import REASON_BOUNDS

_TOTAL = ["variant", "city", "period"]


def reason_bounds(published: pl.DataFrame) -> pl.DataFrame:
    """Bounds of the share of exits to work: nobody, or everybody, of the unknown reasons went to work.

    Never re-based on the known reasons: that would assume that the unknown are like the known.

    Parameters
    ----------
    published
        PUBLISHED_VALUE.

    Returns
    -------
    REASON_BOUNDS for every year of which the total, work and unknown are shown.
    """
    exits = published.filter(pl.col("indicator") == "outflow_count", ~pl.col("period").str.contains("[Q-]"))
    total = exits.filter(breakdown="total").select(*_TOTAL, total="value")
    work, unknown = (
        exits.filter(breakdown="reason", group=group).select(*_TOTAL, pl.col("value").alias(group))
        for group in ("work", "unknown")
    )
    joined = total.join(work, on=_TOTAL).join(unknown, on=_TOTAL).drop_nulls().filter(pl.col("total") > 0)
    return REASON_BOUNDS.check(
        joined.select(
            *_TOTAL,
            low=(pl.col("work") / pl.col("total")).round(2),
            high=((pl.col("work") + pl.col("unknown")) / pl.col("total")).round(2),
        ).sort(_TOTAL)
    )
