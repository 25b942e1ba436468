"""Inhabitants by month, interpolated between the counts of 1 January."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.indicators.grid import Scope, dense

_COUNTED = ("total", "age", "sex")
_NOT_COUNTED = {"age": ("<18", "65+"), "sex": ("unknown", "other")}  # "other" includes unknown sex


def is_counted(scope: Scope, breakdown: str) -> np.ndarray:
    """Whether the inhabitants of 18 to 64 are known for each group of a breakdown."""
    without = _NOT_COUNTED.get(breakdown, ())
    return np.array([breakdown in _COUNTED and group not in without for group in scope.groups[breakdown]])


def inhabitants(population: pl.DataFrame, scope: Scope, breakdown: str, months: Sequence[int]) -> np.ndarray:
    """Inhabitants of 18 to 64 in each month: city by group by month, nan if unknown.

    Linear interpolation between 1 January of two years; after the last known year its number is kept.

    Parameters
    ----------
    population
        POPULATION.
    breakdown
        total, age or sex; nan for other breakdowns and for groups without known inhabitants. In a year with data, a
        missing group has 0 inhabitants.
    """
    cities = scope.cities
    result = np.full((len(cities), len(scope.groups[breakdown]), len(months)), np.nan)
    groups = np.flatnonzero(is_counted(scope, breakdown))
    if not len(groups):
        return result
    years = sorted(set(population["year"].to_list()))
    persons = dense(population, scope, breakdown, "year", years, ["persons"])["persons"].astype(float)
    for place, city in enumerate(cities):
        own = set(population.filter(city=city.slug)["year"].to_list())
        known = [number for number, year in enumerate(years) if year in own]
        first_days = [years[number] * 12 for number in known]
        for group in groups if known else ():
            result[place, group] = np.interp(months, first_days, persons[place, group][known], left=np.nan)
    return result
