"""Intervals of counts that happen at a rate."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from demad.estimators.survival import Z_95

EXACT_BELOW = 10


def count_interval(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a Poisson count: exact below ten, Byar's approximation from ten on.

    Notes
    -----
    Exact: chi-square quantiles / 2. Byar: O(1 - 1/(9O) - z/(3 sqrt O))^3 and
    (O+1)(1 - 1/(9(O+1)) + z/(3 sqrt(O+1)))^3, as in PHEindicatormethods.
    """
    observed = np.asarray(count, dtype=float)
    at_least_one = np.maximum(observed, 1.0)
    exact_low = np.where(observed > 0, chi2.ppf(0.025, 2 * at_least_one) / 2, 0.0)
    exact_high = chi2.ppf(0.975, 2 * observed + 2) / 2
    byar_low = at_least_one * (1 - 1 / (9 * at_least_one) - Z_95 / (3 * np.sqrt(at_least_one))) ** 3
    one_more = observed + 1
    byar_high = one_more * (1 - 1 / (9 * one_more) + Z_95 / (3 * np.sqrt(one_more))) ** 3
    few = observed < EXACT_BELOW
    return np.where(few, exact_low, byar_low), np.where(few, exact_high, byar_high)
