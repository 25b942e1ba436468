"""Returns after an exit, and sustainable exits to work or activation."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rounding import linear_variance, of_survival
from demad.estimators.survival import kaplan_meier, log_log_band
from demad.indicators.grid import Estimates, Scope, estimated, figures, last_transitions, much_wider
from demad.indicators.risk import Window, risk_table
from demad.tables.terms import SENSITIVITIES

YEAR = 12
_COUNTS = ("n", "d", "exits", "n_work", "d_work", "n_activation", "d_activation", "exits_activation")
_RETURNS = {"return_6m": 6, "return_12m": 12, "return_24m": 24}
_LASTING_WORK = {"sustainable_work_6m": 6, "sustainable_work_12m": 12, "sustainable_work_24m": 24}
_IDS = (*_RETURNS, "sustainable_activation_12m", *_LASTING_WORK)


def returns(returns: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of returns and of sustainable outflow; for sensitivity series only `return_12m`, in total.

    Parameters
    ----------
    returns
        RETURNS.
    """
    of_variant = returns.filter(variant=variant)
    sensitivity = variant in SENSITIVITIES
    last = last_transitions(scope.cities, variant)
    blocks = []
    for breakdown in ("total",) if sensitivity else scope.breakdowns(indicator("return_12m")):
        table = risk_table(
            of_variant,
            scope,
            variant=variant,
            breakdown=breakdown,
            step="m",
            steps=range(1, max(_RETURNS.values()) + 1),
            columns=_COUNTS,
        )
        for id in ("return_12m",) if sensitivity else _IDS:
            definition = indicator(id)
            if breakdown not in scope.breakdowns(definition):
                continue
            window = table.window(definition.window, last)
            blocks.append(figures(definition, window.grid, _estimate(id, window)))
    return blocks


def _estimate(id: str, window: Window) -> Estimates:
    counts = window.counts
    if id in _RETURNS:
        return back_within(counts["n"], counts["d"], _RETURNS[id], rounding=window.rounding)
    if id in _LASTING_WORK:
        return stays_away(counts["n_work"], counts["d_work"], _LASTING_WORK[id], rounding=window.rounding)
    return _lasting_activation(window)


def back_within(n: np.ndarray, d: np.ndarray, horizon: int, *, rounding: np.ndarray | float = 0.0) -> Estimates:
    """1 - Kaplan-Meier of staying away, with the bounds of its interval exchanged."""
    away = stays_away(n, d, horizon, rounding=rounding)
    return estimated(
        1 - away.value,
        1 - away.high,
        1 - away.low,
        numerator=away.numerator,
        denominator=away.denominator,
        computable=~np.isnan(away.value),
        widened=away.widened,
    )


def stays_away(
    n: np.ndarray, d: np.ndarray, horizon: int, *, rounding: np.ndarray | float = 0.0, cohort: bool = True
) -> Estimates:
    """Kaplan-Meier of staying away for ``horizon`` months; ``cohort``: see `survival.kaplan_meier`."""
    curve = kaplan_meier(n[..., :horizon], d[..., :horizon], rounding=rounding, cohort=cohort)
    return estimated(
        curve.value[..., -1],
        curve.low[..., -1],
        curve.high[..., -1],
        numerator=d[..., :horizon].sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n[..., :horizon] > 0, axis=-1),
        widened=much_wider(curve.rounding[..., -1], curve.greenwood[..., -1]),
    )


def _lasting_activation(window: Window) -> Estimates:
    """Share of exits to activation, times the share of these that stay away for a year."""
    counts = window.counts
    exits = counts["exits"].sum(axis=-1).astype(float)
    activated = np.minimum(counts["exits_activation"].sum(axis=-1).astype(float), exits)
    share = np.divide(activated, exits, out=np.zeros_like(exits), where=exits > 0)
    n, d = (counts[name][..., :YEAR] for name in ("n_activation", "d_activation"))
    away = kaplan_meier(n, d)
    stays, greenwood = away.value[..., -1], away.greenwood[..., -1]
    of_share = np.divide(share * (1 - share), exits, out=np.zeros_like(exits), where=exits > 0)
    variance = stays**2 * of_share + share**2 * stays**2 * greenwood
    added = np.zeros_like(variance)
    if np.any(window.rounding):
        to_activated = np.divide(stays, exits, out=np.zeros_like(exits), where=exits > 0)
        to_risk, to_returns = of_survival(n, d, (share * stays)[..., None], cohort=True)
        to_risk[..., 0] += to_activated  # at risk in month 1 are all exits to activation: n(1), rounded once
        added = linear_variance([(-share * to_activated)[..., None], to_risk, to_returns], window.rounding)
    low, high = log_log_band(share * stays, np.sqrt(variance + added))
    return estimated(
        share * stays,
        low,
        high,
        numerator=activated,
        denominator=exits,
        computable=(exits > 0) & (n > 0).all(axis=-1),
        widened=much_wider(added, variance),
    )
