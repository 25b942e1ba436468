"""Observed versus expected exits and returns (indirect standardisation), at the rates of the other cities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rates import count_interval
from demad.indicators.grid import Grid, Scope, dense, estimated, figures, half_up, last_transitions, much_wider
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.quantities import POOLED, QuantityTables
from demad.tables.terms import DURATION_BANDS, RETURN_BANDS

_STRATUM = ["period", "age", "household", "nationality", "band"]
_YEAR, _QUARTERS = 12, 4


@dataclass(frozen=True, slots=True)
class Ratio:
    """Where an observed-to-expected figure finds its counts.

    ``mix``: the table of strata, of which ``column`` counts the events and ``bands`` are read. ``events``: the table
    whose steps 1 .. ``longest`` (numbered by ``step``) hold what was observed.
    """

    mix: str
    column: str
    bands: tuple[str, ...]
    events: str
    step: str
    longest: int


_FIRST_YEAR = ("1-3", "4-6", "7-12")
_EVERY_BAND = tuple(DURATION_BANDS)
RATIOS = {
    "outflow_oe": Ratio("case_mix", "d", _EVERY_BAND, "durations", "k", 121),
    "outflow_work_oe": Ratio("case_mix", "d_work", _EVERY_BAND, "durations", "k", 121),
    "outflow_first_year_oe": Ratio("case_mix", "d", _FIRST_YEAR, "durations", "k", _YEAR),
    "return_oe": Ratio("case_mix_returns", "d", tuple(RETURN_BANDS), "returns", "m", _YEAR),
}
"""The observed-to-expected figures, by indicator."""


def observed_to_expected(
    tables: QuantityTables | Mapping[str, pl.DataFrame], scope: Scope, *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `RATIOS` for each calendar year.

    Expected: the months at risk of each stratum and band, times the hazard of the other cities in it. Observed: the
    events of the year from the risk tables, so that protected events are rounded by the quarter and not by the
    stratum.

    Parameters
    ----------
    tables
        CASE_MIX, CASE_MIX_RETURNS, DURATIONS and RETURNS, with the rows of city ``all``.
    """
    ends = quarters_of(scope.cities)
    closing = [place for place, month in enumerate(ends) if month % _YEAR == _YEAR - 1]
    decembers = [ends[place] for place in closing]
    shown = within(scope.cities, decembers, _YEAR, last_transitions(scope.cities, variant))
    grid = Grid(variant, "total", scope, quarter_labels(decembers), shown)
    blocks = []
    for id, ratio in RATIOS.items():
        totals = expected_events(tables[ratio.mix].filter(variant=variant), ratio, scope)
        expected, of_expected = (_placed(totals, scope, decembers, name) for name in ("expected", "variance"))
        observed = _observed(tables[ratio.events].filter(variant=variant), ratio, scope, ends)[..., closing]
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


def expected_events(rows: pl.DataFrame, ratio: Ratio, scope: Scope) -> pl.DataFrame:
    """Expected events per city and year, at the hazards of the other cities; of the pool at its own.

    Where nobody of the other cities is at risk in a stratum, its own hazard is used: the stratum then says
    nothing.

    Parameters
    ----------
    rows
        CASE_MIX or CASE_MIX_RETURNS of one series, with the rows of city ``all``.

    Returns
    -------
    ``city``, ``period``, ``expected``, ``variance`` (Float64): that of rounding the months at risk of the city, and
    the months and events of the others; 0 for exact tables. ``chance``: the variance that the events of the other
    cities give it by chance.
    """
    counts = rows.filter(pl.col("band").is_in(ratio.bands)).select("city", *_STRATUM, "n", d=ratio.column)
    everybody = counts.filter(city=POOLED).select(*_STRATUM, all_n="n", all_d="d")
    n_cities = float(sum(city.slug != POOLED for city in scope.cities))
    joined = counts.join(everybody, on=_STRATUM, how="left").with_columns(pl.col("all_n", "all_d").fill_null(0))
    own = pl.when(pl.col("city") == POOLED).then(0)
    others_n, others_d = pl.col("all_n") - own.otherwise("n"), pl.col("all_d") - own.otherwise("d")
    alone = others_n <= 0
    reference = joined.with_columns(
        n_cities=pl.when(pl.col("city") == POOLED).then(n_cities).otherwise(1.0),
        n_reference=pl.when((pl.col("city") == POOLED) | alone).then(n_cities).otherwise(max(n_cities - 1, 1.0)),
        others_n=pl.when(alone).then("all_n").otherwise(others_n),
        others_d=pl.when(alone).then("all_d").otherwise(others_d),
    )
    some = pl.col("others_n") > 0
    h = pl.when(some).then(pl.col("others_d") / pl.col("others_n")).otherwise(0.0)
    weight = pl.when(some).then(pl.col("n") / pl.col("others_n")).otherwise(0.0)
    count = 2 * scope.offset_variance
    return (
        reference.sort("city", *_STRATUM)
        .group_by("city", "period", maintain_order=True)
        .agg(
            expected=(pl.col("n") * h).sum(),
            variance=count * (h**2 * pl.col("n_cities") + weight**2 * pl.col("n_reference") * (1 + h**2)).sum(),
            chance=(weight**2 * pl.col("others_d")).sum(),
        )
    )


def _observed(rows: pl.DataFrame, ratio: Ratio, scope: Scope, ends: Sequence[int]) -> np.ndarray:
    """Events of the twelve months that end with each quarter."""
    steps = pl.col(ratio.step) <= ratio.longest
    cell = ["city", "breakdown", "group", "period"]
    sums = rows.filter(steps, breakdown="total").group_by(cell).agg(pl.col(ratio.column).sum())
    counts = dense(sums, scope, "total", "period", quarter_labels(ends), [ratio.column])[ratio.column]
    return rolling_sum(counts, _QUARTERS, axis=2).astype(float)


def _placed(totals: pl.DataFrame, scope: Scope, ends: Sequence[int], name: str) -> np.ndarray:
    values = {(row["city"], row["period"]): row[name] for row in totals.iter_rows(named=True)}
    years = [str(month // _YEAR) for month in ends]
    found = [[values.get((city.slug, year), 0) for year in years] for city in scope.cities]
    return np.array(found, dtype=float).reshape(len(scope.cities), 1, len(ends))
