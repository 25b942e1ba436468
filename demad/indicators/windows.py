"""Months and quarters for which figures exist, and sums over windows that end there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from demad.indicators.grid import City
from demad.tables.months import quarter_label


def months_of(cities: Sequence[City]) -> list[int]:
    """Every month from the earliest W to the latest M."""
    if not cities:
        return []
    return list(range(min(city.first_month for city in cities), max(city.last_month for city in cities) + 1))


def quarters_of(cities: Sequence[City]) -> list[int]:
    """The last month of every quarter that overlaps the windows of the cities."""
    months = months_of(cities)
    return list(range(months[0] // 3 * 3 + 2, months[-1] // 3 * 3 + 3, 3)) if months else []


def quarter_labels(quarters: Sequence[int]) -> list[str]:
    """``2025Q4`` for each last month."""
    return [quarter_label(month) for month in quarters]


def within(
    cities: Sequence[City],
    ends: Sequence[int],
    length: int,
    last: np.ndarray,
    first: np.ndarray | None = None,
) -> np.ndarray:
    """City by period: whether the ``length`` months up to ``ends`` are between W (or ``first``) and ``last``."""
    start = np.array([city.first_month for city in cities]) if first is None else first
    end = np.array(ends, dtype=np.int64)
    return (end[None, :] - length + 1 >= start[:, None]) & (end[None, :] <= last[:, None])


def rolling_sum(counts: np.ndarray, length: int, axis: int) -> np.ndarray:
    """Sum of the ``length`` positions that end at each position along ``axis``; shorter at the left edge."""
    total = np.cumsum(counts, axis=axis)
    before = np.zeros_like(total)
    put, take = [slice(None)] * counts.ndim, [slice(None)] * counts.ndim
    put[axis], take[axis] = slice(length, None), slice(None, -length)
    before[tuple(put)] = total[tuple(take)]
    return total - before
