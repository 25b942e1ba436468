"""Events per inhabitant or per person-month, with the interval of a count."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rates import count_interval
from demad.indicators.caseload import month_grid, provisional_months
from demad.indicators.flows import INFLOW, OUTFLOW, first_months, monthly
from demad.indicators.grid import NONE, City, Estimates, Grid, dense, estimated, figures, last_transitions
from demad.indicators.inhabitants import inhabitants, is_counted
from demad.indicators.windows import months_of, quarter_labels, rolling_sum, within
from demad.tables.terms import GROUPS, SENSITIVITIES, WORKING_AGES

YEAR = 12


def caseload_rate(
    stock: pl.DataFrame, population: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `caseload_rate`: persons of 18 to 64 per 1,000 inhabitants of that age."""
    definition, months = indicator("caseload_rate"), months_of(cities)
    of_variant = stock.filter(variant=variant)
    blocks = []
    for breakdown in ("total", *definition.breakdowns):
        persons = _of_working_age(of_variant, cities, breakdown, months)
        residents = inhabitants(population, cities, breakdown, months)
        grid = month_grid(cities, months, variant, breakdown, history=0)
        estimates = per(
            persons, residents, 1000, provisional=provisional_months(cities, months), counted=is_counted(breakdown)
        )
        blocks.append(figures(definition, grid, estimates))
    return blocks


def inflow_rate(
    flow: pl.DataFrame, population: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `inflow_rate`: inflow of twelve months per 1,000 inhabitants of 18 to 64."""
    definition, months = indicator("inflow_rate"), months_of(cities)
    of_variant = flow.filter(variant=variant)
    blocks = []
    for breakdown in ("total", *definition.breakdowns):
        counts = monthly(of_variant, cities, breakdown, INFLOW)
        residents = inhabitants(population, cities, breakdown, months)
        known = np.where(np.isnan(residents), 0.0, residents)
        years_known = rolling_sum((~np.isnan(residents)).astype(np.int64), YEAR, axis=2) == YEAR
        mean = np.where(years_known, rolling_sum(known, YEAR, axis=2) / YEAR, np.nan)
        grid, closing = yearly_grid(cities, variant, breakdown, first=first_months(cities, variant, new_only=True))
        begun = rolling_sum(counts, YEAR, axis=2)[..., closing].astype(float)
        blocks.append(figures(definition, grid, per(begun, mean[..., closing], 1000, counted=is_counted(breakdown))))
    return blocks


def outflow_rate(
    flow: pl.DataFrame, stock: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `outflow_rate`: exits per 100 person-months of the last twelve months.

    A sensitivity series counts other exits of the same person-months: those of main.
    """
    definition, months = indicator("outflow_rate"), months_of(cities)
    sensitivity = variant in SENSITIVITIES
    flows, stocks = flow.filter(variant=variant), stock.filter(variant="main" if sensitivity else variant)
    blocks = []
    for breakdown in ("total",) if sensitivity else ("total", *definition.breakdowns):
        exits = monthly(flows, cities, breakdown, OUTFLOW)
        persons = dense(stocks, cities, breakdown, "month", months, ["stock"])["stock"]
        grid, closing = yearly_grid(cities, variant, breakdown)
        left, stayed = (rolling_sum(counts, YEAR, axis=2)[..., closing].astype(float) for counts in (exits, persons))
        blocks.append(figures(definition, grid, per(left, stayed, 100, judge_denominator=True)))
    return blocks


def per(
    events: np.ndarray,
    units: np.ndarray,
    scale: float,
    *,
    provisional: np.ndarray | None = None,
    counted: np.ndarray | bool = True,
    judge_denominator: bool = False,
) -> Estimates:
    """``scale`` x events / units with the interval of a count; not computable without units.

    ``counted``: per group whether it has units at all; where not, the numerator is null too.
    ``judge_denominator``: units are a count of their own, and what min_n looks at.
    """
    if not isinstance(counted, bool):
        counted = counted[None, :, None]
    whole_is_count = judge_denominator
    known = np.nan_to_num(units) > 0
    safe = np.where(known, units, 1.0)
    low, high = count_interval(events)
    whole = np.floor(np.where(known, units, 0.0) + 0.5)
    return estimated(
        scale * events / safe,
        scale * low / safe,
        scale * high / safe,
        numerator=np.where(counted, events, NONE),
        denominator=np.where(counted & (known | whole_is_count), whole, NONE),
        computable=known,
        provisional=provisional,
        judged=whole if judge_denominator else events,
    )


def yearly_grid(
    cities: Sequence[City],
    variant: str,
    breakdown: str,
    *,
    first: np.ndarray | None = None,
) -> tuple[Grid, list[int]]:
    """Windows of twelve months that end with a quarter (groups: in December), and their places in the months."""
    months = months_of(cities)
    rhythm = 3 if breakdown == "total" else YEAR
    closing = [place for place, month in enumerate(months) if (month + 1) % rhythm == 0]
    ends = [months[place] for place in closing]
    shown = within(cities, ends, YEAR, last_transitions(cities, variant), first)
    return Grid(variant, breakdown, cities, quarter_labels(ends), shown), closing


def _of_working_age(stock: pl.DataFrame, cities: Sequence[City], breakdown: str, months: list[int]) -> np.ndarray:
    """Persons of 18 to 64; by sex everybody, because age and sex are never crossed."""
    source = "age" if breakdown == "total" else breakdown
    persons = dense(stock, cities, source, "month", months, ["stock"])["stock"].astype(float)
    if breakdown != "total":
        return persons
    places = [GROUPS["age"].index(band) for band in WORKING_AGES]
    return persons[:, places].sum(axis=1, keepdims=True)
