"""Count what somebody has from this OCMW after an exit: AFTER_EXIT_STATUS, by year (`methods.md` section 7.6)."""

from __future__ import annotations

import polars as pl

from demad.tables.risk_counts import AFTER_EXIT_STATUS
from demad.tables.terms import AFTER_EXIT


def count_after_exit(statuses: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count exits by calendar year, months since and what the month shows; every exit of a year is in one status.

    Parameters
    ----------
    statuses
        Result of `after_exit.status_after_exit`.
    """
    status = pl.col("status")
    counts = statuses.group_by("year", "m").agg(
        exits=pl.len().cast(pl.Int64), **{name: (status == name).sum().cast(pl.Int64) for name in AFTER_EXIT}
    )
    rows = counts.with_columns(city=pl.lit(city), period=pl.col("year").cast(pl.String))
    return AFTER_EXIT_STATUS.check(rows.select(list(AFTER_EXIT_STATUS.columns)).sort(AFTER_EXIT_STATUS.key))
