"""Inflow and outflow: spells that begin and end, per month, quarter and year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import Indicator, indicator
from demad.indicators.grid import NONE, City, Estimates, Grid, Scope, counted, dense, figures, last_transitions
from demad.indicators.windows import months_of, quarters_of, rolling_sum, within
from demad.tables.months import month_label, quarter_label
from demad.tables.terms import GAPS

LOOK_BACK = 24
YEAR, QUARTER = 12, 3


def flows(flows: pl.DataFrame, origins: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of `inflow_count`, `outflow_count` and `net_flow`: totals per quarter and year, groups per year.

    Exact tables also give totals per month. Inflow by origin is per quarter: a year would hide a wave.

    Parameters
    ----------
    flows, origins
        FLOWS and ORIGINS.
    """
    of_variant = flows.filter(variant=variant)
    known_inflow = first_months(scope.cities, variant, new_only=True)
    blocks = []
    for name, column, first in (("inflow_count", "inflow", known_inflow), ("outflow_count", "outflow", None)):
        definition = indicator(name)
        for breakdown in scope.breakdowns(definition):
            if breakdown == "origin":
                continue
            for length in _lengths(scope, breakdown):
                counts, ends = ending(of_variant, scope, breakdown, [column], length)
                blocks.append(_shown(definition, counts[column], ends, scope, variant, breakdown, length, first))
    blocks.append(_by_origin(origins.filter(variant=variant), scope, variant, known_inflow))
    for length in _lengths(scope, "total"):
        counts, ends = ending(of_variant, scope, "total", ["inflow", "outflow"], length)
        saldo = counts["inflow"] - counts["outflow"]
        blocks.append(_shown(indicator("net_flow"), saldo, ends, scope, variant, "total", length, known_inflow))
    return blocks


def _by_origin(origins: pl.DataFrame, scope: Scope, variant: str, first: np.ndarray) -> pl.DataFrame:
    """`inflow_count` of every origin, by quarter."""
    ends = quarters_of(scope.cities)
    quarters = [_label(month, QUARTER) for month in ends]
    counts = dense(origins, scope, "origin", "period", quarters, ["inflow"])["inflow"]
    return _shown(indicator("inflow_count"), counts, ends, scope, variant, "origin", QUARTER, first)


def ending(
    flows: pl.DataFrame, scope: Scope, breakdown: str, columns: Sequence[str], length: int
) -> tuple[dict[str, np.ndarray], list[int]]:
    """Columns of FLOWS (one series) summed over the ``length`` months that end with each month, quarter or year.

    Totals of a year are the sum of four quarters, and are given at every quarter. Groups of a year are counted as a
    whole.

    Returns
    -------
    Arrays city by group by period, and the last month of each period.
    """
    if length == 1:
        ends, step = months_of(scope.cities), 1
    else:
        ends, step = quarters_of(scope.cities), QUARTER
    if breakdown != "total":
        ends, step = [month for month in ends if month % YEAR == YEAR - 1], YEAR
    counts = dense(flows, scope, breakdown, "period", [_label(month, step) for month in ends], columns)
    return {name: rolling_sum(array, length // step, axis=2) for name, array in counts.items()}, ends


def first_months(
    cities: Sequence[City], variant: str, *, new_only: bool = False, look_back: bool = False
) -> np.ndarray:
    """First month with known flows: W; with a cut history W + gap + 1 for inflow, W + 24 for new or return.

    Before it a start may continue an older spell; it is not inflow, and a figure of 0 would be wrong.
    """
    later = LOOK_BACK if look_back else GAPS[variant] + 1 if new_only else 0
    return np.array([city.first_month + (0 if city.full_history else later) for city in cities])


def _lengths(scope: Scope, breakdown: str) -> tuple[int, ...]:
    if breakdown != "total":
        return (YEAR,)
    return (QUARTER, YEAR) if scope.is_protected else (1, QUARTER, YEAR)


def _shown(
    definition: Indicator,
    counts: np.ndarray,
    ends: list[int],
    scope: Scope,
    variant: str,
    breakdown: str,
    length: int,
    first: np.ndarray | None,
) -> pl.DataFrame:
    """Figures of the periods in which all months are known; a year is a calendar year."""
    chosen = [place for place, month in enumerate(ends) if (month + 1) % length == 0]
    months = [ends[place] for place in chosen]
    shown = within(scope.cities, months, length, last_transitions(scope.cities, variant), first)
    grid = Grid(variant, breakdown, scope, [_label(month, length) for month in months], shown)
    value = counts[..., chosen].astype(float)
    return figures(definition, grid, _saldo(value) if definition.id == "net_flow" else counted(value))


def _saldo(value: np.ndarray) -> Estimates:
    """Net flow, a difference of two counts: no numerator, and no minimum number applies."""
    none, never = np.full(value.shape, NONE), np.zeros(value.shape, dtype=bool)
    return Estimates(value, none, none, none, none, np.full(value.shape, np.inf), never, never, never)


def _label(month: int, length: int) -> str:
    return {1: month_label, QUARTER: quarter_label, YEAR: lambda number: str(number // YEAR)}[length](month)
