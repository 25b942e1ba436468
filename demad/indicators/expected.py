"""Exits beside the exits to expect of the same people at the pace of all cities together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rates import count_interval
from demad.indicators.grid import City, Grid, estimated, figures, last_transitions
from demad.indicators.pooling import POOLED
from demad.indicators.windows import quarter_labels, quarters_of, within

_STRATUM = ["period", "age", "household", "nationality", "band"]
_IDS = {"outflow_oe": "d", "outflow_work_oe": "d_work"}
_YEAR = 12


def observed_to_expected(case_mix_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `outflow_oe` and `outflow_work_oe` for each calendar year.

    Expected: the person-months at risk of each stratum and duration band, times the hazard of all cities in
    it. The sum over the cities of observed and of expected is the same.
    """
    rows = case_mix_risk.filter(variant=variant)
    ends = [month for month in quarters_of(cities) if month % _YEAR == _YEAR - 1]
    shown = within(cities, ends, _YEAR, last_transitions(cities, variant))
    grid = Grid(variant, "total", cities, quarter_labels(ends), shown)
    blocks = []
    for id, column in _IDS.items():
        totals = expected_exits(rows, column)
        observed, expected = (_placed(totals, cities, ends, name) for name in ("observed", "expected"))
        low, high = count_interval(observed)
        safe = np.where(expected > 0, expected, 1.0)
        estimates = estimated(
            observed / safe,
            low / safe,
            high / safe,
            numerator=observed,
            denominator=np.floor(expected + 0.5),
            computable=expected > 0,
            judged=expected,
        )
        blocks.append(figures(indicator(id), grid, estimates))
    return blocks


def expected_exits(rows: pl.DataFrame, column: str, *, without: str | None = None) -> pl.DataFrame:
    """Observed and expected exits per city and year.

    Parameters
    ----------
    rows
        CASE_MIX_RISK of one series, with the rows of city ``all``.
    column
        ``d`` or ``d_work``.
    without
        A city left out of the hazards, so that a large one is not compared with itself.

    Returns
    -------
    ``city``, ``period``, ``observed`` (Int64), ``expected`` (Float64).
    """
    everybody = rows.filter(city=POOLED).select(*_STRATUM, all_n="n", all_d=column)
    if without is not None:
        own = rows.filter(city=without).select(*_STRATUM, own_n="n", own_d=column)
        everybody = everybody.join(own, on=_STRATUM, how="left").select(
            *_STRATUM,
            all_n=pl.col("all_n") - pl.col("own_n").fill_null(0),
            all_d=pl.col("all_d") - pl.col("own_d").fill_null(0),
        )
    hazard = pl.when(pl.col("all_n") > 0).then(pl.col("all_d") / pl.col("all_n")).otherwise(0.0)
    return (
        rows.join(everybody.select(*_STRATUM, hazard=hazard), on=_STRATUM, how="left")
        .sort("city", *_STRATUM)
        .group_by("city", "period", maintain_order=True)
        .agg(observed=pl.col(column).sum(), expected=(pl.col("n") * pl.col("hazard").fill_null(0.0)).sum())
    )


def _placed(totals: pl.DataFrame, cities: Sequence[City], ends: Sequence[int], name: str) -> np.ndarray:
    values = {(row["city"], row["period"]): row[name] for row in totals.iter_rows(named=True)}
    years = [str(month // _YEAR) for month in ends]
    found = [[values.get((city.slug, year), 0) for year in years] for city in cities]
    return np.array(found, dtype=float).reshape(len(cities), 1, len(ends))
