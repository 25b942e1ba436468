"""Who leaves for work and is not back a year later: per person-month, and of those who start (`methods.md` 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence, of_incidence
from demad.estimators.rates import count_interval
from demad.estimators.rounding import linear_variance, of_survival
from demad.estimators.survival import kaplan_meier, log_log_band
from demad.indicators.durations import MONTHS_ON_BENEFIT, SpellRisk, from_start, most_for
from demad.indicators.grid import Estimates, Grid, Scope, estimated, figures, half_up, last_transitions, much_wider
from demad.indicators.rates import person_months
from demad.indicators.risk import RiskTable, risk_table
from demad.quantities import QuantityTables
from demad.tables.risk_quantities import CAUSES

YEAR, TWO_YEARS = 12, 24
_RATE, _FROM_ENTRY = "sustainable_outflow_12m", "sustainable_from_entry_24m"
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class _Away:
    """Exits to work of 36 months: the share that stays away a year, and the counts of its curve, by month.

    ``stays`` and ``greenwood`` (Var = stays^2 greenwood) are city by group by period; ``rounding`` is that of the sums.
    """

    grid: Grid
    n: np.ndarray
    d: np.ndarray
    stays: np.ndarray
    greenwood: np.ndarray
    rounding: np.ndarray

    @property
    def followed(self) -> np.ndarray:
        """Whether somebody is at risk of returning in every month of the year."""
        return np.all(self.n > 0, axis=-1)


def lasting_outflow(tables: QuantityTables, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of `sustainable_outflow_12m` and `sustainable_from_entry_24m`, totals of main or wide.

    Parameters
    ----------
    tables
        RETURNS, STOCKS, YEARS and DURATIONS, exact or protected.
    """
    columns = ("n", "n_work", "d_work", "exits_work")
    left = _table(tables["returns"], scope, variant, "m", range(1, YEAR + 1), columns)
    away = _stays_away(left, scope)
    months = indicator(_FROM_ENTRY).window
    causes = tuple(f"d_{cause}" for cause in CAUSES)
    spells = _table(tables["durations"], scope, variant, "k", range(1, MONTHS_ON_BENEFIT + 1), ("n", "d", *causes))
    full = np.array([city.full_history for city in scope.cities])
    risk = from_start(spells.window(months, last_transitions(scope.cities, variant)), full)
    made = {_RATE: _rate(tables, scope, left, away), _FROM_ENTRY: _of_entrants(risk, away)}
    return [figures(indicator(id), away.grid, estimates) for id, estimates in made.items()]


def _table(
    rows: pl.DataFrame, scope: Scope, variant: str, step: str, steps: range, columns: tuple[str, ...]
) -> RiskTable:
    of_variant = rows.filter(variant=variant)
    return risk_table(of_variant, scope, variant=variant, breakdown="total", step=step, steps=steps, columns=columns)


def _stays_away(left: RiskTable, scope: Scope) -> _Away:
    window = left.window(indicator(_RATE).window, last_transitions(scope.cities, left.variant))
    n, d = window.counts["n_work"], window.counts["d_work"]
    curve = kaplan_meier(n, d)
    return _Away(window.grid, n, d, curve.value[..., -1], curve.greenwood[..., -1], window.rounding)


def _rate(tables: QuantityTables, scope: Scope, left: RiskTable, away: _Away) -> Estimates:
    """Exits to work of twelve months per 100 person-months, times the share that stays away.

    The quarters of the exits are among those of the curve: there both share an offset, and n(1) is the same count.
    """
    variant, last = left.variant, last_transitions(scope.cities, left.variant)
    year = left.window(YEAR, last)
    exits = year.counts["exits_work"].sum(axis=-1).astype(float)
    stocks, years = (tables[name].filter(variant=variant) for name in ("stocks", "years"))
    months, of_months = person_months(stocks, years, scope, "total", list(left.ends))
    known, some = months > 0, np.maximum(exits, 1.0)
    safe = np.where(known, months, 1.0)
    added = np.zeros_like(exits)
    if np.any(away.rounding):
        to_risk, to_returns = of_survival(away.n, away.d, np.ones_like(away.n, dtype=float), cohort=True)
        before = linear_variance([to_risk, to_returns], away.rounding - year.rounding)
        to_risk[..., 0] += 1 / some
        added = before + linear_variance([to_risk, to_returns], year.rounding)
        added = added + (of_months / safe**2 if variant == "wide" else 0.0)
    scale = _PER_CENT * away.stays / safe
    low, high = count_interval(exits, added=away.greenwood + added)
    whole = half_up(np.where(known, months, 0.0))
    inside = away.stays > 0  # where everybody came back the curve has no interval
    return estimated(
        scale * exits,
        np.where(inside, scale * low, np.nan),
        np.where(inside, scale * high, np.nan),
        numerator=exits,
        denominator=whole,
        computable=known & away.followed,
        widened=much_wider(added, away.greenwood + 1 / some),
    )


def _of_entrants(risk: SpellRisk, away: _Away) -> Estimates:
    """Left for work within two years of the start, times the share that stays away.

    The counts of a quarter share an offset, whichever table they are of. All exits to work count alike in the second
    factor, however long the spell was.
    """
    n, d, own = (counts[..., :TWO_YEARS] for counts in (risk.n, risk.exits, risk.d["d_work"]))
    share = cumulative_incidence(n, d, own, horizon=TWO_YEARS)
    left, added = share.value, np.zeros_like(share.value)
    if np.any(risk.rounding):
        left = np.minimum(left, most_for(risk, "d_work", TWO_YEARS))
        of_spells = [away.stays[..., None] * gradient for gradient in of_incidence(n, d, own, cohort=False)]
        of_exits = of_survival(away.n, away.d, (left * away.stays)[..., None], cohort=True)
        added = linear_variance([*of_spells, *of_exits], risk.rounding)
    value = left * away.stays
    variance = away.stays**2 * share.variance + value**2 * away.greenwood
    low, high = log_log_band(value, np.sqrt(variance + added))
    return estimated(
        value,
        low,
        high,
        numerator=own.sum(axis=-1),
        denominator=risk.entering,
        computable=risk.followed_to(TWO_YEARS) & away.followed,
        not_comparable=risk.first_k > 0,
        widened=much_wider(added, variance),
    )
