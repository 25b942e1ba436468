"""Chain ladder: how counts that arrive late grow to their final value, with what chance adds.

A *triangle* holds cumulative counts: one row per origin (the month that something happened in), one column per delay
(how long after it the count was made), NaN where the count is not known yet. Counts may fall as well as grow, because
what was recorded can be undone. Not here: which counts, and bootstrap (`overdispersed_poisson`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Factors:
    """Development factors of J delays: what a count at delay j is multiplied by to give that at j + 1.

    Parameters
    ----------
    factor
        Shape (J - 1,); 1 where nothing was at delay j.
    variance
        Mack's sigma², shape (J - 1,): variance of the count at j + 1 per unit of the count at j.
    base
        Sum of the counts at delay j that the factor rests on, shape (J - 1,).
    """

    factor: np.ndarray
    variance: np.ndarray
    base: np.ndarray


@dataclass(frozen=True, slots=True)
class Mack:
    """Final counts per origin with standard errors of prediction; ``total_error`` is that of their sum."""

    ultimate: np.ndarray
    error: np.ndarray
    total: float
    total_error: float


def development(triangle: np.ndarray) -> Factors:
    """Volume-weighted development factors with Mack's variances.

    An origin counts for a factor where both its counts are known. A variance that no two origins give is extrapolated,
    as in Mack (1993): the least of the two before it and of the last one squared over the one before.

    Parameters
    ----------
    triangle
        Cumulative counts, shape (I, J), NaN where not known.

    Notes
    -----
    Mack, T. (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates, ASTIN
    Bulletin 23: as R ``ChainLadder::MackChainLadder(est.sigma = "Mack")``.
    """
    steps = [_step(triangle[:, j], triangle[:, j + 1]) for j in range(triangle.shape[1] - 1)]
    factor, variance, base = (np.array([step[place] for step in steps]) for place in range(3))
    for j in np.nonzero(np.isnan(variance))[0]:
        variance[j] = _extrapolated(variance[:j])
    return Factors(factor, variance, base)


def _step(now: np.ndarray, later: np.ndarray) -> tuple[float, float, float]:
    known = ~np.isnan(now) & ~np.isnan(later) & (now > 0)
    x, y = now[known], later[known]
    if not known.any():
        return 1.0, np.nan, 0.0
    factor = y.sum() / x.sum()
    variance = (x * (y / x - factor) ** 2).sum() / (len(x) - 1) if len(x) > 1 else np.nan
    return float(factor), float(variance), float(x.sum())


def _extrapolated(before: np.ndarray) -> float:
    if len(before) < 2:
        return float(before[-1]) if len(before) else 0.0
    last, earlier = before[-1], before[-2]
    return float(min(last**2 / earlier if earlier > 0 else 0.0, last, earlier))


def mack(triangle: np.ndarray) -> Mack:
    """Final counts of every origin, and of all together, with Mack's standard errors.

    Parameters
    ----------
    triangle
        Cumulative counts, shape (I, J), NaN where not known; every origin has a first count, and its known counts are
        a run from the first.

    Notes
    -----
    The standard error holds what chance adds after the last known count and the uncertainty of the factors. That of the
    total also has the covariance of origins that rest on the same factors.
    """
    factors = development(triangle)
    latest = (~np.isnan(triangle)).sum(axis=1) - 1
    current = triangle[np.arange(len(triangle)), latest]
    after = np.concatenate([np.cumprod(factors.factor[::-1])[::-1], [1.0]])
    ultimate = current * after[latest]
    error, covariance = _errors(current, ultimate, latest, factors)
    total_variance = (error**2).sum() + covariance
    return Mack(ultimate, error, float(ultimate.sum()), float(np.sqrt(total_variance)))


def _errors(
    current: np.ndarray, ultimate: np.ndarray, latest: np.ndarray, factors: Factors
) -> tuple[np.ndarray, float]:
    """Standard error of every origin, and what the shared factors add to the variance of the sum."""
    relative, shared = np.zeros(len(current)), 0.0
    for j, (factor, variance, base) in enumerate(zip(factors.factor, factors.variance, factors.base, strict=True)):
        if base == 0 or factor == 0:
            continue
        open_ = latest <= j
        known = current[open_] * [np.prod(factors.factor[start:j]) for start in latest[open_]]
        own = np.divide(1.0, known, out=np.zeros_like(known), where=known > 0)
        relative[open_] += variance / factor**2 * (own + 1 / base)
        pairs = ultimate[open_].sum() ** 2 - (ultimate[open_] ** 2).sum()
        shared += pairs * variance / factor**2 / base
    return ultimate * np.sqrt(relative), shared
