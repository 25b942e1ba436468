"""Counts that are printed as sums over windows: what overlapping windows tell of each rounded count by itself.

A window of a count is a difference of two prefix sums. Bounds on differences close under addition (shortest paths), so
that what windows of any length and place say together is found exactly, count by count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FAR = 10**6
_LENGTHS = ((1, 8), (8, 14), (14, 30), (30, 60), (60, FAR))


@dataclass(frozen=True, slots=True)
class Chains:
    """Chains laid out alike: the rounded counts (in units of the base) of one name, period after period.

    ``place``: chain by period, the number of the count, -1 where it is not spoken of. ``window``: chain, first and last
    position, least and most of each window.
    """

    place: np.ndarray
    window: np.ndarray

    def narrowed(
        self, low: np.ndarray, high: np.ndarray, touched: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Least and most of counts in chains of which some count was touched: their numbers and new bounds.

        A chain that contradicts itself says nothing: then something else was printed than it seems.
        """
        spoken = self.place >= 0
        asked = (spoken & touched[self.place]).any(axis=1) & (spoken & (low < high)[self.place]).any(axis=1)
        chosen = np.flatnonzero(asked)
        place, known, window = self.place[chosen], spoken[chosen], self._windows(asked)
        least = np.where(known, low[place], 0)
        most = np.where(known, high[place], FAR)
        between = _differences(least, most, window)
        step = np.arange(place.shape[1])
        agrees = (between[:, step, step] == 0).all(axis=1)
        known = known & agrees[:, None]
        return place[known], -between[:, step + 1, step][known], between[:, step, step + 1][known]

    def _windows(self, asked: np.ndarray) -> np.ndarray:
        window = self.window[asked[self.window[:, 0]]].copy()
        window[:, 0] = (np.cumsum(asked) - 1)[window[:, 0]]
        return window


def chains_of(chain: np.ndarray, period: np.ndarray, window: np.ndarray) -> tuple[Chains, ...]:
    """Lay out counts as chains, those of like length together.

    Parameters
    ----------
    chain, period
        Of every count; a count that no longer window holds has chain -1.
    window
        Columns chain, first period, last period, least, most.
    """
    first = np.full(chain.max(initial=-1) + 1, FAR)
    last = np.full(len(first), -FAR)
    inside = chain >= 0
    np.minimum.at(first, chain[inside], period[inside])
    np.maximum.at(last, chain[inside], period[inside])
    lengths = last - first + 1
    made = []
    for low, high in _LENGTHS:
        chosen = np.flatnonzero((lengths > low) & (lengths <= high))
        if len(chosen):
            made.append(_laid_out(chosen, first, int(lengths[chosen].max()), (chain, period), window))
    return tuple(made)


def _laid_out(
    chosen: np.ndarray, first: np.ndarray, length: int, counts: tuple[np.ndarray, np.ndarray], window: np.ndarray
) -> Chains:
    number = np.full(len(first), -1)
    number[chosen] = np.arange(len(chosen))
    chain, period = counts
    own = (chain >= 0) & (number[chain] >= 0)
    place = np.full((len(chosen), length), -1)
    place[number[chain[own]], period[own] - first[chain[own]]] = np.flatnonzero(own)
    of = window[number[window[:, 0]] >= 0]
    start = first[of[:, 0]]
    moved = np.stack([number[of[:, 0]], of[:, 1] - start, of[:, 2] - start, of[:, 3], of[:, 4]], axis=1)
    return Chains(place, moved)


def _differences(least: np.ndarray, most: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Most of prefix j less prefix i, for all pairs: chain by i by j."""
    chains, length = least.shape
    between = np.full((chains, length + 1, length + 1), FAR, dtype=np.int32)
    step = np.arange(length)
    between[:, step, step + 1], between[:, step + 1, step] = most, -least
    between[:, np.arange(length + 1), np.arange(length + 1)] = 0
    chain, first, last, low, high = window.T
    np.minimum.at(between, (chain, first, last + 1), high.astype(np.int32))
    np.minimum.at(between, (chain, last + 1, first), -low.astype(np.int32))
    for middle in range(length + 1):
        np.minimum(between, between[:, :, middle, None] + between[:, None, middle, :], out=between)
    return np.minimum(between, FAR).astype(np.int64)
