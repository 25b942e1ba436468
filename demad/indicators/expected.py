"""Exits beside the exits to expect of the same people at the pace of all cities together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rates import count_interval
from demad.indicators.grid import Grid, Scope, dense, estimated, figures, half_up, last_transitions, much_wider
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.quantities import POOLED

_STRATUM = ["period", "age", "household", "nationality", "band"]
_IDS = {"outflow_oe": "d", "outflow_work_oe": "d_work"}
_YEAR, _QUARTERS = 12, 4


def observed_to_expected(
    case_mix: pl.DataFrame, durations: pl.DataFrame, scope: Scope, *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `outflow_oe` and `outflow_work_oe` for each calendar year.

    Expected: the person-months at risk of each stratum and duration band, times the hazard of all cities in
    it. Observed: the exits of the year, from the durations, so that protected exits are rounded by the quarter and
    not by the stratum. Of exact tables the sum over the cities of observed and of expected is the same.

    Parameters
    ----------
    case_mix, durations
        CASE_MIX and DURATIONS.
    """
    rows, ends = case_mix.filter(variant=variant), quarters_of(scope.cities)
    exits = _observed(durations.filter(variant=variant), scope, ends)
    closing = [place for place, month in enumerate(ends) if month % _YEAR == _YEAR - 1]
    decembers = [ends[place] for place in closing]
    shown = within(scope.cities, decembers, _YEAR, last_transitions(scope.cities, variant))
    grid = Grid(variant, "total", scope, quarter_labels(decembers), shown)
    blocks = []
    for id, column in _IDS.items():
        totals = expected_exits(rows, column, scope)
        expected, of_expected = (_placed(totals, scope, decembers, name) for name in ("expected", "variance"))
        observed = exits[column][..., closing].astype(float)
        safe, some = np.where(expected > 0, expected, 1.0), np.maximum(observed, 1.0)
        added = 2 * scope.rounding(_QUARTERS) / some**2 + of_expected / safe**2
        low, high = count_interval(observed, added=added)
        estimates = estimated(
            observed / safe,
            low / safe,
            high / safe,
            numerator=observed,
            denominator=half_up(expected),
            computable=expected > 0,
            judged=expected,
            widened=much_wider(added, 1 / some),
        )
        blocks.append(figures(indicator(id), grid, estimates))
    return blocks


def expected_exits(rows: pl.DataFrame, column: str, scope: Scope) -> pl.DataFrame:
    """Expected exits per city and year.

    Parameters
    ----------
    rows
        CASE_MIX of one series, with the rows of city ``all``.
    column
        ``d`` or ``d_work``.

    Returns
    -------
    ``city``, ``period``, ``expected`` and ``variance`` (Float64): that of rounding the person-months of the city,
    and the person-months and exits of all cities; 0 for exact tables.
    """
    everybody = rows.filter(city=POOLED).select(*_STRATUM, all_n="n", all_d=column)
    hazard = pl.when(pl.col("all_n") > 0).then(pl.col("all_d") / pl.col("all_n")).otherwise(0.0)
    summed = {city.slug: float(city.summed) for city in scope.cities}
    n_cities = pl.col("city").replace_strict(summed, default=1.0, return_dtype=pl.Float64)
    h, count = pl.col("hazard").fill_null(0.0), 2 * scope.offset_variance
    of_hazard = pl.when(pl.col("all_n") > 0).then(max(summed.values(), default=1.0) * (1 + h**2) / pl.col("all_n") ** 2)
    return (
        rows.join(everybody.with_columns(hazard=hazard), on=_STRATUM, how="left")
        .sort("city", *_STRATUM)
        .group_by("city", "period", maintain_order=True)
        .agg(
            expected=(pl.col("n") * h).sum(),
            variance=count * (h**2 * n_cities + pl.col("n") ** 2 * of_hazard.fill_null(0.0)).sum(),
        )
    )


def _observed(durations: pl.DataFrame, scope: Scope, ends: Sequence[int]) -> dict[str, np.ndarray]:
    """Exits, of all reasons and to work, of the twelve months that end with each quarter."""
    columns = list(_IDS.values())
    sums = (
        durations.filter(breakdown="total").group_by("city", "breakdown", "group", "period").agg(pl.col(columns).sum())
    )
    counts = dense(sums, scope, "total", "period", quarter_labels(ends), columns)
    return {name: rolling_sum(array, _QUARTERS, axis=2) for name, array in counts.items()}


def _placed(totals: pl.DataFrame, scope: Scope, ends: Sequence[int], name: str) -> np.ndarray:
    values = {(row["city"], row["period"]): row[name] for row in totals.iter_rows(named=True)}
    years = [str(month // _YEAR) for month in ends]
    found = [[values.get((city.slug, year), 0) for year in years] for city in scope.cities]
    return np.array(found, dtype=float).reshape(len(scope.cities), 1, len(ends))
