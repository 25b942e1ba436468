"""YEAR_PERSONS and GPMI_YEAR: who had leefloon, and who a GPMI, at any time in a calendar year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.naive.history import Decision, Window, attributes, covered_months, year_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

YEAR_COLUMNS = ("persons",)
GPMI_COLUMNS = ("with_gpmi",)


def whole_years(first: int, last: int) -> list[int]:
    """Years of which January and December both lie in first..last."""
    return [year for year in range(first // 12, last // 12 + 1) if first <= year * 12 and year * 12 + 11 <= last]


def count_year_persons(table: Counts, place: tuple[str, str], series: list[Decision], window: Window) -> None:
    """One person, once per year, in the groups of the last covered month of that year."""
    months = covered_months(series)
    for year in whole_years(window.first, window.last):
        in_year = [month for month in months if month // 12 == year]
        if not in_year:
            continue
        strata = attributes(series, max(in_year)).strata
        for breakdown, group in [("total", "total"), *strata.items()]:
            table.add((*place, breakdown, group, year_of(max(in_year))), "persons")


def count_gpmi_year(table: Counts, slug: str, series: list[Decision], window: Window) -> None:
    """One person, once per year in which a covered month has a GPMI by the decision that counts in that month."""
    with_gpmi = {month for month in covered_months(series) if attributes(series, month).gpmi}
    for year in whole_years(window.first, window.last):
        if any(month // 12 == year for month in with_gpmi):
            table.add((slug, year), "with_gpmi")
