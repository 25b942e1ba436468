"""Confidence intervals of Poisson counts."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincinv

from demad.estimators.survival import Z_95

EXACT_BELOW = 10


def exact_poisson(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact 95 % interval of a Poisson count, also for fractional counts: chi-square quantiles / 2 (Garwood 1936)."""
    observed = np.asarray(count, dtype=float)
    low = np.where(observed > 0, gammaincinv(np.where(observed > 0, observed, 1.0), 0.025), 0.0)
    return low, gammaincinv(observed + 1, 0.975)


def byar(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Byar's approximation of the 95 % interval of a count; the low end of 0 is 0.

    Notes
    -----
    O(1 - 1/(9O) - z/(3 sqrt O))^3 and (O+1)(1 - 1/(9(O+1)) + z/(3 sqrt(O+1)))^3, as in PHEindicatormethods.
    """
    observed = np.asarray(count, dtype=float)
    some, one_more = np.where(observed > 0, observed, 1.0), observed + 1
    low = some * (1 - 1 / (9 * some) - Z_95 / (3 * np.sqrt(some))) ** 3
    high = one_more * (1 - 1 / (9 * one_more) + Z_95 / (3 * np.sqrt(one_more))) ** 3
    return np.where(observed > 0, low, 0.0), high


def count_interval(count: np.ndarray, *, added: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a Poisson count: exact below ten, Byar's approximation from ten on.

    Parameters
    ----------
    added
        Relative variance (Var / O^2) besides chance: of rounding the count, or of its denominator. The interval is that
        of the smaller count with the same relative variance, 1 / (1 / O + added), scaled back.
    """
    observed = np.asarray(count, dtype=float)
    scale = 1 + np.asarray(added) * observed
    fewer = observed / scale
    few = fewer < EXACT_BELOW
    (exact_low, exact_high), (byar_low, byar_high) = exact_poisson(fewer), byar(fewer)
    return scale * np.where(few, exact_low, byar_low), scale * np.where(few, exact_high, byar_high)
