"""Synthetic control: a mix of other cities that moved like the city before a date. Pure numpy and scipy.

Weights are at least 0 and add up to 1. The mix that fits the quarters before best is the point of the convex hull of
the other cities that lies nearest; non-negative least squares finds it exactly (Lawson and Hanson). Definition:
`methods.md` section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mix:
    """A mix of other units: their weights, and the path of the mix over all periods."""

    weights: Floats
    path: Floats


def mix_of(own: Floats, others: Floats, before: npt.NDArray[np.bool_]) -> Mix:
    """The mix of the others that is nearest to a unit in the periods before.

    Parameters
    ----------
    own, others
        (periods,) and (units, periods).
    before
        Which periods lie before the date.
    """
    away = (others[:, before] - own[before]).T
    size = float(np.abs(away).max()) or 1.0
    system = np.vstack([away / size, np.ones(len(others))])
    found, _ = nnls(system, np.append(np.zeros(int(before.sum())), 1.0))
    weights = found / found.sum()
    return Mix(weights, weights @ others)


def misfit(own: Floats, path: Floats, chosen: npt.NDArray[np.bool_]) -> float:
    """Root of the mean square of the distance between a unit and its mix."""
    return float(np.sqrt(np.mean((own[chosen] - path[chosen]) ** 2)))


def placebo_rank(values: Floats, unit: int, before: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """How many units have at least as large a ratio of misfit after to before as this one, and out of how many others.

    Each other unit is treated as if the date were its own, with a mix of units without the one in question.
    ``values``: (units, periods). The smallest p-value is 1 / (others + 1).
    """
    everybody = np.arange(len(values))
    ratios = {}
    for one in everybody:
        donors = everybody[(everybody != one) & (everybody != unit)]
        path = mix_of(values[one], values[donors], before).path
        ratios[int(one)] = misfit(values[one], path, ~before) / max(misfit(values[one], path, before), 1e-12)
    own = ratios.pop(unit)
    return sum(ratio >= own for ratio in ratios.values()), len(ratios)
