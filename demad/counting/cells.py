"""Dense arrays of counts (group by period by step), and their conversion to table rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

import numpy as np
import polars as pl

from demad.tables.schema import Table
from demad.tables.terms import GROUPS, STRATA

N_JOINT = prod(len(groups) for groups in STRATA.values())


@dataclass(frozen=True, slots=True)
class Axis:
    """The groups of one breakdown, and the group number of every counted row."""

    breakdown: str
    codes: np.ndarray

    @property
    def groups(self) -> tuple[str, ...]:
        """Group names in the order of ``codes``."""
        return GROUPS[self.breakdown]

    def tally(self, shape: tuple[int, ...], place: np.ndarray) -> np.ndarray:
        """Count the rows of each group per cell of ``shape``, which ``place`` names by its flat number."""
        return tally_places((len(self.groups), *shape), self.codes * prod(shape) + place)


def axis(rows: pl.DataFrame, breakdown: str) -> Axis:
    """Group number per row: the position of column ``breakdown`` in `terms.GROUPS`; 0 for total."""
    if breakdown == "total":
        return Axis("total", np.zeros(rows.height, dtype=np.int64))
    return Axis(breakdown, places(rows[breakdown], GROUPS[breakdown]))


def places(column: pl.Series, words: Sequence[str]) -> np.ndarray:
    """Position of every cell of an Enum column in ``words`` (int64); -1 for null and for other words."""
    if cast(pl.Enum, column.dtype).categories.to_list() == list(words) and not column.null_count():
        return column.to_physical().to_numpy().astype(np.int64)
    of_category = [words.index(word) if word in words else -1 for word in cast(pl.Enum, column.dtype).categories]
    return np.array([*of_category, -1])[column.to_physical().fill_null(len(of_category)).to_numpy()]


def joint(rows: pl.DataFrame) -> pl.Series:
    """Number of the combination of strata per row (Int32): where many rows are counted, `margins` take it apart."""
    number = pl.lit(0, dtype=pl.UInt16)
    for name, groups in STRATA.items():
        number = number * len(groups) + pl.col(name).to_physical().cast(pl.UInt16)
    return rows.select(number.cast(pl.Int32)).to_series()


def margins(counts: np.ndarray) -> dict[str, np.ndarray]:
    """The total and the groups of each stratum, from counts whose first axis is `joint`."""
    cell, place = np.nonzero(counts.reshape(N_JOINT, -1))
    some, shape = counts.reshape(N_JOINT, -1)[cell, place], counts.shape[1:]
    groups = {"total": np.zeros(N_JOINT, dtype=np.int64)}
    groups |= zip(STRATA, np.indices([len(words) for words in STRATA.values()]).reshape(len(STRATA), -1), strict=True)
    return {
        name: tally_places((len(GROUPS[name]), *shape), group[cell] * prod(shape) + place, some)
        for name, group in groups.items()
    }


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

    Spells that began in one month are at risk at k in the same month: they are counted together, as a difference array
    over k, before they go to the period of that month.

    Parameters
    ----------
    first, length
        Number of the first period, and months per period: month m is in period m // length - first.
    """
    _, n_periods, steps = shape
    earliest = int(stays.start.min()) if len(stays.start) else 0
    starts = stays.start - earliest
    cohorts = (int(starts.max(initial=0)) + 1, steps)
    entered, left = (groups.tally(cohorts, starts * steps + k + 1) for k in (stays.entry, stays.last))
    n = np.cumsum(entered - left, axis=2)
    start, k = np.indices(cohorts)
    period = np.clip((start + earliest + k - 1) // length - first, 0, n_periods - 1)  # outside, nobody is at risk
    place = (period * steps + k).ravel()
    return np.stack([tally_places((n_periods, steps), place, of_group.ravel()) for of_group in n])


def running(shape: tuple[int, int], cell: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Count per cell and month how many stretches cover it.

    Parameters
    ----------
    shape
        Number of cells and of months. The months are numbered from 0; others are ignored.
    """
    n_cells, n_months = shape
    begun, over = (
        tally_places((n_cells, n_months + 1), cell * (n_months + 1) + np.clip(month, 0, n_months))
        for month in (first, last + 1)
    )
    return np.cumsum(begun - over, axis=1)[:, :-1]


def tally(shape: tuple[int, ...], *index: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Count per cell of ``shape`` how often the index arrays (int64) name it, or sum their weights."""
    return tally_places(shape, np.ravel_multi_index(index, shape), weights)


def tally_places(shape: tuple[int, ...], place: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """`tally` of cells that are named by their flat numbers."""
    return np.bincount(place, weights, minlength=prod(shape)).astype(np.int64, copy=False).reshape(shape)


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
