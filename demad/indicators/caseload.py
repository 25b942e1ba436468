"""Number of persons with a leefloon: per month, per year, and compared with a year before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.grid import City, Estimates, Grid, Scope, counted, dense, figures
from demad.indicators.windows import months_of, within
from demad.tables.months import month_label
from demad.tables.terms import SETTLEMENT_LAG

YEAR = 12


def caseload(stocks: pl.DataFrame, years: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of the stock by month and its change, of its yearly mean, and of distinct persons in a year.

    Parameters
    ----------
    stocks, years
        STOCKS and YEARS.
    """
    of_variant, months = stocks.filter(variant=variant), months_of(scope.cities)
    of_years = years.filter(variant=variant)
    blocks = []
    for breakdown in scope.breakdowns(indicator("caseload_stock")):
        persons = dense(of_variant, scope, breakdown, "month", months, ["stock"])["stock"].astype(float)
        now = counted(persons, provisional_months(scope.cities, months))
        grid = month_grid(scope, months, variant, breakdown, history=0)
        blocks.append(figures(indicator("caseload_stock"), grid, now))
        blocks.append(_change(persons, scope, months, variant, breakdown))
        blocks += _of_years(of_years, scope, months, variant, breakdown)
    return blocks


def month_grid(scope: Scope, months: Sequence[int], variant: str, breakdown: str, *, history: int) -> Grid:
    """Grid of the months W + ``history`` to M; groups only in December."""
    cities = scope.cities
    month = np.array(months, dtype=np.int64)[None, :]
    first = np.array([[city.first_month] for city in cities])
    last = np.array([[city.last_month] for city in cities])
    shown = (month >= first + history) & (month <= last)
    if breakdown != "total":
        shown = shown & (month % YEAR == YEAR - 1)
    return Grid(variant, breakdown, scope, [month_label(number) for number in months], shown)


def provisional_months(cities: Sequence[City], months: Sequence[int]) -> np.ndarray:
    """City by 1 by month: whether late decisions are still expected."""
    last = np.array([[[city.last_month]] for city in cities])
    return np.array(months, dtype=np.int64)[None, None, :] > last - SETTLEMENT_LAG


def _change(persons: np.ndarray, scope: Scope, months: list[int], variant: str, breakdown: str) -> pl.DataFrame:
    grid = month_grid(scope, months, variant, breakdown, history=YEAR)
    before = np.zeros_like(persons)
    before[..., YEAR:] = persons[..., :-YEAR]
    value = np.divide(persons, before, out=np.full(persons.shape, np.nan), where=before > 0) - 1
    none = np.full(persons.shape, np.nan)
    never = np.zeros(persons.shape, dtype=bool)
    late = np.broadcast_to(provisional_months(scope.cities, months), persons.shape)
    estimates = Estimates(value, none, none, persons, before, before, late, never, never)
    return figures(indicator("caseload_change_yoy"), grid, estimates)


def _of_years(years: pl.DataFrame, scope: Scope, months: list[int], variant: str, breakdown: str) -> list[pl.DataFrame]:
    """Yearly mean and distinct persons of the calendar years that are completely in W..M."""
    ends = [month for month in months if month % YEAR == YEAR - 1]
    last = np.array([city.last_month for city in scope.cities])
    shown = within(scope.cities, ends, YEAR, last)
    grid = Grid(variant, breakdown, scope, [str(month // YEAR) for month in ends], shown)
    columns = ["persons", "person_months"]
    counts = dense(years, scope, breakdown, "year", [month // YEAR for month in ends], columns)
    persons, summed = (counts[name].astype(float) for name in columns)
    late = np.broadcast_to(provisional_months(scope.cities, ends), summed.shape)
    mean, none = summed / YEAR, np.full(summed.shape, np.nan)
    never = np.zeros(summed.shape, dtype=bool)
    twelve = np.full(summed.shape, float(YEAR))
    means = Estimates(mean, none, none, summed, twelve, mean, late, never, never)
    return [
        figures(indicator("caseload_year_mean"), grid, means),
        figures(indicator("caseload_distinct_year"), grid, counted(persons, late)),
    ]
