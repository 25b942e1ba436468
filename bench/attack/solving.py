"""Everything together: printed windows, sums of cities, offsets and rules, until nothing gets narrower."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.attack.propagation import Bounds, propagate, tighten
from bench.attack.system import FAR, System, start
from bench.attack.vocabulary import BASE

_OFFSETS = np.arange(BASE)
_TURNS = 40


@dataclass(slots=True)
class State:
    """What is known: of the rounded counts (``low``, ``high``, in units of the base) and of the true ones."""

    low: np.ndarray
    high: np.ndarray
    true: Bounds

    def copy(self) -> State:
        """The same, to go on from."""
        return State(self.low.copy(), self.high.copy(), self.true.copy())


def beginning(system: System) -> State:
    """What is printed, and nothing concluded yet."""
    return State(system.low.copy(), system.high.copy(), start(system))


def solve(system: System, state: State, rounded: np.ndarray | None = None, true: np.ndarray | None = None) -> State:
    """Narrow ``state`` in place until nothing changes, and return it.

    Parameters
    ----------
    rounded, true
        Counts (Boolean) of which something new is known since the last time; None: all.
    """
    nothing = np.zeros(system.counts.height, dtype=bool)
    fresh = ~nothing if rounded is None else rounded.copy()
    new = nothing if true is None else true
    for _ in range(_TURNS):
        fresh |= _narrow_rounded(system, state, fresh)
        touched = _to_true(state, fresh) | new
        new = nothing
        changed = propagate(state.true, system.rules, touched) | touched
        fresh = _to_rounded(state, changed) | _narrow_hidden(system, state)
        if not fresh.any():
            break
    return state


def _narrow_rounded(system: System, state: State, touched: np.ndarray) -> np.ndarray:
    """Windows, order and sums of cities, between the rounded counts alone; which counts became narrower."""
    ever, fresh = np.zeros_like(touched), touched
    for _ in range(_TURNS):
        of_windows = np.zeros_like(touched)
        for chains in system.chains:
            of_windows |= _take(state, *chains.narrowed(state.low, state.high, fresh))
        of_sums = _narrow_sums(system, state, fresh | of_windows)
        ever |= of_windows | of_sums
        fresh = of_sums
        if not fresh.any():
            break
    return ever


def _narrow_sums(system: System, state: State, touched: np.ndarray) -> np.ndarray:
    open_ = system.sums.about(state.low < state.high)
    if not (open_ & system.sums.about(touched)).any():
        return np.zeros_like(touched)
    alone = _each_by_itself(state)
    changed = propagate(alone, system.sums.of(open_), touched)
    counts = np.flatnonzero(changed & ~alone.broken)
    return _take(state, counts, alone.low[counts, 0], alone.high[counts, 0])


def _narrow_hidden(system: System, state: State) -> np.ndarray:
    """A hidden share whose rest cannot be small has a part under the threshold."""
    counts, most = system.shares.narrowed(state.low, state.high)
    return _take_all(state, counts, most)


def _take_all(state: State, counts: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Take upper bounds of which several may be about one count."""
    high = state.high.copy()
    np.minimum.at(high, counts, most)
    places = np.unique(counts)
    return _take(state, places, state.low[places], high[places])


def _each_by_itself(state: State) -> Bounds:
    everyone = np.arange(len(state.low))
    ends = state.low[:, None].copy(), state.high[:, None].copy()
    return Bounds(*ends, np.ones((len(everyone), 1), dtype=bool), everyone, np.zeros(len(everyone), dtype=bool))


def _take(state: State, counts: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Take new bounds of rounded counts where they do not contradict; which counts became narrower."""
    least, most = np.maximum(state.low[counts], low), np.minimum(state.high[counts], high)
    narrower = (least <= most) & ((least > state.low[counts]) | (most < state.high[counts]))
    state.low[counts[narrower]], state.high[counts[narrower]] = least[narrower], most[narrower]
    found = np.zeros(len(state.low), dtype=bool)
    found[counts[narrower]] = True
    return found


def _to_true(state: State, fresh: np.ndarray) -> np.ndarray:
    """A count that rounds to p under offset o is p - o to p - o + base - 1."""
    counts = np.flatnonzero(fresh)
    if not len(counts):
        return fresh
    low = np.maximum(BASE * state.low[counts, None] - _OFFSETS, 0)
    high = np.minimum(BASE * state.high[counts, None] + BASE - 1 - _OFFSETS, FAR)
    return tighten(state.true, counts, low, high)


def _to_rounded(state: State, changed: np.ndarray) -> np.ndarray:
    """A count from a to b rounds to no less than p(a) and no more than p(b)."""
    counts = np.flatnonzero(changed & ~state.true.broken[state.true.cell])
    open_ = state.true.alive[state.true.cell[counts]]
    low = np.where(open_, (state.true.low[counts] + _OFFSETS) // BASE, FAR).min(axis=1)
    high = np.where(open_, (state.true.high[counts] + _OFFSETS) // BASE, -1).max(axis=1)
    return _take(state, counts, low, high)
