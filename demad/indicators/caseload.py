"""How many people have a leefloon, and how that changed in a year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.grid import City, Estimates, Grid, counted, dense, figures
from demad.indicators.windows import months_of
from demad.tables.months import month_label
from demad.tables.terms import SETTLEMENT_LAG


def caseload(stock: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `caseload_stock` and `caseload_change_yoy`: months in total, December by group."""
    of_variant, months = stock.filter(variant=variant), months_of(cities)
    blocks = []
    for breakdown in ("total", *indicator("caseload_stock").breakdowns):
        persons = dense(of_variant, cities, breakdown, "month", months, ["stock"])["stock"].astype(float)
        blocks.append(_now(persons, cities, months, variant, breakdown))
        blocks.append(_change(persons, cities, months, variant, breakdown))
    return blocks


def _grid(cities: Sequence[City], months: list[int], variant: str, breakdown: str, *, history: int) -> Grid:
    month = np.array(months, dtype=np.int64)[None, :]
    first = np.array([[city.first_month] for city in cities])
    last = np.array([[city.last_month] for city in cities])
    shown = (month >= first + history) & (month <= last)
    if breakdown != "total":
        shown = shown & (month % 12 == 11)
    return Grid(variant, breakdown, cities, [month_label(number) for number in months], shown)


def _provisional(cities: Sequence[City], months: list[int]) -> np.ndarray:
    last = np.array([[[city.last_month]] for city in cities])
    return np.array(months, dtype=np.int64)[None, None, :] > last - SETTLEMENT_LAG


def _now(persons: np.ndarray, cities: Sequence[City], months: list[int], variant: str, breakdown: str) -> pl.DataFrame:
    grid = _grid(cities, months, variant, breakdown, history=0)
    return figures(indicator("caseload_stock"), grid, counted(persons, _provisional(cities, months)))


def _change(
    persons: np.ndarray, cities: Sequence[City], months: list[int], variant: str, breakdown: str
) -> pl.DataFrame:
    grid = _grid(cities, months, variant, breakdown, history=12)
    before = np.zeros_like(persons)
    before[..., 12:] = persons[..., :-12]
    value = np.divide(persons, before, out=np.full(persons.shape, np.nan), where=before > 0) - 1
    none = np.full(persons.shape, np.nan)
    never = np.zeros(persons.shape, dtype=bool)
    late = np.broadcast_to(_provisional(cities, months), persons.shape)
    return figures(
        indicator("caseload_change_yoy"),
        grid,
        Estimates(value, none, none, persons, before, before, late, never),
    )
