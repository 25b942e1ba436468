"""Dense arrays of counts, group by period by step, and back to the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.tables.schema import Table
from demad.tables.terms import GROUPS


@dataclass(frozen=True, slots=True)
class Axis:
    """The groups of one breakdown and the group number of every row that is counted."""

    breakdown: str
    codes: np.ndarray

    @property
    def groups(self) -> tuple[str, ...]:
        """Group names in the order of ``codes``."""
        return GROUPS[self.breakdown]


def axis(rows: pl.DataFrame, breakdown: str) -> Axis:
    """The group number of every row: the column named ``breakdown`` placed in `terms.GROUPS`, 0 for total."""
    if breakdown == "total":
        return Axis("total", np.zeros(rows.height, dtype=np.int64))
    column = rows[breakdown]
    if column.dtype == pl.Enum(GROUPS[breakdown]):
        return Axis(breakdown, column.to_physical().cast(pl.Int64).to_numpy())
    order = {group: number for number, group in enumerate(GROUPS[breakdown])}
    codes = column.cast(pl.String).replace_strict(order, return_dtype=pl.Int64)
    return Axis(breakdown, codes.to_numpy())


@dataclass(frozen=True, slots=True)
class Stays:
    """Who is at risk of leaving after k paid months for ``entry`` < k <= ``last`` (> entry), from month ``start``."""

    start: np.ndarray
    entry: np.ndarray
    last: np.ndarray


def at_risk_by_step(stays: Stays, groups: Axis, *, first: int, length: int, shape: tuple[int, ...]) -> np.ndarray:
    """Count who is at risk in every cell group, period, k; ``shape`` runs to the longest k + 1.

    A difference array over k: a spell adds one row per period it touches, not one per month.

    Parameters
    ----------
    first, length
        Number of the first period, and months in a period: month m lies in period m // length - first.
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


def tally(shape: tuple[int, ...], *index: np.ndarray) -> np.ndarray:
    """Count how often each cell of ``shape`` is named by the index arrays (int64)."""
    flat = np.ravel_multi_index(index, shape) if len(index[0]) else np.empty(0, dtype=np.int64)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)


def rows_of(
    table: Table, *, fixed: Mapping[str, str], axes: Mapping[str, list], counts: Mapping[str, np.ndarray]
) -> pl.DataFrame:
    """Turn dense counts into the rows of ``table``; cells where every count is 0 are left out.

    Parameters
    ----------
    fixed
        Key columns with one value for all rows.
    axes
        Key columns in the order of the array dimensions, with the label of each position.
    counts
        One array per count column of the table, all of the shape of ``axes``; a missing one is 0.
    """
    shape = tuple(len(labels) for labels in axes.values())
    filled = np.zeros(shape, dtype=bool)
    for array in counts.values():
        filled |= array != 0
    positions = np.nonzero(filled)
    labelled = {name: pl.Series(name, labels).gather(positions[i]) for i, (name, labels) in enumerate(axes.items())}
    nothing = np.zeros(len(positions[0]), dtype=np.int64)
    counted = {name: pl.Series(name, counts[name][positions] if name in counts else nothing) for name in table.counts}
    return pl.DataFrame({**labelled, **counted}).select(
        (pl.lit(fixed[name]) if name in fixed else pl.col(name)).cast(dtype).alias(name)
        for name, dtype in table.schema.items()
    )
