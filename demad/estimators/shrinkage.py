"""The best guess of a ratio of few events: drawn towards the middle as far as chance could explain it."""

from __future__ import annotations

import numpy as np


def shrunken_ratio(observed: np.ndarray, expected: np.ndarray, variance: float) -> np.ndarray:
    """Gamma-Poisson estimate (O + a) / (E + a) of O / E, with a = 1 / ``variance`` of the true ratios.

    Parameters
    ----------
    observed, expected
        Of the same shape.
    variance
        Between the true ratios; 0 gives 1 everywhere.
    """
    o, e = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    if variance <= 0:
        return np.ones_like(o)
    prior = 1 / variance
    return (o + prior) / (e + prior)
