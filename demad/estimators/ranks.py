"""Simulated rank intervals with a fixed seed. Among thirteen equal cities the smallest is often "best" by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 10_000
_SEED = 13


@dataclass(frozen=True, slots=True)
class Ranks:
    """95 % interval and median of the rank of each unit; 1 is the lowest value."""

    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray


def rank_intervals(events: np.ndarray, total: np.ndarray) -> Ranks:
    """Rank intervals of proportions.

    Parameters
    ----------
    events, total
        Counts of the units, shape (I,), ``total`` > 0.

    Returns
    -------
    Ranks, shape (I,). The same counts give the same ranks: the seed is fixed.

    Notes
    -----
    Each draw takes Binomial(total, (events + 1/2) / (total + 1)) for every unit and ranks the shares.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=np.int64)
    draws = np.random.default_rng(_SEED).binomial(n, (x + 0.5) / (n + 1.0), size=(DRAWS, len(n))) / n
    # Ties are broken by a second draw; otherwise the first unit would always win them.
    noise = np.random.default_rng(_SEED + 1).random(draws.shape) * 1e-9
    ranks = np.argsort(np.argsort(draws + noise, axis=1), axis=1) + 1
    low, middle, high = np.quantile(ranks, (0.025, 0.5, 0.975), axis=0, method="inverted_cdf")
    return Ranks(low, middle, high)
