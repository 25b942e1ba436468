"""How many people have a leefloon: in a month, over a year, and against a year before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.grid import City, Estimates, Grid, counted, dense, figures
from demad.indicators.windows import months_of, rolling_sum, within
from demad.tables.months import month_label
from demad.tables.terms import SETTLEMENT_LAG

YEAR = 12


def caseload(
    stock: pl.DataFrame, year_persons: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> list[pl.DataFrame]:
    """Figures of the stock by month and its change, of its yearly mean, and of distinct persons in a year."""
    of_variant, months = stock.filter(variant=variant), months_of(cities)
    persons_of_year = year_persons.filter(variant=variant)
    blocks = []
    for breakdown in ("total", *indicator("caseload_stock").breakdowns):
        persons = dense(of_variant, cities, breakdown, "month", months, ["stock"])["stock"].astype(float)
        now = counted(persons, provisional_months(cities, months))
        grid = month_grid(cities, months, variant, breakdown, history=0)
        blocks.append(figures(indicator("caseload_stock"), grid, now))
        blocks.append(_change(persons, cities, months, variant, breakdown))
        blocks.append(_year_mean(persons, cities, months, variant, breakdown))
        blocks.append(_distinct(persons_of_year, cities, months, variant, breakdown))
    return blocks


def month_grid(cities: Sequence[City], months: Sequence[int], variant: str, breakdown: str, *, history: int) -> Grid:
    """Months W + ``history`` to M; groups only in December."""
    month = np.array(months, dtype=np.int64)[None, :]
    first = np.array([[city.first_month] for city in cities])
    last = np.array([[city.last_month] for city in cities])
    shown = (month >= first + history) & (month <= last)
    if breakdown != "total":
        shown = shown & (month % YEAR == YEAR - 1)
    return Grid(variant, breakdown, cities, [month_label(number) for number in months], shown)


def provisional_months(cities: Sequence[City], months: Sequence[int]) -> np.ndarray:
    """City by 1 by month: whether late decisions are still to come."""
    last = np.array([[[city.last_month]] for city in cities])
    return np.array(months, dtype=np.int64)[None, None, :] > last - SETTLEMENT_LAG


def _change(
    persons: np.ndarray, cities: Sequence[City], months: list[int], variant: str, breakdown: str
) -> pl.DataFrame:
    grid = month_grid(cities, months, variant, breakdown, history=YEAR)
    before = np.zeros_like(persons)
    before[..., YEAR:] = persons[..., :-YEAR]
    value = np.divide(persons, before, out=np.full(persons.shape, np.nan), where=before > 0) - 1
    none = np.full(persons.shape, np.nan)
    never = np.zeros(persons.shape, dtype=bool)
    late = np.broadcast_to(provisional_months(cities, months), persons.shape)
    estimates = Estimates(value, none, none, persons, before, before, late, never)
    return figures(indicator("caseload_change_yoy"), grid, estimates)


def _year_grid(cities: Sequence[City], months: list[int], variant: str, breakdown: str) -> tuple[Grid, list[int]]:
    """Calendar years that lie whole in W..M, and the places of their Decembers."""
    closing = [place for place, month in enumerate(months) if month % YEAR == YEAR - 1]
    ends = [months[place] for place in closing]
    last = np.array([city.last_month for city in cities])
    shown = within(cities, ends, YEAR, last)
    return Grid(variant, breakdown, cities, [str(month // YEAR) for month in ends], shown), closing


def _year_mean(
    persons: np.ndarray, cities: Sequence[City], months: list[int], variant: str, breakdown: str
) -> pl.DataFrame:
    grid, closing = _year_grid(cities, months, variant, breakdown)
    summed = rolling_sum(persons, YEAR, axis=2)[..., closing]
    mean, none = summed / YEAR, np.full(summed.shape, np.nan)
    late = np.broadcast_to(provisional_months(cities, months)[..., closing], summed.shape)
    never = np.zeros(summed.shape, dtype=bool)
    estimates = Estimates(mean, none, none, summed, np.full(summed.shape, float(YEAR)), mean, late, never)
    return figures(indicator("caseload_year_mean"), grid, estimates)


def _distinct(
    year_persons: pl.DataFrame, cities: Sequence[City], months: list[int], variant: str, breakdown: str
) -> pl.DataFrame:
    grid, closing = _year_grid(cities, months, variant, breakdown)
    years = [months[place] // YEAR for place in closing]
    persons = dense(year_persons, cities, breakdown, "year", years, ["persons"])["persons"].astype(float)
    estimates = counted(persons, provisional_months(cities, months)[..., closing])
    return figures(indicator("caseload_distinct_year"), grid, estimates)
