"""How many spells begin and end, per month, quarter and year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import Indicator, indicator
from demad.indicators.grid import City, Grid, counted, dense, figures, last_transitions
from demad.indicators.windows import months_of, rolling_sum, within
from demad.tables.months import month_label, quarter_label
from demad.tables.terms import GAPS, REASONS

_INFLOW = ("in_new", "in_return", "in_unknown")
_OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)


def flows(flow: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `inflow_count` and `outflow_count`: totals per month, quarter and year, groups per year."""
    of_variant = flow.filter(variant=variant)
    blocks = []
    for name, parts in (("inflow_count", _INFLOW), ("outflow_count", _OUTFLOW)):
        definition = indicator(name)
        for breakdown in ("total", *definition.breakdowns):
            counts = _counts(of_variant, cities, breakdown, parts)
            blocks += _periods(definition, counts, cities, variant, breakdown)
    return blocks


def _counts(flow: pl.DataFrame, cities: Sequence[City], breakdown: str, parts: tuple[str, ...]) -> np.ndarray:
    months = months_of(cities)
    if breakdown == "reason":
        total = dense(flow, cities, "total", "month", months, parts)
        return np.concatenate([total[f"out_{reason}"] for reason in REASONS], axis=1)
    return np.sum(list(dense(flow, cities, breakdown, "month", months, parts).values()), axis=0)


def _periods(
    definition: Indicator, counts: np.ndarray, cities: Sequence[City], variant: str, breakdown: str
) -> list[pl.DataFrame]:
    """Months and quarters for the total, years for all; a period needs all of its months."""
    months, last = months_of(cities), last_transitions(cities, variant)
    first = _first_month(definition, cities, variant)
    blocks = []
    for length in (1, 3, 12) if breakdown == "total" else (12,):
        closing = [place for place, month in enumerate(months) if (month + 1) % length == 0]
        ends = [months[place] for place in closing]
        shown = within(cities, ends, length, last, first)
        grid = Grid(variant, breakdown, cities, [_label(month, length) for month in ends], shown)
        summed = rolling_sum(counts, length, axis=2)[..., closing].astype(float)
        blocks.append(figures(definition, grid, counted(summed)))
    return blocks


def _first_month(definition: Indicator, cities: Sequence[City], variant: str) -> np.ndarray:
    """Inflow is not computable while a start could be the tail of something older; outflow is from W on."""
    gap = GAPS[variant]
    cut = definition.id == "inflow_count"
    return np.array(
        [max(city.first_month, city.observation.left_censored_until(gap) + 1 if cut else 0) for city in cities]
    )


def _label(month: int, length: int) -> str:
    return {1: month_label, 3: quarter_label, 12: lambda number: str(number // 12)}[length](month)
