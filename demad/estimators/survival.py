"""Kaplan-Meier from risk tables: survival, its variance, intervals and quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

Z_95 = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Survival:
    """A curve S(1..K) along the last axis, with Greenwood's sum G (Var S = S^2 G) and a 95 % log-log band."""

    value: np.ndarray
    greenwood: np.ndarray
    low: np.ndarray
    high: np.ndarray


def kaplan_meier(at_risk: np.ndarray, events: np.ndarray) -> Survival:
    """Share still there after k steps, from counts at risk and events.

    Censoring needs no argument: it shows in ``at_risk``. So does delayed entry.

    Parameters
    ----------
    at_risk, events
        Counts, shape (..., K), ``events <= at_risk``; a step with nobody at risk leaves S as it was, so the
        caller must judge whether S is still defined there.

    Returns
    -------
    Survival of the same shape. Where S is exactly 0 or 1 the band is nan: the log-log transform has none.

    Notes
    -----
    Greenwood's variance, log-log band as in R `survfit(conf.type="log-log")`.
    """
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    hazard = np.divide(d, n, out=np.zeros_like(n), where=n > 0)
    value = np.cumprod(1.0 - hazard, axis=-1)
    step = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    greenwood = np.cumsum(step, axis=-1)
    low, high = log_log_band(value, value * np.sqrt(greenwood))
    return Survival(value, greenwood, low, high)


def log_log_band(value: np.ndarray, standard_error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a probability on the log(-log) scale: value^exp(-+ z se / (value ln value)).

    nan where the value is 0 or 1. Low and high always lie within (0, 1) and in this order.
    """
    inside = (value > 0) & (value < 1)
    safe = np.where(inside, value, 0.5)
    width = np.where(inside, Z_95 * standard_error / np.abs(safe * np.log(safe)), np.nan)
    return safe ** np.exp(width), safe ** np.exp(-width)


def quantile(curve: np.ndarray, share_left: float) -> np.ndarray:
    """First step k at which the curve is at or below 1 - ``share_left``; nan where it never is.

    R disagrees with itself where S meets 1 - p exactly on a flat step; this is the smallest such k, with a
    tolerance of 1e-12. A nan step of the curve counts as not reached.

    Returns
    -------
    Shape of ``curve`` without its last axis, steps counted from 1.
    """
    reached = np.nan_to_num(curve, nan=np.inf) <= 1.0 - share_left + 1e-12
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1.0, np.nan)
