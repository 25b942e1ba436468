"""Interval propagation: how narrowly rules bound whole numbers, for every offset that a cell may have.

Bounds stand in arrays count by hypothesis: column o holds what follows if the cell of the count has offset o. Rules
between counts of one cell are read under one hypothesis; what another cell holds counts with its widest bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FAR = 10**7
_ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Rules:
    """Linear rules as entries sorted by rule and cell: rule, count, sign and cell of each; ends of every rule."""

    rule: np.ndarray
    count: np.ndarray
    sign: np.ndarray
    least: np.ndarray
    most: np.ndarray
    cell: np.ndarray

    def of(self, chosen: np.ndarray) -> Rules:
        """Some of the rules (Boolean by rule), numbered anew."""
        number = np.cumsum(chosen) - 1
        kept = chosen[self.rule]
        return Rules(
            number[self.rule[kept]],
            self.count[kept],
            self.sign[kept],
            self.least[chosen],
            self.most[chosen],
            self.cell[kept],
        )

    def about(self, counts: np.ndarray) -> np.ndarray:
        """Which rules (Boolean) speak of any of these counts (Boolean)."""
        asked = np.zeros(len(self.least), dtype=bool)
        asked[self.rule[counts[self.count]]] = True
        return asked


@dataclass(slots=True)
class Bounds:
    """Least and most of every count under every offset of its cell.

    ``alive``: cell by offset. ``broken``: cells in which no offset fits: what was assumed of them is not so.
    """

    low: np.ndarray
    high: np.ndarray
    alive: np.ndarray
    cell: np.ndarray
    broken: np.ndarray

    def copy(self) -> Bounds:
        """The same, to go on from."""
        return Bounds(self.low.copy(), self.high.copy(), self.alive.copy(), self.cell, self.broken.copy())

    def widest(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and most of every count over the offsets that are still possible."""
        open_ = self.alive[self.cell]
        return np.where(open_, self.low, FAR).min(axis=1), np.where(open_, self.high, -FAR).max(axis=1)


def rules_of(
    rule: np.ndarray, count: np.ndarray, sign: np.ndarray, ends: tuple[np.ndarray, np.ndarray], cell: np.ndarray
) -> Rules:
    """Sort entries by rule and cell; ``rule`` numbers the rules from 0, ``ends`` their least and most."""
    order = np.lexsort((cell[count], rule))
    least, most = (np.clip(end, -FAR, FAR) for end in ends)
    return Rules(rule[order], count[order], sign[order], least, most, cell[count[order]])


def propagate(bounds: Bounds, rules: Rules, touched: np.ndarray) -> np.ndarray:
    """Narrow ``bounds`` in place until nothing changes; return which counts (Boolean) became narrower.

    ``touched``: counts whose bounds are new since the last time.
    """
    changed, ever = touched, np.zeros_like(touched)
    for _ in range(_ROUNDS):
        asked = rules.about(changed & ~bounds.broken[bounds.cell])
        if not asked.any():
            break
        changed = _round(bounds, rules.of(asked))
        ever |= changed
    return ever


def tighten(bounds: Bounds, counts: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Take new ends into ``bounds``; return which counts changed, among them all of a cell that lost an offset."""
    order = np.argsort(counts, kind="stable")
    starts = np.flatnonzero(np.diff(counts[order], prepend=-1))
    places = counts[order][starts]
    best_low = np.maximum.reduceat(low[order], starts, axis=0)
    best_high = np.minimum.reduceat(high[order], starts, axis=0)
    open_ = bounds.alive[bounds.cell[places]]
    moved = ((best_low > bounds.low[places]) | (best_high < bounds.high[places])) & open_
    bounds.low[places] = np.maximum(bounds.low[places], best_low)
    bounds.high[places] = np.minimum(bounds.high[places], best_high)
    changed = np.zeros(len(bounds.cell), dtype=bool)
    changed[places] = moved.any(axis=1)
    return changed | _kill(bounds, places)


def _round(bounds: Bounds, rules: Rules) -> np.ndarray:
    low, high = _others(bounds, rules)
    up = rules.sign[:, None] > 0
    least, most = rules.least[rules.rule][:, None], rules.most[rules.rule][:, None]
    own_low = np.where(up, least - high, low - most)
    own_high = np.where(up, most - low, high - least)
    return tighten(bounds, rules.count, own_low, own_high)


def _kill(bounds: Bounds, places: np.ndarray) -> np.ndarray:
    """An offset under which some count has no value left is not the offset."""
    cell = bounds.cell[places]
    rows, offsets = np.nonzero((bounds.low[places] > bounds.high[places]) & bounds.alive[cell])
    lost = np.zeros(len(bounds.alive), dtype=bool)
    if not len(rows):
        return lost[bounds.cell]
    bounds.alive[cell[rows], offsets] = False
    lost[cell[rows]] = True
    none = lost & ~bounds.alive.any(axis=1)
    bounds.broken |= none
    bounds.alive[none] = True
    of_broken = none[bounds.cell]
    bounds.low[of_broken], bounds.high[of_broken] = 0, FAR
    return lost[bounds.cell]


def _others(bounds: Bounds, rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """Per entry and offset: least and most that the other counts of its rule add up to."""
    spoken, count = np.unique(rules.count, return_inverse=True)
    under_low, under_high = bounds.low[spoken], bounds.high[spoken]
    open_ = bounds.alive[bounds.cell[spoken]]
    wide_low = np.where(open_, under_low, FAR).min(axis=1)[count]
    wide_high = np.where(open_, under_high, -FAR).max(axis=1)[count]
    new = np.ones(len(rules.rule), dtype=bool)
    new[1:] = (rules.rule[1:] != rules.rule[:-1]) | (rules.cell[1:] != rules.cell[:-1])
    starts, pair = np.flatnonzero(new), np.cumsum(new) - 1
    of_rule = np.searchsorted(rules.rule, np.arange(len(rules.least)))
    positive, under_low, under_high = rules.sign > 0, under_low[count], under_high[count]
    ends = (
        (np.where(positive, wide_low, -wide_high), np.where(positive[:, None], under_low, -under_high)),
        (np.where(positive, wide_high, -wide_low), np.where(positive[:, None], under_high, -under_low)),
    )
    low, high = (_rest(end, under, rules.rule[starts], (of_rule, starts, pair)) for end, under in ends)
    return low, high


def _rest(
    end: np.ndarray, under: np.ndarray, rule: np.ndarray, at: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> np.ndarray:
    """Of one end: the sum over a rule, with its own cell under each hypothesis, less the entry itself."""
    of_rule, starts, pair = at
    outside = np.add.reduceat(end, of_rule)[rule] - np.add.reduceat(end, starts)
    return (outside[:, None] + np.add.reduceat(under, starts, axis=0))[pair] - under
