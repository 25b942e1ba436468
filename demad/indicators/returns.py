"""Who comes back, and who leaves to work or to activation and stays away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.survival import kaplan_meier, log_log_band
from demad.indicators.grid import City, Estimates, estimated, figures, last_transitions
from demad.indicators.risk import risk_table
from demad.tables.terms import SENSITIVITIES

YEAR = 12
_COUNTS = ("n", "d_return", "exits", "n_work", "d_work", "n_activation", "d_activation", "exits_activation")
_RETURNS = {"return_6m": 6, "return_12m": 12, "return_24m": 24}
_LASTING_WORK = {"sustainable_work_6m": 6, "sustainable_work_12m": 12, "sustainable_work_24m": 24}
_IDS = (*_RETURNS, "sustainable_activation_12m", *_LASTING_WORK)


def returns(return_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of returns and of lasting outflow; the sensitivities only `return_12m`, in total."""
    of_variant = return_risk.filter(variant=variant)
    sensitivity = variant in SENSITIVITIES
    blocks = []
    for breakdown in ("total",) if sensitivity else ("total", *indicator("return_12m").breakdowns):
        table = risk_table(
            of_variant,
            cities,
            variant=variant,
            breakdown=breakdown,
            step="m",
            steps=range(1, max(_RETURNS.values()) + 1),
            columns=_COUNTS,
        )
        for id in ("return_12m",) if sensitivity else _IDS:
            definition = indicator(id)
            if breakdown not in ("total", *definition.breakdowns):
                continue
            grid, counts = table.window(definition.window, last_transitions(cities, variant))
            blocks.append(figures(definition, grid, _estimate(id, counts)))
    return blocks


def _estimate(id: str, counts: dict[str, np.ndarray]) -> Estimates:
    if id in _RETURNS:
        return back_within(counts["n"], counts["d_return"], _RETURNS[id])
    if id in _LASTING_WORK:
        return stays_away(counts["n_work"], counts["d_work"], _LASTING_WORK[id])
    return _lasting_activation(counts)


def back_within(n: np.ndarray, d: np.ndarray, horizon: int) -> Estimates:
    """1 - Kaplan-Meier of staying away, with the ends of its interval turned round."""
    away = stays_away(n, d, horizon)
    return estimated(
        1 - away.value,
        1 - away.high,
        1 - away.low,
        numerator=away.numerator,
        denominator=away.denominator,
        computable=~np.isnan(away.value),
    )


def stays_away(n: np.ndarray, d: np.ndarray, horizon: int) -> Estimates:
    """Kaplan-Meier of staying away for ``horizon`` months."""
    curve = kaplan_meier(n[..., :horizon], d[..., :horizon])
    return estimated(
        curve.value[..., -1],
        curve.low[..., -1],
        curve.high[..., -1],
        numerator=d[..., :horizon].sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n[..., :horizon] > 0, axis=-1),
    )


def _lasting_activation(counts: dict[str, np.ndarray]) -> Estimates:
    """Share of exits that go to activation, times the share of those that stay away a year."""
    exits = counts["exits"].sum(axis=-1).astype(float)
    activated = counts["exits_activation"].sum(axis=-1).astype(float)
    share = np.divide(activated, exits, out=np.zeros_like(exits), where=exits > 0)
    n, d = (counts[name][..., :YEAR] for name in ("n_activation", "d_activation"))
    away = kaplan_meier(n, d)
    stays, greenwood = away.value[..., -1], away.greenwood[..., -1]
    of_share = np.divide(share * (1 - share), exits, out=np.zeros_like(exits), where=exits > 0)
    variance = stays**2 * of_share + share**2 * stays**2 * greenwood
    low, high = log_log_band(share * stays, np.sqrt(variance))
    return estimated(
        share * stays,
        low,
        high,
        numerator=activated,
        denominator=exits,
        computable=(exits > 0) & (n > 0).all(axis=-1),
    )
