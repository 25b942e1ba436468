"""How many spells begin and end, per month, quarter and year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import Indicator, indicator
from demad.indicators.grid import NONE, City, Estimates, Grid, counted, dense, figures, last_transitions
from demad.indicators.windows import months_of, rolling_sum, within
from demad.tables.months import month_label, quarter_label
from demad.tables.terms import GAPS, REASONS

INFLOW = ("in_new", "in_return", "in_unknown")
LOOK_BACK = 24
OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)


def flows(flow: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `inflow_count` and `outflow_count`: totals per month, quarter and year, groups per year."""
    of_variant = flow.filter(variant=variant)
    known_inflow = first_months(cities, variant, new_only=True)
    blocks = []
    for name, parts, first in (("inflow_count", INFLOW, known_inflow), ("outflow_count", OUTFLOW, None)):
        definition = indicator(name)
        for breakdown in ("total", *definition.breakdowns):
            counts = monthly(of_variant, cities, breakdown, parts)
            blocks += _periods(definition, counts, cities, variant, breakdown, first)
    saldo = monthly(of_variant, cities, "total", INFLOW) - monthly(of_variant, cities, "total", OUTFLOW)
    return blocks + _periods(indicator("net_flow"), saldo, cities, variant, "total", known_inflow)


def monthly(flow: pl.DataFrame, cities: Sequence[City], breakdown: str, parts: Sequence[str]) -> np.ndarray:
    """Sum of some columns of FLOW (of one series): city by group by month."""
    months = months_of(cities)
    if breakdown == "reason":
        total = dense(flow, cities, "total", "month", months, parts)
        return np.concatenate([total[f"out_{reason}"] for reason in REASONS], axis=1)
    return np.sum(list(dense(flow, cities, breakdown, "month", months, parts).values()), axis=0)


def first_months(
    cities: Sequence[City], variant: str, *, new_only: bool = False, look_back: bool = False
) -> np.ndarray:
    """First month a flow is known: W; with a cut history W + gap + 1 for inflow, W + 24 for new or return.

    While a start could be the tail of something older it is no inflow, and a figure of 0 would be false.
    """
    later = LOOK_BACK if look_back else GAPS[variant] + 1 if new_only else 0
    return np.array([city.first_month + (0 if city.full_history else later) for city in cities])


def _periods(
    definition: Indicator,
    counts: np.ndarray,
    cities: Sequence[City],
    variant: str,
    breakdown: str,
    first: np.ndarray | None,
) -> list[pl.DataFrame]:
    """Months and quarters for the total, years for all; a period needs all of its months."""
    months, last = months_of(cities), last_transitions(cities, variant)
    blocks = []
    for length in (1, 3, 12) if breakdown == "total" else (12,):
        closing = [place for place, month in enumerate(months) if (month + 1) % length == 0]
        ends = [months[place] for place in closing]
        shown = within(cities, ends, length, last, first)
        grid = Grid(variant, breakdown, cities, [_label(month, length) for month in ends], shown)
        summed = rolling_sum(counts, length, axis=2)[..., closing].astype(float)
        estimates = _saldo(summed) if definition.id == "net_flow" else counted(summed)
        blocks.append(figures(definition, grid, estimates))
    return blocks


def _saldo(value: np.ndarray) -> Estimates:
    """A difference of two counts is no count: no numerator, nothing too small to judge."""
    none, never = np.full(value.shape, NONE), np.zeros(value.shape, dtype=bool)
    return Estimates(value, none, none, none, none, np.full(value.shape, np.inf), never, never)


def _label(month: int, length: int) -> str:
    return {1: month_label, 3: quarter_label, 12: lambda number: str(number // 12)}[length](month)
