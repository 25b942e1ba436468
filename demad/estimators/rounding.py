"""Variance that rounding to a base adds to an estimate from rounded counts.

A count u is rounded as p(u) = b * floor((u + o) / b) with an offset o shared by all counts of one table. Its error is
o - r, with r the remainder of u + o: two parts, each with variance (b^2 - 1) / 12. The first is shared within the
table, the second is specific to each count. Errors of tables (quarters, years, cities) are independent.

Everything here takes ``rounding``: the number of tables summed, times that variance; 0 for exact counts. The error of
a single count of one table then has variance 2 * ``rounding``.
"""

from __future__ import annotations

import numpy as np

MUCH_WIDER = 1.25
"""Rounding widens an interval by more than half if it adds more than 1.25 times the variance of chance."""


def offset_variance(base: int) -> float:
    """(b^2 - 1) / 12: the variance of the offset, and of the remainder, of one table; 2 for base 5."""
    return (base * base - 1) / 12


def linear_variance(gradients: list[np.ndarray], rounding: np.ndarray | float) -> np.ndarray:
    """Variance that rounding adds to an estimate, from its derivatives with respect to every rounded count.

    Parameters
    ----------
    gradients
        Derivatives with respect to the rounded counts, shape (..., K); the first axes are those of the estimate.
    rounding
        Number of tables summed times `offset_variance`; broadcast to the estimate's shape.

    Returns
    -------
    rounding * ((sum g)^2 + sum g^2): the shared offset moves all counts together, the remainders do not.
    """
    every = np.concatenate(gradients, axis=-1)
    return np.asarray(rounding) * (every.sum(axis=-1) ** 2 + (every**2).sum(axis=-1))


def cumulative(gradient: np.ndarray) -> np.ndarray:
    """Derivatives with respect to cumulative counts D(k), from those for steps d(k) = D(k) - D(k - 1)."""
    later = np.concatenate([gradient[..., 1:], np.zeros_like(gradient[..., :1])], axis=-1)
    return gradient - later


def lost(gradient: np.ndarray) -> np.ndarray:
    """Derivatives for n(1) and for the losses before each later step, from those for n(k) = n(1) - lost(k)."""
    return np.concatenate([gradient.sum(axis=-1, keepdims=True), -gradient[..., 1:]], axis=-1)


def of_survival(at_risk: np.ndarray, events: np.ndarray, scale: np.ndarray, *, cohort: bool) -> list[np.ndarray]:
    """Derivatives of sum scale_k ln(1 - d_k / n_k) with respect to the rounded counts: at risk, and D(k).

    Parameters
    ----------
    at_risk, events
        Counts, shape (..., K).
    scale
        Weight of every step, broadcast to that shape.
    cohort
        Whether the rounded counts are n(1) and the losses, not n step by step.
    """
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    to_n = scale * np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    to_d = -scale * np.divide(1.0, n - d, out=np.zeros_like(n), where=n > d)
    return [lost(to_n) if cohort else to_n, cumulative(to_d)]
