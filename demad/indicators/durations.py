"""How long spells last and how they end, from the risk tables of 24 or 36 months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier, quantile, restricted_mean
from demad.indicators.grid import City, Estimates, estimated, figures, last_transitions
from demad.indicators.risk import risk_table
from demad.indicators.windows import rolling_sum
from demad.tables.terms import ACTIVATION, REASONS, SENSITIVITIES

MONTHS_ON_BENEFIT = 60
YEAR = 12
_ENOUGH, _FOR_MONTHS = 20, 12
_CAUSES = {
    "cif_work_12m": ("work",),
    "cif_activation_12m": ACTIVATION,
    "cif_other_benefit_12m": ("other_benefit",),
    "cif_moved_12m": ("moved",),
}
_IDS = ("still_on_12m", "duration_median", "duration_rmst24", "still_on_24m", *_CAUSES)


@dataclass(frozen=True, slots=True)
class _Risk:
    """Counts of windows, city by group by period by k; ``first_k`` steps are skipped: S(k | k0).

    ``n`` and ``d`` hold the skipped steps with one at risk and no exit, so that products leave them alone.
    """

    n: np.ndarray
    d: dict[str, np.ndarray]
    first_k: np.ndarray

    @property
    def exits(self) -> np.ndarray:
        """Of all reasons."""
        return np.sum(list(self.d.values()), axis=0)

    @property
    def entering(self) -> np.ndarray:
        """At risk where the product starts: at k = 1, or at the start of a full history's steady part."""
        return np.take_along_axis(self.n, self.first_k[..., None], axis=-1)[..., 0]

    def followed_to(self, horizon: int) -> np.ndarray:
        """Whether somebody is at risk at every k from the start to the horizon."""
        return np.all(self.n[..., :horizon] > 0, axis=-1) & (self.first_k < horizon)

    def up_to(self, horizon: int, exits: np.ndarray) -> np.ndarray:
        """Exits up to the horizon."""
        return exits[..., :horizon].sum(axis=-1)


def durations(spell_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of the durations and of the first reason for leaving; the sensitivities only `still_on_12m`."""
    of_variant = spell_risk.filter(variant=variant)
    sensitivity = variant in SENSITIVITIES
    full = np.array([city.full_history for city in cities])
    blocks = []
    for breakdown in ("total",) if sensitivity else ("total", *indicator("still_on_12m").breakdowns):
        table = risk_table(
            of_variant,
            cities,
            variant=variant,
            breakdown=breakdown,
            step="k",
            steps=range(1, MONTHS_ON_BENEFIT + 1),
            columns=["n", *(f"d_{reason}" for reason in REASONS)],
        )
        risks = {}
        for id in _IDS[:1] if sensitivity else _IDS:
            definition = indicator(id)
            if breakdown not in ("total", *definition.breakdowns):
                continue
            if definition.window not in risks:
                grid, counts = table.window(definition.window, last_transitions(cities, variant))
                risks[definition.window] = grid, _from_start(counts, full)
            grid, risk = risks[definition.window]
            blocks.append(figures(definition, grid, _estimate(id, risk)))
    return blocks


def _from_start(counts: dict[str, np.ndarray], full: np.ndarray) -> _Risk:
    n = counts["n"]
    first_k = np.where(full[:, None, None], _stable_start(n), 0)
    skipped = np.arange(MONTHS_ON_BENEFIT) < first_k[..., None]
    causes = {reason: np.where(skipped, 0, counts[f"d_{reason}"]) for reason in REASONS}
    return _Risk(np.where(skipped, np.maximum(n, 1), n), causes, first_k)


def _stable_start(n: np.ndarray) -> np.ndarray:
    """Steps to skip: up to the first k with 20 at risk that stays so for a year (0 where there is none).

    With delayed entry the first risk sets can hold one or two people; one exit then drives S to 0 for ever.
    """
    enough = n >= _ENOUGH
    run = rolling_sum(enough.astype(np.int64), _FOR_MONTHS, axis=3)[..., _FOR_MONTHS - 1 :] == _FOR_MONTHS
    return np.where(run.any(axis=-1), run.argmax(axis=-1), 0)


def _estimate(id: str, risk: _Risk) -> Estimates:
    if id == "duration_median":
        return _median(risk)
    if id == "duration_rmst24":
        return _restricted(risk, 2 * YEAR)
    if id in _CAUSES:
        return _left_for(risk, _CAUSES[id])
    return _still_on(risk, 2 * YEAR if id == "still_on_24m" else YEAR)


def _still_on(risk: _Risk, horizon: int) -> Estimates:
    curve = kaplan_meier(risk.n[..., :horizon], risk.exits[..., :horizon])
    return _of(
        risk,
        curve.value[..., -1],
        curve.low[..., -1],
        curve.high[..., -1],
        numerator=risk.up_to(horizon, risk.exits),
        computable=risk.followed_to(horizon),
    )


def _restricted(risk: _Risk, horizon: int) -> Estimates:
    mean = restricted_mean(risk.n[..., : horizon - 1], risk.exits[..., : horizon - 1])
    return _of(
        risk,
        mean.value,
        mean.low,
        mean.high,
        numerator=risk.up_to(horizon, risk.exits),
        computable=risk.followed_to(horizon),
    )


def _median(risk: _Risk) -> Estimates:
    curve = kaplan_meier(risk.n, risk.exits)
    defined = np.cumprod(risk.n > 0, axis=-1).astype(bool)
    survival = np.where(defined, curve.value, np.nan)
    median = quantile(survival, 0.5)
    # At S = 1 the bands are 1; at S = 0 there are none, so a band that was not below by then never is.
    bands = (np.where(survival == 1.0, 1.0, np.where(defined, band, np.nan)) for band in (curve.low, curve.high))
    low, high = (quantile(band, 0.5) for band in bands)
    reached = ~np.isnan(median)
    last = np.where(reached, median, 1).astype(np.int64) - 1
    leavers = np.take_along_axis(np.cumsum(risk.exits, axis=-1), last[..., None], axis=-1)[..., 0]
    return _of(risk, median, low, high, numerator=np.where(reached, leavers, np.nan), computable=reached)


def _left_for(risk: _Risk, causes: Sequence[str]) -> Estimates:
    own = np.sum([risk.d[cause] for cause in causes], axis=0)
    share = cumulative_incidence(risk.n, risk.exits, own, horizon=YEAR)
    return _of(
        risk,
        share.value,
        share.low,
        share.high,
        numerator=risk.up_to(YEAR, own),
        computable=risk.followed_to(YEAR),
    )


def _of(
    risk: _Risk, value: np.ndarray, low: np.ndarray, high: np.ndarray, *, numerator: np.ndarray, computable: np.ndarray
) -> Estimates:
    return estimated(
        value,
        low,
        high,
        numerator=numerator,
        denominator=risk.entering,
        computable=computable,
        not_comparable=risk.first_k > 0,
    )
