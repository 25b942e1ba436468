"""Aalen-Johansen estimator from risk tables: cumulative incidence of one cause with competing causes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.estimators.rounding import cumulative, linear_variance, lost
from demad.estimators.survival import log_log_band


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence at one horizon: value, variance and 95 % interval; shape of the input without K.

    ``rounding``: the variance added by rounding.
    """

    value: np.ndarray
    variance: np.ndarray
    rounding: np.ndarray
    low: np.ndarray
    high: np.ndarray


def cumulative_incidence(
    at_risk: np.ndarray,
    events: np.ndarray,
    events_of_cause: np.ndarray,
    *,
    horizon: int,
    rounding: np.ndarray | float = 0.0,
    cohort: bool = False,
) -> Incidence:
    """Probability of an exit for one cause by step ``horizon``.

    Not 1 - Kaplan-Meier of that cause: people who exit for another cause are no longer at risk for this one, and
    treating them as censored overestimates every cause.

    Parameters
    ----------
    at_risk, events, events_of_cause
        Counts, shape (..., K) with K >= ``horizon``; ``events`` are those of all causes together.
    horizon
        Number of steps, from the first.
    rounding, cohort
        Rounding of the counts; see `survival.kaplan_meier`.

    Returns
    -------
    Incidence; the interval is nan where the incidence is exactly 0 or 1.

    Notes
    -----
    F(k) = sum S(i-1) d_i / n_i; multinomial delta variance (equal to R `survfit` without delayed entry),
    interval F^exp(-+ z se / (F ln F)).
    """
    n, d, dj = (np.asarray(counts, dtype=float)[..., :horizon] for counts in (at_risk, events, events_of_cause))
    value, before, still_to_come = _course(n, d, dj)
    leaving = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    own = np.divide(dj * (n - dj), n**3, out=np.zeros_like(n), where=n > 0)
    shared = np.divide(dj, n**2, out=np.zeros_like(n), where=n > 0)
    terms = still_to_come**2 * leaving + before**2 * own - 2 * still_to_come * before * shared
    variance = np.maximum(terms.sum(axis=-1), 0.0)
    added = np.zeros_like(value)
    if np.any(rounding):
        added = linear_variance(of_incidence(n, d, dj, cohort=cohort), rounding)
    low, high = log_log_band(value, np.sqrt(variance + added))
    return Incidence(value, variance, added, low, high)


def of_incidence(
    at_risk: np.ndarray, events: np.ndarray, events_of_cause: np.ndarray, *, cohort: bool
) -> list[np.ndarray]:
    """Derivatives of the incidence after the last step with respect to the rounded counts: at risk, D(k), D_j(k).

    Parameters
    ----------
    at_risk, events, events_of_cause
        Counts, shape (..., K).
    cohort
        See `survival.kaplan_meier`.
    """
    n, d, dj = (np.asarray(counts, dtype=float) for counts in (at_risk, events, events_of_cause))
    _, before, still_to_come = _course(n, d, dj)
    leaving = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    to_d = -np.divide(still_to_come, n - d, out=np.zeros_like(n), where=n > d)
    to_cause = np.divide(before, n, out=np.zeros_like(n), where=n > 0)
    to_n = still_to_come * leaving - before * np.divide(dj, n**2, out=np.zeros_like(n), where=n > 0)
    return [lost(to_n) if cohort else to_n, cumulative(to_d), cumulative(to_cause)]


def _course(n: np.ndarray, d: np.ndarray, dj: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """F after the last step, S before each step, and how much of F is still to come after each."""
    share_left = np.divide(d, n, out=np.zeros_like(n), where=n > 0)
    share_cause = np.divide(dj, n, out=np.zeros_like(n), where=n > 0)
    survival = np.cumprod(1.0 - share_left, axis=-1)
    before = np.concatenate([np.ones_like(survival[..., :1]), survival[..., :-1]], axis=-1)
    incidence = np.cumsum(before * share_cause, axis=-1)
    value = incidence[..., -1]
    return value, before, value[..., None] - incidence
