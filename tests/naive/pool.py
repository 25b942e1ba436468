"""What a figure is computed from: the tables and the window of one city, or of all of them summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from demad.tables.terms import GAPS
from tests.naive.history import City, Window, quarter_of, window_of, year_of
from tests.naive.population import in_month, population_years
from tests.naive.tables import COLUMNS, tables

QUARTERLY = ("SPELL_RISK", "RETURN_RISK")


@dataclass(frozen=True, slots=True)
class Pool:
    """Tables without the city in their keys.

    ``years`` are those of a known population; ``reference`` is the CASE_MIX_RISK of all cities together;
    ``stock_with_supports`` is the STOCK of the cities that delivered steun.
    """

    slug: str
    window: Window
    has_leavers: bool
    has_supports: bool
    has_population: bool
    years: frozenset[int]
    tables: dict[str, dict[tuple, dict[str, int]]]
    reference: dict[tuple, dict[str, int]]
    stock_with_supports: dict[tuple, dict[str, int]]

    def stock_with_supports_rows(self) -> list[tuple[tuple, dict[str, int]]]:
        """The stock with the city back in its keys."""
        return [((self.slug, *key), row) for key, row in self.stock_with_supports.items()]

    def last_transition(self, variant: str) -> int:
        """O of the series."""
        return self.window.last_transition(GAPS[variant])

    def count(self, table: str, key: tuple, *columns: str) -> int:
        """Sum of columns in one row; a row that is not there is zero."""
        row = self.tables[table].get(key)
        return sum(row[column] for column in columns) if row else 0

    def population(self, breakdown: str, group: str, month: int) -> Fraction | None:
        """Inhabitants of 18 to 64 in a month; None when unknown."""
        if not self.has_population:
            return None
        return in_month(lambda year: self.count("POPULATION", (breakdown, group, year), "persons"), self.years, month)

    def risk_sets(
        self, table: str, cell: tuple, window: range, steps: range, columns: tuple[str, ...]
    ) -> dict[str, list[int]]:
        """Columns of a risk table, step by step, summed over the periods of a window of months."""
        named = quarter_of if table in QUARTERLY and cell[2] == "total" else year_of
        periods = sorted({named(month) for month in window})
        summed = {column: [0] * len(steps) for column in columns}
        for place, step in enumerate(steps):
            for period in periods:
                row = self.tables[table].get((*cell, period, step))
                for column in columns if row else ():
                    summed[column][place] += row[column]
        return summed


def pools(cities: list[City], counted: list[dict] | None = None) -> list[Pool]:
    """One per city, and `all`; ``counted`` are the tables of the cities where somebody has them already."""
    if not cities:
        return []
    counted = [tables(city) for city in cities] if counted is None else counted
    summed = {
        name: _sum([((("all", *key[1:]), row) for key, row in of_city[name].items()) for of_city in counted], columns)
        for name, columns in COLUMNS.items()
    }
    years = [population_years(city) for city in cities]
    shared_years = frozenset.intersection(*years)
    summed["POPULATION"] = {key: row for key, row in summed["POPULATION"].items() if key[2] in shared_years}
    reference = summed["CASE_MIX_RISK"]
    single = [
        Pool(
            slug=city.slug,
            window=window_of(city),
            has_leavers=city.jeugdhulp is not None,
            has_supports=city.steun is not None,
            has_population=city.bevolking is not None,
            years=of_population,
            tables={name: _sum([table.items()], COLUMNS[name]) for name, table in of_city.items()},
            reference=reference,
            stock_with_supports=_sum([of_city["STOCK"].items()], COLUMNS["STOCK"]),
        )
        for city, of_city, of_population in zip(cities, counted, years, strict=True)
    ]
    together = Pool(
        slug="all",
        window=Window(
            first=max(pool.window.first for pool in single),
            last=min(pool.window.last for pool in single),
            full_history=all(pool.window.full_history for pool in single),
        ),
        has_leavers=any(pool.has_leavers for pool in single),
        has_supports=any(pool.has_supports for pool in single),
        has_population=all(pool.has_population for pool in single),
        years=shared_years,
        tables=summed,
        reference=reference,
        stock_with_supports=_sum(
            [pool.stock_with_supports_rows() for pool in single if pool.has_supports], COLUMNS["STOCK"]
        ),
    )
    return [*single, together]


def _sum(parts: Iterable[Iterable[tuple]], columns: tuple[str, ...]) -> dict[tuple, dict[str, int]]:
    """Rows added up by key, the city taken off it."""
    total: dict[tuple, dict[str, int]] = {}
    for part in parts:
        for key, row in part:
            sums = total.setdefault(key[1:], dict.fromkeys(columns, 0))
            for column in columns:
                sums[column] += row[column]
    return total
