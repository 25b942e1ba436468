"""Trend tests, and the rule for a trend arrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, stdtr

LEAST_POINTS = 5
LEVEL, LEVEL_WITHOUT_ONE = 0.002, 0.01


@dataclass(frozen=True, slots=True)
class Trend:
    """A test statistic with its two-sided p-value; ``slope`` gives the direction."""

    statistic: float
    p_value: float
    slope: float


def cochran_armitage(events: np.ndarray, total: np.ndarray, scores: np.ndarray | None = None) -> Trend:
    """Trend in proportions over ordered groups (years): chi-square with one degree of freedom.

    Parameters
    ----------
    events, total
        Counts per group, shape (T,).
    scores
        Scores of the groups; default 1, 2, 3 ...

    Notes
    -----
    As R `prop.trend.test`.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    t = np.arange(1, len(x) + 1, dtype=float) if scores is None else np.asarray(scores, dtype=float)
    share = x.sum() / n.sum()
    centre = (n * t).sum() / n.sum()
    spread = (n * (t - centre) ** 2).sum()
    slope = (n * (t - centre) * (x / n)).sum() / spread
    statistic = slope**2 * spread / (share * (1 - share)) if 0 < share < 1 else 0.0
    return Trend(float(statistic), float(chdtrc(1, statistic)), float(slope))


def mann_kendall(values: np.ndarray) -> Trend:
    """Monotone trend in a short series without ties: Kendall's tau with its exact p-value.

    Notes
    -----
    As R `cor.test(method = "kendall")`; with ties or more than 50 values the normal approximation.
    """
    y = np.asarray(values, dtype=float)
    n = len(y)
    differences = np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)]
    score = differences.sum()
    tau = float(score / len(differences))
    if n <= 50 and (differences != 0).all():
        concordant = int((differences > 0).sum())
        return Trend(float(concordant), _exact_kendall(concordant, n), tau)
    _, repeats = np.unique(y, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - (repeats * (repeats - 1) * (2 * repeats + 5)).sum()) / 18
    z = score / math.sqrt(variance) if variance > 0 else 0.0
    return Trend(float(z), float(2 * ndtr(-abs(z))), tau)


def _exact_kendall(concordant: int, n: int) -> float:
    """Two-sided p: probability of at least this extreme a number of concordant pairs in a random order of n."""
    ways = np.ones(1)
    for size in range(2, n + 1):
        ways = np.convolve(ways, np.ones(size))
    ways = ways / ways.sum()
    pairs = n * (n - 1) // 2
    extreme = min(concordant, pairs - concordant)
    return float(min(1.0, 2 * ways[: extreme + 1].sum()))


def poisson_trend(counts: np.ndarray) -> Trend:
    """Log-linear trend in yearly counts, with the dispersion estimated (quasi-Poisson).

    Returns
    -------
    ``statistic`` is z, ``slope`` the change of the logarithm per year; p is 1 if there are too few points.
    """
    y = np.asarray(counts, dtype=float)
    if len(y) <= 2 or (y <= 0).all():
        return Trend(0.0, 1.0, 0.0)
    t = np.arange(len(y), dtype=float)
    design = np.column_stack([np.ones_like(t), t])
    beta = np.array([math.log(max(y.mean(), 1e-9)), 0.0])
    for _ in range(50):
        mean = np.exp(design @ beta)
        step = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (y - mean))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    mean = np.exp(design @ beta)
    dispersion = max(((y - mean) ** 2 / mean).sum() / (len(y) - 2), 1.0)
    error = math.sqrt(dispersion * np.linalg.inv(design.T @ (design * mean[:, None]))[1, 1])
    z = beta[1] / error
    return Trend(float(z), float(2 * stdtr(len(y) - 2, -abs(z))), float(beta[1]))


def arrow(trend: Trend, without_one: Sequence[Trend], *, points: int, breaks: int = 0) -> str:
    """The published rule for a trend arrow: up, down, or none.

    Parameters
    ----------
    trend
        Of all points.
    without_one
        Of the points without each of them in turn.
    points, breaks
        An arrow appears only with five independent points or more, without a break in the series.

    Notes
    -----
    p < 0.002, and still < 0.01 in the same direction whichever point is left out (Fingertips: chi-square > 9.55,
    rechecked without each point).
    """
    if points < LEAST_POINTS or breaks or not trend.p_value < LEVEL:
        return "none"
    same = (one.p_value < LEVEL_WITHOUT_ONE and one.slope * trend.slope > 0 for one in without_one)
    if not all(same):
        return "none"
    return "up" if trend.slope > 0 else "down"
