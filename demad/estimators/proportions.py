"""Confidence intervals of proportions."""

from __future__ import annotations

import numpy as np

from demad.estimators.survival import Z_95


def wilson(count: np.ndarray, total: np.ndarray, *, added: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """95 % Wilson score interval of ``count / total``; nan where the total is 0.

    Parameters
    ----------
    added
        Variance of the share besides sampling, such as that of rounding. The interval is that of a smaller effective
        sample: n_eff = q(1 - q) / (q(1 - q) / n + added), q = (x + 2) / (n + 4).

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
    """q(1 - q) / n with q = (x + 2) / (n + 4): sampling variance of a share, above 0 even for a share of 0 or 1."""
    q = (count + 2) / (total + 4)
    return q * (1 - q) / total
