"""Spells that begin become ORIGIN_INFLOW: per quarter, by where people came from."""

from __future__ import annotations

import polars as pl

from demad.tables.counts import ORIGIN_INFLOW
from demad.tables.months import quarter_of
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, SENSITIVITIES, VARIANTS


def count_origin_inflow(spells: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count the spells that begin in each quarter, by origin.

    Parameters
    ----------
    spells
        SPELL; those of the series main and wide are counted. A left-censored start is no inflow.

    Returns
    -------
    ORIGIN_INFLOW; months after O have no inflow, so that the last quarter may hold fewer than three months. Origins
    without inflow have no row.
    """
    window = (observation.first_month, *(observation.last_transition(GAPS[variant]) for variant in ("main", "wide")))
    begun = spells.filter(
        pl.col("variant").is_in([variant for variant in VARIANTS if variant not in SENSITIVITIES]),
        pl.col("inflow").is_not_null(),
        pl.col("start").is_between(window[0], min(window[1:])),
    )
    counted = begun.group_by("variant", "origin", quarter=pl.col("start") // 3).agg(inflow=pl.len().cast(pl.Int64))
    placed = counted.select(
        pl.lit(city).alias("city"),
        pl.col("variant").cast(pl.String),
        period=quarter_of(pl.col("quarter") * 3),
        origin=pl.col("origin").cast(pl.String).fill_null("unknown"),
        inflow="inflow",
    )
    return ORIGIN_INFLOW.check(placed.sort(ORIGIN_INFLOW.key))
