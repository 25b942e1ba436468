"""Development factors of several triangles, each shrunk to what all have in common, and what follows of one count.

A small triangle says little about its own factors and a large one much, so a factor is a mean of its own and the
common one, weighed by credibility (Buhlmann and Straub). Not here: one triangle by itself (`chain_ladder`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from demad.estimators.chain_ladder import Factors, development

_BORROWED = 6.0
"""Degrees of freedom with which the common variance enters that of one triangle."""
_LEAST_FREEDOM, _MOST_FREEDOM = 4.0, 200.0


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Factors of one triangle of J delays, each of shape (J - 1,).

    Parameters
    ----------
    factor
        What a count at delay j is multiplied by.
    variance
        Variance of the count at j + 1 per unit of the count at j.
    error
        Variance of the factor itself.
    freedom
        Degrees of freedom of ``variance``.
    """

    factor: np.ndarray
    variance: np.ndarray
    error: np.ndarray
    freedom: np.ndarray

    def first(self, steps: int) -> Shrunk:
        """The first so many steps alone."""
        return Shrunk(self.factor[:steps], self.variance[:steps], self.error[:steps], self.freedom[:steps])


@dataclass(frozen=True, slots=True)
class Predicted:
    """A final count: its expectation, its standard error, and the degrees of freedom of that error."""

    value: float
    error: float
    freedom: float

    def band(self, level: float) -> tuple[float, float]:
        """The two ends of the band that holds the final count with this probability; never below 0."""
        reach = float(stdtrit(self.freedom, 0.5 + level / 2)) * self.error
        return max(self.value - reach, 0.0), self.value + reach


def shrunk_factors(triangles: Sequence[np.ndarray]) -> list[Shrunk]:
    """Factors of each triangle, shrunk to the common ones by how many counts it rests on.

    Parameters
    ----------
    triangles
        Cumulative counts, each of shape (I, J) with one J; NaN where not known.

    Returns
    -------
    One result per triangle, in their order. Where no triangle has a step, its factor is 1 and its variance 0.

    Notes
    -----
    With a, the variance between triangles, and s², the common variance within, the weight of a triangle's own factor is
    x / (x + s² / a), x the counts it rests on. If the triangles do not differ beyond chance, a is 0 and all have the
    common factor; a triangle alone keeps its own.
    """
    own = [development(triangle) for triangle in triangles]
    pairs = [_pairs(triangle) for triangle in triangles]
    steps = [_shrunk_step(own, pairs, j) for j in range(len(own[0].factor))] if own else []
    return [
        Shrunk(*(np.array([step[part][number] for step in steps]) for part in range(4))) for number in range(len(own))
    ]


def _pairs(triangle: np.ndarray) -> np.ndarray:
    """How many origins each step rests on."""
    known = ~np.isnan(triangle)
    return (known[:, :-1] & known[:, 1:] & (np.nan_to_num(triangle[:, :-1]) > 0)).sum(axis=0)


def _shrunk_step(own: Sequence[Factors], pairs: Sequence[np.ndarray], j: int) -> tuple[np.ndarray, ...]:
    """Factor, variance, error and degrees of freedom of one step, for every triangle."""
    factor, variance, base = (
        np.array([getattr(one, name)[j] for one in own]) for name in ("factor", "variance", "base")
    )
    freedom = np.maximum(np.array([one[j] for one in pairs]) - 1.0, 0.0)
    some = base > 0
    if not some.any():
        none = np.zeros(len(own))
        return none + 1.0, none, none, none + _LEAST_FREEDOM
    total, all_freedom = base.sum(), freedom.sum()
    within = float((freedom * variance).sum() / all_freedom) if all_freedom else float(variance[some].mean())
    common = float((base * factor).sum() / total)
    between = _between(factor[some], base[some], common, within)
    weight = base / (base + within / between) if between > 0 else np.zeros(len(own))
    if some.sum() == 1:
        weight = some.astype(float)
    middle = float((weight * factor).sum() / weight.sum()) if weight.sum() else common
    if some.sum() == 1:
        error = np.where(some, within / total, 0.0)
    elif between > 0:
        error = between * (1 - weight) + (1 - weight) ** 2 * between / weight.sum()
    else:
        error = np.full(len(own), within / total)
    borrowed = min(_BORROWED, max(all_freedom, 1.0))
    spread = (freedom * variance + borrowed * within) / (freedom + borrowed)
    return weight * factor + (1 - weight) * middle, spread, error, freedom + borrowed


def _between(factor: np.ndarray, base: np.ndarray, common: float, within: float) -> float:
    """Variance of factors between triangles beyond what chance within them gives; 0 for one triangle."""
    if len(factor) < 2:
        return 0.0
    total = base.sum()
    spread = (base * (factor - common) ** 2).sum() - (len(factor) - 1) * within
    room = total - (base**2).sum() / total
    return max(float(spread / room), 0.0) if room > 0 else 0.0


def predicted(count: float, delay: int, factors: Shrunk, *, rounding: float = 0.0) -> Predicted:
    """The final count of an origin that stands at ``count`` after ``delay`` steps.

    Parameters
    ----------
    rounding
        Variance that rounding adds to ``count``.

    Notes
    -----
    Mack's recursion: a step of factor f multiplies the variance by f² and adds chance in proportion to the count, and
    the uncertainty of f in proportion to its square. A count of 0 stays 0.
    """
    value, variance, freedom = float(count), rounding, _MOST_FREEDOM
    for j in range(delay, len(factors.factor)):
        factor = float(factors.factor[j])
        variance = factor**2 * variance + value * float(factors.variance[j]) + value**2 * float(factors.error[j])
        if factors.variance[j] > 0:
            freedom = min(freedom, float(factors.freedom[j]))
        value *= factor
    return Predicted(value, float(np.sqrt(variance)), max(freedom, _LEAST_FREEDOM))
