"""POPULATION: inhabitants of 18 to 64 on 1 January, and in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.naive.history import City

if TYPE_CHECKING:
    from tests.naive.tables import Counts

POPULATION_COLUMNS = ("persons",)
AGE_GROUPS = {"18-24": (18, 24), "25-34": (25, 34), "35-44": (35, 44), "45-54": (45, 54), "55-64": (55, 64)}
SEX_GROUPS = ("M", "V", "X")
IDENTITY = ("jaar", "leeftijd_van", "leeftijd_tot", "geslacht")


def count_population(table: Counts, city: City) -> None:
    """Every row that lies within 18 to 64, in the groups it lies in."""
    for row in _standing(city):
        cells = [("total", "total")]
        cells += [("age", group) for group, (low, high) in AGE_GROUPS.items() if _within(row, low, high)]
        cells += [("sex", group) for group in SEX_GROUPS if row["geslacht"] == group]
        for breakdown, group in cells:
            table.add((city.slug, breakdown, group, row["jaar"]), "persons", row["aantal"])


def population_years(city: City) -> frozenset[int]:
    """Years for which the city delivered a row within 18 to 64; what is not in such a year is zero."""
    return frozenset(row["jaar"] for row in _standing(city))


def _standing(city: City) -> list[dict]:
    """Of rows about the same people the last delivered; then those within 18 to 64."""
    last = {tuple(row[name] for name in IDENTITY): row for row in city.bevolking or []}
    return [row for row in last.values() if _within(row, 18, 64)]


def _within(row: dict, low: int, high: int) -> bool:
    return low <= row["leeftijd_van"] and row["leeftijd_tot"] <= high


def in_month(of_year: Callable[[int], int], years: Iterable[int], month: int) -> Fraction | None:
    """Linear between the first days of known years; the last known value holds; None before the first."""
    before = [year for year in years if year * 12 <= month]
    after = [year for year in years if year * 12 > month]
    if not before:
        return None
    start = max(before)
    if not after:
        return Fraction(of_year(start))
    end = min(after)
    return of_year(start) + Fraction((of_year(end) - of_year(start)) * (month - start * 12), (end - start) * 12)
