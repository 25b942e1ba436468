"""The periods figures are for: which months, under which label, for which groups (methods.md 1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.naive.history import quarter_of, year_of

if TYPE_CHECKING:
    from tests.naive.pool import Pool

TOTAL = ("total", "total")


def month_label(month: int) -> str:
    """``2026-03``."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def is_december(month: int) -> bool:
    """Groups are shown once a year."""
    return month % 12 == 11


def calendar(known: range) -> Iterator[tuple[range, str]]:
    """The months of a range, and every quarter and year that lies in it whole."""
    for month in known:
        yield range(month, month + 1), month_label(month)
        for length, named in ((3, quarter_of), (12, year_of)):
            if month % length == 0 and month + length - 1 in known:
                yield range(month, month + length), named(month)


def windows(
    pool: Pool, first: int, last: int, width: int, *breakdowns: str
) -> Iterator[tuple[range, str, tuple[str, str]]]:
    """Windows in first..last that end with a quarter, for the total; groups where they end in December."""
    for month in range(first + width - 1, last + 1):
        if month % 3 != 2:
            continue
        for cell in [TOTAL, *(pool.groups(*breakdowns) if is_december(month) else [])]:
            yield range(month - width + 1, month + 1), quarter_of(month), cell


def year_windows(first: int, last: int, years: int) -> Iterator[tuple[range, str]]:
    """Windows in first..last of so many calendar years, under the quarter in which they end."""
    for month in range(first + 12 * years - 1, last + 1):
        if is_december(month):
            yield range(month - 12 * years + 1, month + 1), quarter_of(month)
