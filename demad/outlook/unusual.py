"""Months that are not as they were: by how much bands widen where recording, or the newest stock, is unusual.

Numbers in, numbers out. Not here: which deliveries and factors they come from (`measure`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from demad.outlook.triangles import Told
from demad.tables.outlook import LEAST_VINTAGES

_BORROWED = 3.0
"""Changes with which those of all cities enter that of one."""
_CLEAR = 5.0
"""Standard errors from which a change says no more of all cities: one city alone does not widen the bands of others."""
_UNUSUAL, _MOST = 2.0, 8.0
"""Mean square of the changes from which a band widens, and the most that makes of a standard error."""
_REMEMBERED = 24
"""Earlier deliveries beside which a newest month is held."""
_USUAL = 0.95
"""Share of newest months that are usual."""


@dataclass(frozen=True, slots=True)
class Change:
    """What deliveries changed of a month since it was first told: how far from expected, in ``errors``.

    ``variance``: that of what was expected.
    """

    errors: float
    variance: float


def widening(own: Change | None, everywhere: Sequence[Change], to_come: float) -> float:
    """By how much a standard error grows because of what was changed; 1 where that is as expected.

    A month that is not as others were stays so: the excess of what was seen of it, in parts of the variance that was
    expected, is in proportion to the variance of what is still to come. That is a random effect of the month.

    Parameters
    ----------
    own, everywhere
        Of the city (None: not known), and of all cities with the same step.
    to_come
        The variance that is expected of what is still to come.
    """
    common = sum(min(one.errors**2, _CLEAR**2) for one in everywhere) / len(everywhere) if everywhere else 1.0
    square = (own.errors**2 + _BORROWED * common) / (1 + _BORROWED) if own else common
    share = to_come / own.variance if own else 1.0
    return min(sqrt(1 + (square - 1) * share), _MOST) if square > _UNUSUAL else 1.0


def common_shift(cities: Sequence[Told], last: int) -> float:
    """How far the stock of the newest month lies from the month before in all cities together, beyond what is usual.

    What a delivery tells of its newest month is held against what it tells of the month before, in logarithms, and that
    against the deliveries before. Cities weigh by the root of their count, and one that moves more than five of its own
    standard deviations counts for five.

    Returns
    -------
    A standard deviation in parts of the stock, so that a shift may be real or only recorded: the root of what the
    square of the shift is above its variance. 0 where it is usual, and with fewer than six deliveries before.
    """
    ratios = [found for found in (_newest_ratios(told, last) for told in cities) if last in found]
    ratios = [found for found in ratios if len(found) > LEAST_VINTAGES]
    shared = sorted(set.intersection(*map(set, ratios))) if ratios else []
    before = [delivery for delivery in shared if delivery < last][-_REMEMBERED:]
    if len(before) < LEAST_VINTAGES:
        return 0.0
    earlier = np.array([[found[delivery][0] for found in ratios] for delivery in before])
    weight = np.sqrt([found[last][1] for found in ratios])
    weight /= weight.sum()
    usual, spread = earlier.mean(axis=0), earlier.std(axis=0, ddof=1)
    newest = np.array([found[last][0] for found in ratios]) - usual
    shift = float(weight @ np.clip(newest, -_CLEAR * spread, _CLEAR * spread))
    variance = float(np.var((earlier - usual) @ weight, ddof=1)) * (1 + 1 / len(before))
    far = float(stdtrit(len(before) - 1, 0.5 + _USUAL / 2))
    return sqrt(shift**2 - variance) if shift**2 > far**2 * variance else 0.0


def _newest_ratios(told: Told, last: int) -> Mapping[int, tuple[float, int]]:
    """By delivery up to one: the logarithm of its newest month to the month before, and the count of the latter."""
    found = {}
    for delivery in told.deliveries[: told.number(last)]:
        newest, before = told.counts.get((delivery, delivery)), told.counts.get((delivery, delivery - 1))
        if newest and before:
            found[delivery] = (float(np.log(newest / before)), before)
    return found
