"""Dense arrays of counts (group by period by step), and their conversion to table rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from demad.tables.schema import Table
from demad.tables.terms import GROUPS


@dataclass(frozen=True, slots=True)
class Axis:
    """The groups of one breakdown, and the group number of every counted row."""

    breakdown: str
    codes: np.ndarray

    @property
    def groups(self) -> tuple[str, ...]:
        """Group names in the order of ``codes``."""
        return GROUPS[self.breakdown]


def axis(rows: pl.DataFrame, breakdown: str) -> Axis:
    """Group number per row: the position of column ``breakdown`` in `terms.GROUPS`; 0 for total."""
    if breakdown == "total":
        return Axis("total", np.zeros(rows.height, dtype=np.int64))
    return Axis(breakdown, places(rows[breakdown], GROUPS[breakdown]))


def places(column: pl.Series, words: Sequence[str]) -> np.ndarray:
    """Position of every cell of an Enum column in ``words`` (int64); -1 for null and for other words."""
    of_category = [words.index(word) if word in words else -1 for word in cast(pl.Enum, column.dtype).categories]
    return np.array([*of_category, -1])[column.to_physical().fill_null(len(of_category)).to_numpy()]


def numbers(rows: pl.DataFrame, *names: str) -> Iterator[np.ndarray]:
    """The named integer columns without nulls, as int64."""
    return (rows[name].to_numpy().astype(np.int64) for name in names)


@dataclass(frozen=True, slots=True)
class Stays:
    """Spells that begin in month ``start`` and are at risk of exit at paid month k for ``entry`` < k <= ``last``."""

    start: np.ndarray
    entry: np.ndarray
    last: np.ndarray


def at_risk_by_step(stays: Stays, groups: Axis, *, first: int, length: int, shape: tuple[int, ...]) -> np.ndarray:
    """Count spells at risk per group, period and k; the last dimension of ``shape`` is the longest k + 1.

    Uses a difference array over k: a spell adds one row per period that it touches, not one per month.

    Parameters
    ----------
    first, length
        Number of the first period, and months per period: month m is in period m // length - first.
    """
    s, e, until, code = stays.start, stays.entry, stays.last, groups.codes
    first_period, last_period = (s + e) // length, (s + until - 1) // length
    repeats = last_period - first_period + 1
    owner = np.repeat(np.arange(len(s)), repeats)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    period = first_period[owner] + offset
    low = np.maximum(e[owner] + 1, period * length - s[owner] + 1)
    high = np.minimum(until[owner], period * length + length - s[owner])
    column = period - first
    return np.cumsum(tally(shape, code[owner], column, low) - tally(shape, code[owner], column, high + 1), axis=2)


def tally(shape: tuple[int, ...], *index: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Count per cell of ``shape`` how often the index arrays (int64) name it, or sum their weights."""
    flat = np.ravel_multi_index(index, shape)
    return np.bincount(flat, weights, minlength=int(np.prod(shape))).astype(np.int64, copy=False).reshape(shape)


@dataclass(frozen=True, slots=True)
class Block:
    """Dense counts of a part of a table.

    Parameters
    ----------
    fixed
        Key columns that are constant in the part.
    axes
        Key columns in the order of the array dimensions, with the labels of the positions.
    counts
        One array per count column of the table, all in the shape of ``axes``; a missing column is 0.
    """

    fixed: Mapping[str, str]
    axes: Mapping[str, Sequence[str] | Sequence[int]]
    counts: Mapping[str, np.ndarray]

    def filled(self) -> tuple[np.ndarray, ...]:
        """Positions, along every axis, of the cells in which some count is not 0."""
        some = np.zeros(tuple(len(labels) for labels in self.axes.values()), dtype=bool)
        for array in self.counts.values():
            some |= array != 0
        return np.nonzero(some)


def rows_of(table: Table, blocks: Iterable[Block]) -> pl.DataFrame:
    """Convert parts to rows of ``table``, in order; cells in which every count is 0 are left out."""
    parts = [(block, block.filled()) for block in blocks]
    if not parts:
        return table.empty()
    keys = [_key_column(name, dtype, parts) for name, dtype in table.schema.items() if name in table.key]
    counts = [_count_column(name, parts) for name in table.counts]
    return table.check(pl.DataFrame([*keys, *counts]))


_Part = tuple[Block, tuple[np.ndarray, ...]]


def _key_column(name: str, dtype: pl.DataType, parts: list[_Part]) -> pl.Series:
    labels, codes = [], []
    for block, positions in parts:
        if name in block.axes:
            place = positions[list(block.axes).index(name)]
            own = block.axes[name]
        else:
            place = np.zeros(len(positions[0]), dtype=np.int64)
            own = [block.fixed[name]]
        codes.append(place + len(labels))
        labels += own
    return pl.Series(name, labels, dtype=dtype)[np.concatenate(codes)]


def _count_column(name: str, parts: list[_Part]) -> pl.Series:
    found = [
        block.counts[name][positions] if name in block.counts else np.zeros(len(positions[0]), dtype=np.int64)
        for block, positions in parts
    ]
    return pl.Series(name, np.concatenate(found), dtype=pl.Int64)
