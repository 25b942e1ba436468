"""How long spells last and how they end, from the risk tables of 24 months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier, quantile
from demad.indicators.grid import City, Estimates, Grid, dense, estimated, figures, last_transitions
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.tables.terms import GROUPS, REASONS

MONTHS_ON_BENEFIT = 60
YEAR = 12
_ENOUGH, _FOR_MONTHS = 20, 12


@dataclass(frozen=True, slots=True)
class _Risk:
    """Counts of windows: city by group by quarter by k = 1..60."""

    n: np.ndarray
    d: np.ndarray
    d_work: np.ndarray
    first_k: np.ndarray

    @property
    def entering(self) -> np.ndarray:
        """At risk where the product starts: at k = 1, or at the start of a full history's steady part."""
        return np.take_along_axis(self.n, self.first_k[..., None], axis=-1)[..., 0]


def durations(spell_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `still_on_12m`, `duration_median` and `cif_work_12m`; the sensitivities only the first."""
    of_variant = spell_risk.filter(variant=variant)
    only_total = variant in ("gap0", "gap3")
    blocks = []
    for breakdown in ("total",) if only_total else ("total", *indicator("still_on_12m").breakdowns):
        grid, risk = _windows(of_variant, cities, variant, breakdown)
        blocks.append(figures(indicator("still_on_12m"), grid, _still_on(risk)))
        if not only_total:
            blocks.append(figures(indicator("duration_median"), grid, _median(risk)))
            blocks.append(figures(indicator("cif_work_12m"), grid, _to_work(risk)))
    return blocks


def _windows(spell_risk: pl.DataFrame, cities: Sequence[City], variant: str, breakdown: str) -> tuple[Grid, _Risk]:
    window = indicator("still_on_12m").window
    total = breakdown == "total"
    quarters = [month for month in quarters_of(cities) if total or month % 12 == 11]
    labels = quarter_labels(quarters)
    steps = labels if total else [label[:4] for label in labels]
    shape = (len(cities), len(GROUPS[breakdown]), len(steps), MONTHS_ON_BENEFIT)
    causes = [f"d_{reason}" for reason in REASONS]
    single = spell_risk.filter(pl.col("k") <= MONTHS_ON_BENEFIT).with_columns(step=pl.format("{}/{}", "period", "k"))
    places = [f"{step}/{k}" for step in steps for k in range(1, MONTHS_ON_BENEFIT + 1)]
    counts = dense(single, cities, breakdown, "step", places, ["n", *causes])
    summed = {
        name: rolling_sum(array.reshape(shape), window // (3 if total else 12), axis=2)
        for name, array in counts.items()
    }
    exits = np.sum([summed[name] for name in causes], axis=0)
    shown = within(cities, quarters, window, last_transitions(cities, variant))
    full = np.array([city.full_history for city in cities])
    first_k = np.where(full[:, None, None], _stable_start(summed["n"]), 0)
    return Grid(variant, breakdown, cities, labels, shown), _Risk(summed["n"], exits, summed["d_work"], first_k)


def _stable_start(n: np.ndarray) -> np.ndarray:
    """Steps to skip: up to the first k with 20 at risk that stays so for a year (0 where there is none).

    With delayed entry the first risk sets can hold one or two people; one exit then drives S to 0 for ever.
    """
    enough = n >= _ENOUGH
    run = rolling_sum(enough.astype(np.int64), _FOR_MONTHS, axis=3)[..., _FOR_MONTHS - 1 :] == _FOR_MONTHS
    return np.where(run.any(axis=-1), run.argmax(axis=-1), 0)


def _from_start(risk: _Risk) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Risk sets and exits with the skipped steps emptied of exits: S(k | k0)."""
    skipped = np.arange(MONTHS_ON_BENEFIT) < risk.first_k[..., None]
    return (
        np.where(skipped, np.maximum(risk.n, 1), risk.n),
        np.where(skipped, 0, risk.d),
        np.where(skipped, 0, risk.d_work),
    )


def _still_on(risk: _Risk) -> Estimates:
    n, d, _ = _from_start(risk)
    curve = kaplan_meier(n[..., :YEAR], d[..., :YEAR])
    return estimated(
        curve.value[..., -1],
        curve.low[..., -1],
        curve.high[..., -1],
        numerator=d[..., :YEAR].sum(axis=-1),
        denominator=risk.entering,
        computable=np.all(n[..., :YEAR] > 0, axis=-1) & (risk.first_k < YEAR),
        not_comparable=risk.first_k > 0,
    )


def _median(risk: _Risk) -> Estimates:
    n, d, _ = _from_start(risk)
    curve = kaplan_meier(n, d)
    defined = np.cumprod(n > 0, axis=-1).astype(bool)
    survival = np.where(defined, curve.value, np.nan)
    median = quantile(survival, 0.5)
    # At S = 1 the bands are 1; at S = 0 there are none, so a band that was not below by then never is.
    bands = (np.where(survival == 1.0, 1.0, np.where(defined, band, np.nan)) for band in (curve.low, curve.high))
    low, high = (quantile(band, 0.5) for band in bands)
    reached = ~np.isnan(median)
    up_to = np.cumsum(d, axis=-1)
    last = np.where(reached, median, 1).astype(np.int64) - 1
    leavers = np.take_along_axis(up_to, last[..., None], axis=-1)[..., 0]
    return estimated(
        median,
        low,
        high,
        numerator=np.where(reached, leavers, np.nan),
        denominator=risk.entering,
        computable=reached,
        not_comparable=risk.first_k > 0,
    )


def _to_work(risk: _Risk) -> Estimates:
    n, d, d_work = _from_start(risk)
    share = cumulative_incidence(n, d, d_work, horizon=YEAR)
    return estimated(
        share.value,
        share.low,
        share.high,
        numerator=d_work[..., :YEAR].sum(axis=-1),
        denominator=risk.entering,
        computable=np.all(n[..., :YEAR] > 0, axis=-1) & (risk.first_k < YEAR),
        not_comparable=risk.first_k > 0,
    )
