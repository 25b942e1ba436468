"""Two other ways to make outflow comparable: without the city itself in the yardstick, and by direct standard."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.estimators.standardisation import directly_standardised, observed_over_expected
from demad.indicators.expected import expected_exits
from demad.indicators.pooling import POOLED
from demad.tables.figures import ADJUSTED
from demad.tables.terms import COARSE_AGES

_COLUMNS = {"outflow_oe": "d", "outflow_work_oe": "d_work"}


def adjusted(case_mix_risk: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Observed against the exits expected at the pace of the other cities, and the age-standardised rate.

    A large city weighs so much in the pace of all cities that it is partly compared with itself. The direct
    standard gives every city the age mix of all of them (three bands): its rates are comparable with each
    other, which observed-to-expected ratios are not exactly.

    Parameters
    ----------
    case_mix_risk
        CASE_MIX_RISK of the pool.
    shown
        INDICATOR_VALUE: only where `outflow_oe` has a value for a city.

    Returns
    -------
    ADJUSTED for the main series; ``standardised`` in % a month, null with fewer than ten exits or an empty band.
    """
    rows = case_mix_risk.filter(variant="main")
    wanted = shown.filter(
        pl.col("indicator").is_in(list(_COLUMNS)),
        pl.col("variant") == "main",
        pl.col("city") != POOLED,
        pl.col("value").is_not_null(),
    ).select("variant", "indicator", "city", "period")
    blocks = [ADJUSTED.empty()]
    for id, column in _COLUMNS.items():
        for city in sorted(set(rows["city"].to_list()) - {POOLED}):
            alone = expected_exits(rows, column, without=city).filter(city=city)
            rate = _standardised(rows, city, column)
            blocks.append(_joined(alone, rate, id, city))
    return ADJUSTED.check(pl.concat(blocks).join(wanted, on=list(ADJUSTED.key), how="semi").sort(ADJUSTED.key))


def _standardised(rows: pl.DataFrame, city: str, column: str) -> pl.DataFrame:
    by_age = rows.group_by("city", "period", "age").agg(pl.col("n", column).sum())
    periods = by_age.filter(city=city)["period"].unique().sort().to_list()
    found = []
    for period in periods:
        own, everybody = (
            [
                by_age.filter(city=slug, period=period, age=age).select(pl.col("n", column).sum()).row(0)
                for age in COARSE_AGES
            ]
            for slug in (city, POOLED)
        )
        weights = np.array([n for n, _ in everybody], dtype=float)
        events, exposure = (np.array([pair[place] for pair in own], dtype=float) for place in (1, 0))
        rate = directly_standardised(events, exposure, weights)
        found.append((period, *(100 * float(bound) for bound in (rate.value, rate.low, rate.high))))
    names = ("period", "standardised", "standardised_low", "standardised_high")
    return pl.DataFrame(found, schema=dict(zip(names, (pl.String, *[pl.Float64] * 3), strict=True)), orient="row")


def _joined(alone: pl.DataFrame, rate: pl.DataFrame, id: str, city: str) -> pl.DataFrame:
    ratio = observed_over_expected(alone["observed"].to_numpy(), alone["expected"].to_numpy())
    frame = alone.select(
        "period",
        variant=pl.lit("main"),
        indicator=pl.lit(id),
        city=pl.lit(city),
        without_self=pl.Series(ratio.value),
        without_self_low=pl.Series(ratio.low),
        without_self_high=pl.Series(ratio.high),
    ).join(rate, on="period", how="left")
    closing = frame.with_columns(pl.selectors.float().fill_nan(None), period=pl.col("period") + "Q4")
    return ADJUSTED.check(closing.select(list(ADJUSTED.columns)))
