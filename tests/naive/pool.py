"""What a figure is computed from: the quantities and the window of one city, or of all of them summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from demad.tables.terms import GAPS, GROUPS, PUBLISHED_GROUPS
from tests.naive.history import City, Window, quarter_of, window_of, year_of
from tests.naive.population import in_month, population_years
from tests.naive.protection import protected
from tests.naive.quantities import Rows, population, quantities
from tests.naive.tables import tables
from tests.naive.told import tells_no_projects
from tests.naive.year_persons import whole_years

QUARTERLY = ("DURATIONS", "RETURNS")
OF_PROJECTS = ("STOCKS", "YEARS", "GPMI_YEARS", "GPMI_STARTS", "TAKE_UP")
OF_EXITS = ("RETURNS", "AFTER_EXITS")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How counts were rounded: 0 to the base is s = (base^2 - 1) / 12, the variance of an offset; 0 when exact.

    ``cities`` are those that are summed, ``all_cities`` those of the pool.
    """

    s: Fraction
    cities: int
    all_cities: int

    def of(self, tables: int) -> Fraction:
        """The variance ``s`` times the number of rounded tables that are summed."""
        return self.s * tables * self.cities


@dataclass(frozen=True, slots=True)
class Pool:
    """Quantities without the city in their keys.

    ``years`` are those of a known population; ``reference`` is the CASE_MIX and
    CASE_MIX_RETURNS of all cities together;
    ``stock_with_supports`` is the STOCKS of the cities that delivered steun;
    ``same_people`` are the RETURNS and AFTER_EXITS of the cities that delivered steun, of all where none did;
    ``same_years``: whether the calendar years that lie whole in the windows of the cities are the same;
    ``with_projects`` are STOCKS, YEARS, GPMI_YEARS, GPMI_STARTS and TAKE_UP of the cities that tell a GPMI.
    """

    slug: str
    window: Window
    has_leavers: bool
    has_supports: bool
    all_supports: bool
    has_applications: bool
    has_population: bool
    years: frozenset[int]
    tables: dict[str, Rows]
    reference: dict[str, Rows]
    stock_with_supports: Rows
    with_projects: dict[str, Rows]
    same_people: dict[str, Rows]
    rounding: Rounding
    same_years: bool = True

    @property
    def is_protected(self) -> bool:
        """Whether counts are rounded and groups folded."""
        return self.rounding.s > 0

    def groups(self, *breakdowns: str) -> list[tuple[str, str]]:
        """Every group of these breakdowns, whether or not somebody is in it."""
        known = PUBLISHED_GROUPS if self.is_protected else GROUPS
        return [(breakdown, group) for breakdown in breakdowns for group in known[breakdown]]

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
        periods = periods_of(table, cell, window)
        of_gpmi = table == "TAKE_UP" and cell[0] == "gpmi"
        rows = (self.with_projects if of_gpmi else self.tables)[table]
        summed = {column: [0] * len(steps) for column in columns}
        for place, step in enumerate(steps):
            for period in periods:
                row = rows.get((*cell, period, step))
                for column in columns:
                    summed[column][place] += row[column] if row else 0
        return summed


def periods_of(table: str, cell: tuple, window: range) -> list[str]:
    """The periods of a risk table that a window holds: the tables that are summed for it."""
    named = quarter_of if table in QUARTERLY and cell[1] == "total" else year_of
    return sorted({named(month) for month in window})


def pools(cities: list[City], counted: list[dict] | None = None, keys: list[bytes] | None = None) -> list[Pool]:
    """One per city, and `all`.

    ``counted`` are the additive tables of the cities where somebody has them already; ``keys`` are their secrets:
    then the quantities are the protected ones.
    """
    if not cities:
        return []
    counted = [tables(city) for city in cities] if counted is None else counted
    if keys is None:
        formed = [quantities(of_city, folded=False) for of_city in counted]
    else:
        formed = [protected(of_city, key) for of_city, key in zip(counted, keys, strict=True)]
    s = Fraction(0) if keys is None else Fraction(5 * 5 - 1, 12)
    for quantity, of_city in zip(formed, counted, strict=True):
        quantity["POPULATION"] = population(of_city["POPULATION"], folded=keys is not None)
    summed = {name: _sum(of_city[name] for of_city in formed) for name in formed[0]}
    years = [population_years(city) for city in cities]
    shared_years = frozenset.intersection(*years)
    summed["POPULATION"] = {key: row for key, row in summed["POPULATION"].items() if key[2] in shared_years}
    with_supports = [city.steun is not None for city in cities]
    reference = {name: summed[name] for name in ("CASE_MIX", "CASE_MIX_RETURNS")}
    single = [
        Pool(
            slug=city.slug,
            window=window_of(city),
            has_leavers=city.jeugdhulp is not None,
            has_supports=city.steun is not None,
            all_supports=city.steun is not None,
            has_applications=city.aanvragen is not None,
            has_population=city.bevolking is not None,
            years=of_population,
            tables={name: _sum([rows]) for name, rows in of_city.items()},
            reference=reference,
            stock_with_supports=_sum([of_city["STOCKS"]]),
            with_projects={name: _sum([of_city[name]]) for name in OF_PROJECTS},
            same_people={name: _sum([of_city[name]]) for name in OF_EXITS},
            rounding=Rounding(s, 1, len(cities)),
        )
        for city, of_city, of_population in zip(cities, formed, years, strict=True)
    ]
    together = Pool(
        slug="all",
        window=Window(
            first=max(pool.window.first for pool in single),
            last=min(pool.window.last for pool in single),
            full_history=all(pool.window.full_history for pool in single),
        ),
        has_leavers=any(pool.has_leavers for pool in single),
        has_supports=any(with_supports),
        all_supports=all(with_supports),
        has_applications=any(city.aanvragen is not None for city in cities),
        has_population=all(pool.has_population for pool in single),
        years=shared_years,
        tables=summed,
        reference=reference,
        stock_with_supports=_sum(
            of_city["STOCKS"] for of_city, known in zip(formed, with_supports, strict=True) if known
        ),
        with_projects={
            name: _sum(
                of_city[name]
                for of_city, pool in zip(formed, single, strict=True)
                if not tells_no_projects(pool.tables["STOCKS"])
            )
            for name in OF_PROJECTS
        },
        same_people={
            name: _sum(
                of_city[name]
                for of_city, known in zip(formed, with_supports, strict=True)
                if known or not any(with_supports)
            )
            for name in OF_EXITS
        },
        rounding=Rounding(s, len(cities), len(cities)),
        same_years=len({tuple(whole_years(pool.window.first, pool.window.last)) for pool in single}) == 1,
    )
    return [*single, together]


def _sum(parts: Iterable[Rows]) -> Rows:
    """Rows added up by key, the city taken off it."""
    total: Rows = {}
    for part in parts:
        for key, row in part.items():
            sums = total.setdefault(key[1:], dict.fromkeys(row, 0))
            for column, count in row.items():
                sums[column] += count
    return total
