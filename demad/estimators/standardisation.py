"""Rates made comparable: observed against expected, and a direct standard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.estimators.rates import count_interval

LEAST_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Standardised:
    """A value with its 95 % interval; shape of the input less its strata."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def observed_over_expected(observed: np.ndarray, expected: np.ndarray) -> Standardised:
    """Indirect standardisation: O / E, with the interval of the count O divided by E.

    Parameters
    ----------
    observed, expected
        Counts and expected counts of the same shape; nan where nothing is expected.

    Notes
    -----
    Comparable to the reference, not exactly to each other: every unit has its own weights.
    """
    o = np.asarray(observed, dtype=float)
    e = np.asarray(expected, dtype=float)
    e = np.where(e > 0, e, np.nan)
    low, high = count_interval(o)
    return Standardised(o / e, low / e, high / e)


def directly_standardised(events: np.ndarray, exposure: np.ndarray, weights: np.ndarray) -> Standardised:
    """Rate the unit would have with the strata of the standard population.

    Parameters
    ----------
    events, exposure
        Counts per stratum, shape (..., S).
    weights
        Standard population, shape (S,).

    Returns
    -------
    Standardised, shape (...); nan with fewer than ten events or an empty stratum.

    Notes
    -----
    Dobson et al. (1991): DSR + sqrt(Var / O) (O_L - O), with the limits of the count, as in
    PHEindicatormethods (Byar from ten on).
    """
    o, n, w = (np.asarray(given, dtype=float) for given in (events, exposure, weights))
    total = o.sum(axis=-1)
    usable = (n > 0).all(axis=-1) & (total >= LEAST_EVENTS)
    safe = np.where(n > 0, n, 1.0)
    value = (w * o / safe).sum(axis=-1) / w.sum()
    variance = (w**2 * o / safe**2).sum(axis=-1) / w.sum() ** 2
    low, high = count_interval(total)
    scale = np.sqrt(np.divide(variance, total, out=np.zeros_like(variance), where=total > 0))
    bounds = (value, value + scale * (low - total), value + scale * (high - total))
    return Standardised(*(np.where(usable, bound, np.nan) for bound in bounds))
