"""Exits become CASE_MIX_RETURN: who could come back and did, by who people are and how long they are away."""

from __future__ import annotations

import polars as pl

from demad.counting.case_mix_risk import CELL, coarse, of_main_and_wide
from demad.tables.risk_counts import CASE_MIX_RETURN
from demad.tables.terms import RETURN_BANDS

LONGEST = 12


def count_case_mix_return(exits: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count the months that exits were followed and the returns, up to a year after, per stratum and band.

    A crossed table, coarse on purpose: it serves the expected number of returns alone.

    Parameters
    ----------
    exits
        Of `follow_up.exits`; those of the series main and wide are counted.

    Returns
    -------
    CASE_MIX_RETURN; years of the exit. Exits that could not be followed have no row.
    """
    followed = of_main_and_wide(exits.filter(pl.col("months_followed") >= 1)).with_columns(period=pl.col("month") // 12)
    months, back = pl.col("months_followed").cast(pl.Int64), pl.col("returned")
    ends = (*(first - 1 for first in list(RETURN_BANDS.values())[1:]), LONGEST)
    parts = [
        followed.group_by(CELL).agg(
            band=pl.lit(band),
            n=(pl.min_horizontal(months, pl.lit(last)) - first + 1).clip(0).sum(),
            d_return=(back & months.is_between(first, last)).sum().cast(pl.Int64),
        )
        for (band, first), last in zip(RETURN_BANDS.items(), ends, strict=True)
    ]
    summed = coarse(pl.concat(parts)).group_by(*CELL, "band").agg(pl.col(CASE_MIX_RETURN.counts).sum())
    filled = summed.filter(pl.col("n") > 0).with_columns(city=pl.lit(city))
    return CASE_MIX_RETURN.check(filled.select(list(CASE_MIX_RETURN.columns)).sort(CASE_MIX_RETURN.key))
