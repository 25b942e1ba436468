"""Intervals of simple shares of counts."""

from __future__ import annotations

import numpy as np
from scipy.stats import beta

from demad.estimators.survival import Z_95


def wilson(count: np.ndarray, total: np.ndarray, *, added: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """95 % Wilson score interval of ``count / total``; nan where the total is 0.

    Parameters
    ----------
    added
        Variance of the share that does not come from chance: what rounding its counts adds. The interval is then
        that of as many fewer people: n_eff = q(1 - q) / (q(1 - q) / n + added), q = (x + 2) / (n + 4).

    Notes
    -----
    (2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2)); Wilson (1927). It stays inside [0, 1].
    """
    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    n = np.where(n > 0, n, np.nan)
    if np.any(added):
        fewer = 1 / (1 + np.asarray(added) / variance_of_chance(x, n))
        x, n = x * fewer, n * fewer
    spread = Z_95 * np.sqrt(Z_95**2 + 4 * x * (1 - x / n))
    centre, width = 2 * x + Z_95**2, 2 * (n + Z_95**2)
    return np.maximum((centre - spread) / width, 0.0), np.minimum((centre + spread) / width, 1.0)


def variance_of_chance(count: np.ndarray, total: np.ndarray) -> np.ndarray:
    """q(1 - q) / n with q = (x + 2) / (n + 4): the variance of a share, above 0 also where it is 0 or 1."""
    q = (count + 2) / (total + 4)
    return q * (1 - q) / total


def clopper_pearson(count: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact 95 % interval of ``count / total``; nan where the total is 0. Never too narrow, often too wide."""
    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    n = np.where(n > 0, n, np.nan)
    low = np.where(x > 0, beta.ppf(0.025, np.maximum(x, 1), n - x + 1), 0.0)
    high = np.where(x < n, beta.ppf(0.975, x + 1, np.maximum(n - x, 1)), 1.0)
    return np.where(np.isnan(n), np.nan, low), np.where(np.isnan(n), np.nan, high)


def newcombe(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Difference of two proportions with its 95 % interval from the two Wilson intervals.

    Parameters
    ----------
    first, second
        Counts and totals.

    Returns
    -------
    difference (first - second), low, high; nan where a total is 0.

    Notes
    -----
    Newcombe (1998), method 10: square-and-add.
    """
    (x1, n1), (x2, n2) = ((np.asarray(x, dtype=float), np.asarray(n, dtype=float)) for x, n in (first, second))
    p1, p2 = (np.divide(x, n, out=np.full_like(x, np.nan), where=n > 0) for x, n in ((x1, n1), (x2, n2)))
    (low1, high1), (low2, high2) = wilson(x1, n1), wilson(x2, n2)
    difference = p1 - p2
    low = difference - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    return difference, low, difference + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)


def log_ratio(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of two proportions with its 95 % interval on the log scale; nan where a count or total is 0."""
    (x1, n1), (x2, n2) = ((np.asarray(x, dtype=float), np.asarray(n, dtype=float)) for x, n in (first, second))
    usable = (x1 > 0) & (x2 > 0) & (n1 > 0) & (n2 > 0)
    x1, n1, x2, n2 = (np.where(usable, given, np.nan) for given in (x1, n1, x2, n2))
    ratio = (x1 / n1) / (x2 / n2)
    half = Z_95 * np.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    return ratio, ratio * np.exp(-half), ratio * np.exp(half)
