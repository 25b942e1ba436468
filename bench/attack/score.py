"""How many small counts an attacker has found: exactly, to at most two values, under five values."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from bench.attack.propagation import Bounds
from bench.attack.system import System

SMALLEST, LARGEST = 1, 9
TWO, FIVE = 2, 5
_EXAMPLES = 12


@dataclass(slots=True)
class Score:
    """Of ``small`` true counts of 1 to 9 so many were found; ``wrong``: the truth is not among the values left."""

    small: int = 0
    exact: int = 0
    two: int = 0
    five: int = 0
    wrong: int = 0
    examples: list[dict] = field(default_factory=list)

    def as_row(self) -> dict[str, int]:
        """The numbers, without the examples."""
        return {"small": self.small, "exact": self.exact, "two": self.two, "five": self.five, "wrong": self.wrong}


def values_left(bounds: Bounds, asked: np.ndarray | None = None) -> np.ndarray:
    """How many values every count can have, over the offsets that are possible; large numbers roughly.

    ``asked``: of which counts (Boolean) it is wanted; of others the number is rough.
    """
    low, high = bounds.widest()
    left = high - low + 1
    few = np.flatnonzero((left > 1) & (left <= 4 * FIVE) & (True if asked is None else asked))
    value = low[few, None] + np.arange(4 * FIVE)[None, :]
    open_ = bounds.alive[bounds.cell[few]]
    inside = (value[:, :, None] >= bounds.low[few, None, :]) & (value[:, :, None] <= bounds.high[few, None, :])
    left[few] = (inside & open_[:, None, :]).any(axis=2).sum(axis=1)
    return left


def scored(system: System, missed: np.ndarray, true: np.ndarray, left: np.ndarray, printed: np.ndarray) -> Score:
    """Score what is left of every count.

    Parameters
    ----------
    missed
        Counts (Boolean) of which the truth is not among what an attacker holds for possible.
    true
        The true counts.
    left
        `values_left`, or the least of it over several attackers.
    printed
        Counts (Boolean) that the attacker has from elsewhere: they are not found by him.
    """
    small = (true >= SMALLEST) & (true <= LARGEST) & ~printed
    found, wrong = small & ~missed, small & missed
    narrow = np.flatnonzero(found & (left <= TWO))
    shown = system.counts[narrow[:_EXAMPLES]].select("city", "series", "breakdown", "group", "unit", "period", "count")
    examples = shown.with_columns(
        true=pl.Series(true[narrow[:_EXAMPLES]]), left=pl.Series(left[narrow[:_EXAMPLES]])
    ).to_dicts()
    exact, two, five = (int((found & (left <= most)).sum()) for most in (1, TWO, FIVE - 1))
    return Score(int(small.sum()), exact, two, five, int(wrong.sum()), examples)
