"""What deliveries would have told that were never made: from TRIANGLE, in the columns of what deliveries did tell."""

from __future__ import annotations

import polars as pl

from demad.tables.terms import DELAYS, SNAPSHOTS, VINTAGE_REACH

_COMPARED = (2, 5)
"""Months before its newest of which a delivery must agree with the decisions: what is newer may have come in later."""
_TOLERANCE = 0.03
"""What they may differ by, as a part of the people."""


def reconstructed(triangle: pl.DataFrame, span: pl.DataFrame) -> pl.DataFrame:
    """What would have been told at each of the last 24 month ends of the months up to 14 before.

    Parameters
    ----------
    triangle, span
        TRIANGLE and SPAN of one city.

    Returns
    -------
    The columns of `outlook.told`. What a month is told as after six months it keeps.
    """
    last, longest = int(span["last_month"].item()), DELAYS[-1]
    earliest = max(last - SNAPSHOTS + 1, int(span["first_month"].item()))
    first_told = pl.col("month") + pl.col("delay")
    last_told = pl.when(pl.col("delay") < longest).then(first_told).otherwise(pl.col("month") + VINTAGE_REACH)
    return (
        triangle.with_columns(last_month=pl.int_ranges(first_told, last_told + 1, dtype=pl.Int32))
        .explode("last_month")
        .filter(pl.col("last_month").is_between(earliest, last))
        .select(
            "city",
            "last_month",
            "month",
            "stock",
            pl.col("starts").alias("inflow"),
            pl.col("ends").alias("outflow"),
            told_by=pl.lit("decisions"),
        )
    )


def agree(delivered: pl.DataFrame, made: pl.DataFrame) -> bool:
    """Whether the decisions tell the people that each delivery told, of months that were nearly settled then.

    A system that overwrites the day of recording when a right ends makes everybody who left since seem to have been
    recorded late: then they do not agree. Without a delivery of those month ends, nothing speaks against them.
    """
    before = pl.col("last_month") - pl.col("month")
    both = (
        delivered.filter(before.is_between(*_COMPARED))
        .join(made, on=["last_month", "month"], suffix="_made")
        .group_by("last_month")
        .agg(pl.col("stock", "stock_made").sum())
    )
    apart = (pl.col("stock_made") - pl.col("stock")).abs() > _TOLERANCE * pl.col("stock")
    return not both.select(apart.any()).item()
