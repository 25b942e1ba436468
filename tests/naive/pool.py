"""What a figure is computed from: the tables and the window of one city, or of all of them summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from demad.tables.terms import GAPS
from tests.naive.history import City, Window, quarter_of, window_of, year_of
from tests.naive.tables import COLUMNS, tables


@dataclass(frozen=True, slots=True)
class Pool:
    """Tables without the city in their keys."""

    slug: str
    window: Window
    has_leavers: bool
    tables: dict[str, dict[tuple, dict[str, int]]]

    def last_transition(self, variant: str) -> int:
        """O of the series."""
        return self.window.last_transition(GAPS[variant])

    def count(self, table: str, key: tuple, *columns: str) -> int:
        """Sum of columns in one row; a row that is not there is zero."""
        row = self.tables[table].get(key)
        return sum(row[column] for column in columns) if row else 0

    def risk_sets(
        self, table: str, cell: tuple, window: range, steps: range, columns: tuple[str, ...]
    ) -> dict[str, list[int]]:
        """Columns of a risk table, step by step, summed over the periods of a window of months."""
        named = quarter_of if cell[2] == "total" and table != "CARE_LEAVER_RISK" else year_of
        periods = sorted({named(month) for month in window})
        summed = {column: [0] * len(steps) for column in columns}
        for place, step in enumerate(steps):
            for period in periods:
                row = self.tables[table].get((*cell, period, step))
                for column in columns if row else ():
                    summed[column][place] += row[column]
        return summed


def pools(cities: list[City]) -> list[Pool]:
    """One per city, and `all`."""
    if not cities:
        return []
    single = [
        Pool(
            city.slug,
            window_of(city),
            city.jeugdhulp is not None,
            {name: _sum([table.items()], COLUMNS[name]) for name, table in tables(city).items()},
        )
        for city in cities
    ]
    window = Window(
        first=max(pool.window.first for pool in single),
        last=min(pool.window.last for pool in single),
        full_history=all(pool.window.full_history for pool in single),
    )
    summed = {
        name: _sum([((("all", *key), row) for key, row in pool.tables[name].items()) for pool in single], columns)
        for name, columns in COLUMNS.items()
    }
    return [*single, Pool("all", window, any(pool.has_leavers for pool in single), summed)]


def _sum(parts: Iterable[Iterable[tuple]], columns: tuple[str, ...]) -> dict[tuple, dict[str, int]]:
    """Rows added up by key, the city taken off it."""
    total: dict[tuple, dict[str, int]] = {}
    for part in parts:
        for key, row in part:
            sums = total.setdefault(key[1:], dict.fromkeys(columns, 0))
            for column in columns:
                sums[column] += row[column]
    return total
