"""Kaplan-Meier from risk tables: survival, its variance, intervals and quantiles.

Counts may be exact or protected. ``rounding`` is defined in `estimators.rounding`; 0 for exact counts.

Quantiles here and beside are the functions of `scipy.special` that `scipy.stats` calls itself: the same numbers, and
no second of imports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from demad.estimators.rounding import linear_variance, of_survival

Z_95 = float(ndtri(0.975))
_ROUNDING, _WIDEST = 1e-13, 700.0  # tolerance of sums that should be 1; exp(700) is finite


@dataclass(frozen=True, slots=True)
class Survival:
    """Survival curve S(1..K) along the last axis, with Greenwood's sum G (Var S = S^2 G) and a 95 % log-log band.

    ``rounding``: the part that rounding adds to G.
    """

    value: np.ndarray
    greenwood: np.ndarray
    rounding: np.ndarray
    low: np.ndarray
    high: np.ndarray


def kaplan_meier(
    at_risk: np.ndarray, events: np.ndarray, *, rounding: np.ndarray | float = 0.0, cohort: bool = False
) -> Survival:
    """Share that survives k steps, from numbers at risk and events.

    Censoring and delayed entry need no argument: they are part of ``at_risk``.

    Parameters
    ----------
    at_risk, events
        Counts, shape (..., K), ``events <= at_risk``. A step with nobody at risk leaves S unchanged; the caller must
        decide whether S is still defined there.
    rounding
        Rounding of the counts, in the shape of the input without K; it widens the band.
    cohort
        Whether the rounded counts are n(1) and the losses before each step, instead of n per step.

    Returns
    -------
    Survival of the same shape. If S is exactly 0 or 1 the band is nan: the log-log transform is undefined.

    Notes
    -----
    Greenwood's variance, log-log band as in R `survfit(conf.type="log-log")`.
    """
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    hazard = np.divide(d, n, out=np.zeros_like(n), where=n > 0)
    value = np.cumprod(1.0 - hazard, axis=-1)
    step = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    greenwood = np.cumsum(step, axis=-1)
    added = np.asarray(rounding)[..., None] * _rounding_of_log(n, d, cohort=cohort) if np.any(rounding) else 0.0
    low, high = log_log_band(value, value * np.sqrt(greenwood + added))
    return Survival(value, greenwood, np.broadcast_to(added, value.shape), low, high)


def _rounding_of_log(n: np.ndarray, d: np.ndarray, *, cohort: bool) -> np.ndarray:
    """Variance of ln S(k) at every k for one unit of ``rounding``: `linear_variance` up to k, vectorised over k.

    ln S(k) = sum ln(1 - d_i / n_i), with derivatives d / (n (n - d)) for n_i and -1 / (n - d) for d_i. The derivatives
    for the cumulative exits sum to minus the first one.
    """
    to_n = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    to_d = np.divide(1.0, n - d, out=np.zeros_like(n), where=n > d)
    steps = np.diff(to_d, axis=-1, prepend=to_d[..., :1])
    own_exits = np.cumsum(steps**2, axis=-1) + to_d**2
    so_far = np.cumsum(to_n, axis=-1)
    if cohort:
        shared = to_n[..., :1] - to_d[..., :1]
        own_risk = so_far**2 + np.cumsum(to_n**2, axis=-1) - to_n[..., :1] ** 2
    else:
        shared = so_far - to_d[..., :1]
        own_risk = np.cumsum(to_n**2, axis=-1)
    return shared**2 + own_risk + own_exits


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean months up to a horizon, its standard error and a normal 95 % interval; shape of the input without K.

    ``rounding``: the part of its variance due to rounding.
    """

    value: np.ndarray
    standard_error: np.ndarray
    rounding: np.ndarray
    low: np.ndarray
    high: np.ndarray


def restricted_mean(at_risk: np.ndarray, events: np.ndarray, *, rounding: np.ndarray | float = 0.0) -> RestrictedMean:
    """Restricted mean time up to step K + 1: the area under S(0..K).

    Unlike a mean of ended spells it includes those that still run.

    Parameters
    ----------
    at_risk, events
        Counts, shape (..., K), of the steps before the horizon K + 1.
    rounding
        Rounding of the counts, in the shape of the input without K.

    Returns
    -------
    RestrictedMean; the interval is nan if the standard error is 0, and is limited to 0 and the horizon.

    Notes
    -----
    sum S(k), k = 0..K; Var = sum_j (sum_{k>=j} S(k))^2 (G(j) - G(j-1)), as R `survfit(..., rmean)`.
    """
    curve = kaplan_meier(at_risk, events)
    to_come = np.flip(np.cumsum(np.flip(curve.value, axis=-1), axis=-1), axis=-1)
    steps = np.diff(curve.greenwood, axis=-1, prepend=0.0)
    value = 1.0 + curve.value.sum(axis=-1)
    added = np.zeros_like(value)
    if np.any(rounding):
        added = linear_variance(of_survival(at_risk, events, to_come, cohort=False), rounding)
    error = np.sqrt((to_come**2 * steps).sum(axis=-1) + added)
    half = np.where(error > 0, Z_95 * error, np.nan)
    longest = curve.value.shape[-1] + 1.0
    return RestrictedMean(value, error, added, np.maximum(value - half, 0.0), np.minimum(value + half, longest))


def log_log_band(value: np.ndarray, standard_error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a probability on the log(-log) scale: value^exp(-+ z se / (value ln value)).

    nan if the value is 0 or 1 (within rounding error). Bounds are ordered and within 0 and 1.
    """
    inside = (value > _ROUNDING) & (value < 1 - _ROUNDING)
    safe = np.where(inside, value, 0.5)
    width = np.where(inside, np.minimum(Z_95 * standard_error / np.abs(safe * np.log(safe)), _WIDEST), np.nan)
    return safe ** np.exp(width), safe ** np.exp(-width)


def quantile(curve: np.ndarray, share_left: float) -> np.ndarray:
    """First step k at which the curve is at or below 1 - ``share_left``; nan if it never is.

    Implementations in R differ if S equals 1 - p on a flat step; this is the smallest such k, with a tolerance of
    1e-12. A nan step of the curve counts as not reached.

    Returns
    -------
    Shape of ``curve`` without its last axis, steps counted from 1.
    """
    reached = np.nan_to_num(curve, nan=np.inf) <= 1.0 - share_left + 1e-12
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1.0, np.nan)
