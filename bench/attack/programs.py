"""Linear and whole-number programs on the tightest counts: what propagation, rule by rule, may have missed.

Propagation takes each rule by itself, and of other cells the widest bounds. A program takes all rules around a count
together, with the offset of every cell as one unknown that all its counts share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array

from bench.attack.propagation import Rules
from bench.attack.solving import State
from bench.attack.system import System
from bench.attack.vocabulary import BASE

_REACH, _MOST_COUNTS = 3, 600
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Found:
    """Least and most of a count: what propagation found, and what a program over its surroundings finds."""

    count: int
    before: tuple[int, int]
    after: tuple[int, int]


def around(system: System, count: int) -> np.ndarray:
    """The counts that rules connect with one, a few steps away."""
    near = np.zeros(system.counts.height, dtype=bool)
    near[count] = True
    for _ in range(_REACH):
        asked = system.rules.about(near)
        wider = near.copy()
        wider[system.rules.count[asked[system.rules.rule]]] = True
        if wider.sum() > _MOST_COUNTS:
            break
        near = wider
    return np.flatnonzero(near)


def narrowed(system: System, state: State, count: int, *, whole: bool) -> Found:
    """Bound one count by a program over its surroundings; ``whole``: counts and offsets are whole numbers."""
    near = around(system, count)
    program = _Program(system, state, near, whole=whole)
    low, high = state.true.widest()
    before = int(low[count]), int(high[count])
    place = int(np.searchsorted(near, count))
    least, most = program.end(place, 1), program.end(place, -1)
    after = max(before[0], before[0] if least is None else least), min(before[1], before[1] if most is None else most)
    return Found(count, before, after)


class _Program:
    """Variables: the counts, then the offset of each of their cells, then their rounded counts in units of the base."""

    def __init__(self, system: System, state: State, near: np.ndarray, *, whole: bool) -> None:
        cells, cell = np.unique(system.cell[near], return_inverse=True)
        n, m = len(near), len(cells)
        low, high = state.true.widest()
        open_ = state.true.alive[cells]
        least_offset = open_.argmax(axis=1)
        most_offset = BASE - 1 - open_[:, ::-1].argmax(axis=1)
        self._box = Box(
            np.concatenate([low[near], least_offset, state.low[near]]).astype(float),
            np.concatenate([high[near], most_offset, state.high[near]]).astype(float),
        )
        self._limits = [_rounding(n, m, cell), _rules(system.rules, near, 2 * n + m)]
        self._whole = np.full(2 * n + m, int(whole))

    def end(self, place: int, sign: int) -> int | None:
        """The least (sign 1) or most (sign -1) of one count; None where the program did not finish."""
        cost = np.zeros(len(self._whole))
        cost[place] = sign
        found = milp(
            cost, constraints=self._limits, integrality=self._whole, bounds=self._box, options={"time_limit": _SECONDS}
        )
        if found.status == 0 and found.fun is not None:
            value = sign * found.fun
            return int(np.ceil(value - 1e-6)) if sign > 0 else int(np.floor(value + 1e-6))
        return None


def _rounding(n: int, m: int, cell: np.ndarray) -> LinearConstraint:
    """0 <= count + offset - base x rounded <= base - 1."""
    row = np.tile(np.arange(n), 3)
    column = np.concatenate([np.arange(n), n + cell, n + m + np.arange(n)])
    value = np.repeat([1.0, 1.0, -float(BASE)], n)
    matrix = coo_array((value, (row, column)), shape=(n, 2 * n + m)).tocsr()
    return LinearConstraint(matrix, np.zeros(n), np.full(n, BASE - 1.0))


def _rules(rules: Rules, near: np.ndarray, width: int) -> LinearConstraint:
    """Every rule that speaks of these counts alone."""
    inside = np.zeros(int(rules.count.max(initial=0)) + 1, dtype=bool)
    inside[near[near < len(inside)]] = True
    whole = np.ones(len(rules.least), dtype=bool)
    np.logical_and.at(whole, rules.rule, inside[rules.count])
    chosen = rules.of(whole)
    column = np.searchsorted(near, chosen.count)
    shape = (len(chosen.least), width)
    matrix = coo_array((chosen.sign.astype(float), (chosen.rule, column)), shape=shape).tocsr()
    return LinearConstraint(matrix, chosen.least.astype(float), chosen.most.astype(float))
