"""Intervals of simple shares of counts."""

from __future__ import annotations

import numpy as np

from demad.estimators.survival import Z_95


def wilson(count: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % Wilson score interval of ``count / total``; nan where the total is 0.

    Notes
    -----
    (2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2)); Wilson (1927). It stays inside [0, 1].
    """
    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    n = np.where(n > 0, n, np.nan)
    spread = Z_95 * np.sqrt(Z_95**2 + 4 * x * (1 - x / n))
    centre, width = 2 * x + Z_95**2, 2 * (n + Z_95**2)
    return np.maximum((centre - spread) / width, 0.0), np.minimum((centre + spread) / width, 1.0)
