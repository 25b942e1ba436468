"""Rates of events per inhabitant or person-month, with the interval of a count."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rates import count_interval
from demad.indicators.caseload import month_grid, provisional_months
from demad.indicators.flows import YEAR, ending, first_months
from demad.indicators.grid import (
    NONE,
    Estimates,
    Grid,
    Scope,
    dense,
    estimated,
    figures,
    half_up,
    last_transitions,
    much_wider,
)
from demad.indicators.inhabitants import inhabitants, is_counted
from demad.indicators.windows import months_of, quarter_labels, rolling_sum, within
from demad.tables.terms import SENSITIVITIES

_QUARTERS, _MONTHS_OF_QUARTER = 4, 3


def caseload_rate(stocks: pl.DataFrame, population: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of `caseload_rate`: persons of 18 to 64 per 1,000 inhabitants of that age.

    By sex persons of all ages are counted, because age and sex are never crossed.
    """
    definition, months = indicator("caseload_rate"), months_of(scope.cities)
    of_variant = stocks.filter(variant=variant)
    blocks = []
    for breakdown in scope.breakdowns(definition):
        persons = dense(of_variant, scope, breakdown, "month", months, ["working_age"])["working_age"].astype(float)
        grid = month_grid(scope, months, variant, breakdown, history=0)
        estimates = per(
            persons,
            inhabitants(population, scope, breakdown, months),
            1000,
            rounding=scope.rounding(1),
            provisional=provisional_months(scope.cities, months),
            counted=is_counted(scope, breakdown),
        )
        blocks.append(figures(definition, grid, estimates))
    return blocks


def inflow_rate(flows: pl.DataFrame, population: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of `inflow_rate`: inflow of twelve months per 1,000 inhabitants of 18 to 64.

    In an age group both numbers are of that age group, within 18 to 64.
    """
    definition, months = indicator("inflow_rate"), months_of(scope.cities)
    of_variant = flows.filter(variant=variant)
    first = first_months(scope.cities, variant, new_only=True)
    blocks = []
    for breakdown in scope.breakdowns(definition):
        column = "inflow_working_age" if breakdown == "age" else "inflow"
        counts, ends = ending(of_variant, scope, breakdown, [column], YEAR)
        mean = _mean_inhabitants(population, scope, breakdown, months, ends)
        estimates = per(
            counts[column].astype(float),
            mean,
            1000,
            rounding=scope.rounding(tables_of_year(breakdown)),
            counted=is_counted(scope, breakdown),
        )
        blocks.append(figures(definition, yearly_grid(scope, variant, breakdown, ends, first=first), estimates))
    return blocks


def outflow_rate(
    flows: pl.DataFrame, stocks: pl.DataFrame, years: pl.DataFrame, scope: Scope, *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `outflow_rate`: exits per 100 person-months of the last twelve months.

    A sensitivity series has other exits but the person-months of main.
    """
    definition = indicator("outflow_rate")
    sensitivity = variant in SENSITIVITIES
    of_variant, series = flows.filter(variant=variant), "main" if sensitivity else variant
    blocks = []
    for breakdown in ("total",) if sensitivity else scope.breakdowns(definition):
        counts, ends = ending(of_variant, scope, breakdown, ["outflow"], YEAR)
        stayed, of_stayed = person_months(
            stocks.filter(variant=series), years.filter(variant=series), scope, breakdown, ends
        )
        estimates = per(
            counts["outflow"].astype(float),
            stayed,
            100,
            rounding=scope.rounding(tables_of_year(breakdown)),
            units_variance=of_stayed if series == "wide" or breakdown != "total" else 0.0,
            judge_denominator=True,
        )
        blocks.append(figures(definition, yearly_grid(scope, variant, breakdown, ends), estimates))
    return blocks


def per(
    events: np.ndarray,
    units: np.ndarray,
    scale: float,
    *,
    rounding: np.ndarray | float = 0.0,
    units_variance: np.ndarray | float = 0.0,
    provisional: np.ndarray | None = None,
    counted: np.ndarray | bool = True,
    judge_denominator: bool = False,
) -> Estimates:
    """``scale`` x events / units with the interval of a count; not computable without units.

    ``rounding``: of the events (see `estimators.rounding`). ``units_variance``: rounding variance of the units.
    ``counted``: per group whether units exist; if not, the numerator is null too. ``judge_denominator``: the units are
    themselves a count, and min_n applies to them.
    """
    if not isinstance(counted, bool):
        counted = counted[None, :, None]
    whole_is_count = judge_denominator
    known = np.nan_to_num(units) > 0
    safe = np.where(known, units, 1.0)
    added = 2 * rounding / np.maximum(events, 1.0) ** 2 + units_variance / safe**2
    low, high = count_interval(events, added=added)
    whole = half_up(np.where(known, units, 0.0))
    return estimated(
        scale * events / safe,
        scale * low / safe,
        scale * high / safe,
        numerator=np.where(counted, events, NONE),
        denominator=np.where(counted & (known | whole_is_count), whole, NONE),
        computable=known,
        provisional=provisional,
        judged=whole if judge_denominator else events,
        widened=much_wider(added, 1 / np.maximum(events, 1.0)),
    )


def tables_of_year(breakdown: str) -> int:
    """Number of protected tables in twelve months of flows: four quarters for a total, one year for a group."""
    return _QUARTERS if breakdown == "total" else 1


def yearly_grid(
    scope: Scope, variant: str, breakdown: str, ends: list[int], *, first: np.ndarray | None = None
) -> Grid:
    """Grid of windows of twelve months that end with each of ``ends``."""
    shown = within(scope.cities, ends, YEAR, last_transitions(scope.cities, variant), first)
    return Grid(variant, breakdown, scope, quarter_labels(ends), shown)


def person_months(
    stocks: pl.DataFrame, years: pl.DataFrame, scope: Scope, breakdown: str, ends: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Person-months of the twelve months up to each end, and their rounding variance.

    Totals are the sum of twelve stocks, three of which share an offset; groups are twelve times a mean.
    """
    if breakdown != "total":
        labels = [month // YEAR for month in ends]
        counts = dense(years, scope, breakdown, "year", labels, ["person_months"])["person_months"]
        return counts.astype(float), YEAR**2 * 2 * scope.rounding(1)
    months = list(range(ends[0] - YEAR + 1, ends[-1] + 1)) if ends else []
    persons = dense(stocks, scope, "total", "month", months, ["stock"])["stock"]
    closing = [months.index(month) for month in ends]
    of_quarter = _MONTHS_OF_QUARTER**2 + _MONTHS_OF_QUARTER
    return rolling_sum(persons, YEAR, axis=2)[..., closing].astype(float), of_quarter * scope.rounding(_QUARTERS)


def _mean_inhabitants(
    population: pl.DataFrame, scope: Scope, breakdown: str, months: list[int], ends: list[int]
) -> np.ndarray:
    """Mean inhabitants of the twelve months up to each end; nan if one of the months is unknown."""
    residents = inhabitants(population, scope, breakdown, months)
    known = rolling_sum((~np.isnan(residents)).astype(np.int64), YEAR, axis=2) == YEAR
    mean = np.where(known, rolling_sum(np.nan_to_num(residents), YEAR, axis=2) / YEAR, np.nan)
    beyond = np.full(mean.shape[:2], np.nan)
    columns = [mean[..., months.index(month)] if month in months else beyond for month in ends]
    return np.stack(columns, axis=-1) if columns else np.zeros((*mean.shape[:2], 0))
