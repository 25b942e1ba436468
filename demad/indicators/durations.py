"""Duration and causes of exit of spells, from risk tables over 24 or 36 months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier, log_log_band, quantile, restricted_mean
from demad.indicators.grid import Estimates, Scope, estimated, figures, last_transitions, much_wider
from demad.indicators.risk import Window, risk_table
from demad.indicators.windows import rolling_sum
from demad.tables.risk_quantities import CAUSES
from demad.tables.terms import SENSITIVITIES

MONTHS_ON_BENEFIT = 60
YEAR = 12
_ENOUGH, _FOR_MONTHS = 20, 12
_OF_CAUSE = {
    "cif_work_12m": "d_work",
    "cif_activation_12m": "d_activation",
    "cif_other_benefit_12m": "d_other_benefit",
    "cif_moved_12m": "d_moved",
}
_APART = ("d_activation", "d_other_benefit", "d_moved", "d_unknown")
"""Disjoint causes: work is part of activation."""
_IDS = ("still_on_12m", "duration_median", "duration_rmst24", "still_on_24m", *_OF_CAUSE)


@dataclass(frozen=True, slots=True)
class SpellRisk:
    """Counts of windows, city by group by period by k; the first ``first_k`` steps are skipped: S(k | k0).

    In skipped steps ``n`` and ``d`` hold 0, so that they change neither products nor the rounding variance. ``d`` is by
    column: ``d`` for all reasons, ``d_work``, ...
    """

    n: np.ndarray
    d: dict[str, np.ndarray]
    first_k: np.ndarray
    rounding: np.ndarray

    @property
    def exits(self) -> np.ndarray:
        """Exits for all reasons."""
        return self.d["d"]

    @property
    def entering(self) -> np.ndarray:
        """At risk at the first step of the product: k = 1, or the first step that is not skipped."""
        return np.take_along_axis(self.n, self.first_k[..., None], axis=-1)[..., 0]

    @property
    def observed(self) -> np.ndarray:
        """Whether a step has somebody at risk or is skipped."""
        return (self.n > 0) | (np.arange(MONTHS_ON_BENEFIT) < self.first_k[..., None])

    def followed_to(self, horizon: int) -> np.ndarray:
        """Whether somebody is at risk at every k from the first step to the horizon."""
        return np.all(self.observed[..., :horizon], axis=-1) & (self.first_k < horizon)

    def up_to(self, horizon: int, exits: np.ndarray) -> np.ndarray:
        """Exits up to the horizon."""
        return exits[..., :horizon].sum(axis=-1)


def durations(durations: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of the durations and of the causes of exit; for sensitivity series only `still_on_12m`.

    Parameters
    ----------
    durations
        DURATIONS.
    """
    of_variant = durations.filter(variant=variant)
    sensitivity = variant in SENSITIVITIES
    full = np.array([city.full_history for city in scope.cities])
    last = last_transitions(scope.cities, variant)
    blocks = []
    for breakdown in ("total",) if sensitivity else scope.breakdowns(indicator("still_on_12m")):
        table = risk_table(
            of_variant,
            scope,
            variant=variant,
            breakdown=breakdown,
            step="k",
            steps=range(1, MONTHS_ON_BENEFIT + 1),
            columns=["n", "d", *(f"d_{cause}" for cause in CAUSES)],
        )
        risks = {}
        for id in _IDS[:1] if sensitivity else _IDS:
            definition = indicator(id)
            if breakdown not in scope.breakdowns(definition):
                continue
            if definition.window not in risks:
                window = table.window(definition.window, last)
                risks[definition.window] = window.grid, from_start(window, full)
            grid, risk = risks[definition.window]
            blocks.append(figures(definition, grid, _estimate(id, risk)))
    return blocks


def from_start(window: Window, full: np.ndarray) -> SpellRisk:
    """Counts of a window, from the first step of the product on; ``full``: whether each city has its full history."""
    n = window.counts["n"]
    first_k = np.where(full[:, None, None], _stable_start(n), 0)
    skipped = np.arange(MONTHS_ON_BENEFIT) < first_k[..., None]
    events = {name: np.where(skipped, 0, array) for name, array in window.counts.items() if name != "n"}
    return SpellRisk(np.where(skipped, 0, n), events, first_k, window.rounding)


def _stable_start(n: np.ndarray) -> np.ndarray:
    """Number of steps to skip: up to the first k with 20 at risk at every step for a year (0 if there is none).

    With delayed entry the first risk sets can have one or two persons; one exit would then set S to 0 for all later k.
    """
    enough = n >= _ENOUGH
    run = rolling_sum(enough.astype(np.int64), _FOR_MONTHS, axis=3)[..., _FOR_MONTHS - 1 :] == _FOR_MONTHS
    return np.where(run.any(axis=-1), run.argmax(axis=-1), 0)


def _estimate(id: str, risk: SpellRisk) -> Estimates:
    if id == "duration_median":
        return _median(risk)
    if id == "duration_rmst24":
        return _restricted(risk, 2 * YEAR)
    if id in _OF_CAUSE:
        return _left_for(risk, _OF_CAUSE[id])
    return _still_on(risk, 2 * YEAR if id == "still_on_24m" else YEAR)


def _still_on(risk: SpellRisk, horizon: int) -> Estimates:
    curve = kaplan_meier(risk.n[..., :horizon], risk.exits[..., :horizon], rounding=risk.rounding)
    return _of(
        risk,
        curve.value[..., -1],
        curve.low[..., -1],
        curve.high[..., -1],
        numerator=risk.up_to(horizon, risk.exits),
        computable=risk.followed_to(horizon),
        widened=much_wider(curve.rounding[..., -1], curve.greenwood[..., -1]),
    )


def _restricted(risk: SpellRisk, horizon: int) -> Estimates:
    mean = restricted_mean(risk.n[..., : horizon - 1], risk.exits[..., : horizon - 1], rounding=risk.rounding)
    return _of(
        risk,
        mean.value,
        mean.low,
        mean.high,
        numerator=risk.up_to(horizon, risk.exits),
        computable=risk.followed_to(horizon),
        widened=much_wider(mean.rounding, mean.standard_error**2 - mean.rounding),
    )


def _median(risk: SpellRisk) -> Estimates:
    curve = kaplan_meier(risk.n, risk.exits, rounding=risk.rounding)
    defined = np.cumprod(risk.observed, axis=-1).astype(bool)
    survival = np.where(defined, curve.value, np.nan)
    median = quantile(survival, 0.5)
    # At S = 1 the band is 1; at S = 0 there is no band, so a band that did not reach the level before then never does.
    bands = (np.where(survival == 1.0, 1.0, np.where(defined, band, np.nan)) for band in (curve.low, curve.high))
    low, high = (quantile(band, 0.5) for band in bands)
    reached = ~np.isnan(median)
    last = np.where(reached, median, 1).astype(np.int64) - 1
    leavers, added, chance = (
        np.take_along_axis(array, last[..., None], axis=-1)[..., 0]
        for array in (np.cumsum(risk.exits, axis=-1), curve.rounding, curve.greenwood)
    )
    return _of(
        risk,
        median,
        low,
        high,
        numerator=np.where(reached, leavers, np.nan),
        computable=reached,
        widened=much_wider(added, chance),
    )


def _left_for(risk: SpellRisk, cause: str) -> Estimates:
    own = risk.d[cause]
    share = cumulative_incidence(risk.n, risk.exits, own, horizon=YEAR, rounding=risk.rounding)
    value, low, high = share.value, share.low, share.high
    if np.any(risk.rounding):
        value = np.minimum(value, most_for(risk, cause, YEAR))
        low, high = log_log_band(value, np.sqrt(share.variance + share.rounding))
    return _of(
        risk,
        value,
        low,
        high,
        numerator=risk.up_to(YEAR, own),
        computable=risk.followed_to(YEAR),
        widened=much_wider(share.rounding, share.variance),
    )


def most_for(risk: SpellRisk, cause: str, horizon: int) -> np.ndarray:
    """Upper limit of the share of a cause within a horizon, because causes are rounded separately.

    The shares sum to at most 1 - S; if they exceed it, all are scaled to it (`methods.md` section 3.6, rule 7). Work is
    at most activation.
    """
    left = 1 - kaplan_meier(risk.n[..., :horizon], risk.exits[..., :horizon]).value[..., -1]
    shares = {
        name: cumulative_incidence(risk.n, risk.exits, risk.d[name], horizon=horizon).value for name in {*_APART, cause}
    }
    together = np.sum([shares[name] for name in _APART], axis=0)
    scale = np.where(together > left, left / np.where(together > 0, together, 1.0), 1.0)
    part_of = "d_activation" if cause == "d_work" else cause
    return scale * np.minimum(shares[cause], shares[part_of])


def _of(
    risk: SpellRisk,
    value: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    numerator: np.ndarray,
    computable: np.ndarray,
    widened: np.ndarray,
) -> Estimates:
    return estimated(
        value,
        low,
        high,
        numerator=numerator,
        denominator=risk.entering,
        computable=computable,
        not_comparable=risk.first_k > 0,
        widened=widened,
    )
