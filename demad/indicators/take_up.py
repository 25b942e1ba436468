"""How many care leavers found their way to support, and to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.grid import NONE, City, Estimates, Grid, counted, estimated, figures, last_transitions
from demad.indicators.risk import RiskTable, risk_table

LONGEST = 12
_COUNTS = ("n", "d_event", "d_moved", "d_death")


@dataclass(frozen=True, slots=True)
class _Figure:
    """An indicator, the support it is about in a series, and the month it looks at."""

    id: str
    support: str
    horizon: int


_FIGURES = {
    "main": (
        _Figure("careleaver_leefloon_0m", "leefloon", 0),
        _Figure("careleaver_leefloon_12m", "leefloon", 12),
        _Figure("careleaver_any_support_6m", "any", 6),
        _Figure("careleaver_gpmi_6m", "gpmi", 6),
    ),
    "wide": (
        _Figure("careleaver_leefloon_0m", "leefloon_or_equivalent", 0),
        _Figure("careleaver_leefloon_12m", "leefloon_or_equivalent", 12),
    ),
}


def take_up(care_leaver_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of care leavers: three calendar years together, because the groups are small.

    A city that delivered no youth-care data gets its totals as not computable, never as 0.
    """
    blocks = []
    for figure in _FIGURES[variant]:
        for breakdown in ("total", *indicator(figure.id).breakdowns):
            table = _table(care_leaver_risk, cities, figure.support, variant, breakdown)
            blocks.append(_share(figure, table, cities))
    if variant == "main":
        for breakdown in ("total", *indicator("careleaver_count").breakdowns):
            blocks.append(_leavers(_table(care_leaver_risk, cities, "leefloon", variant, breakdown), cities))
    return blocks


def _table(rows: pl.DataFrame, cities: Sequence[City], support: str, variant: str, breakdown: str) -> RiskTable:
    return risk_table(
        rows.filter(support=support),
        cities,
        variant=variant,
        breakdown=breakdown,
        step="m",
        steps=range(LONGEST + 1),
        columns=_COUNTS,
        yearly=True,
    )


def _share(figure: _Figure, table: RiskTable, cities: Sequence[City]) -> pl.DataFrame:
    definition = indicator(figure.id)
    grid, counts = table.window(definition.window, last_transitions(cities, "main"))
    cut = {name: array[..., : figure.horizon + 1] for name, array in counts.items()}
    left = cut["d_event"] + cut["d_moved"] + cut["d_death"]
    share = cumulative_incidence(cut["n"], left, cut["d_event"], horizon=figure.horizon + 1)
    known = _delivered(cities, supports=figure.support == "any")
    delivered = known[:, :, None]
    estimates = estimated(
        share.value,
        share.low,
        share.high,
        numerator=np.where(delivered, cut["d_event"].sum(axis=-1), NONE),
        denominator=np.where(delivered, cut["n"][..., 0], NONE),
        computable=np.all(cut["n"] > 0, axis=-1),
    )
    return figures(definition, _only(grid, known), estimates)


def _leavers(table: RiskTable, cities: Sequence[City]) -> pl.DataFrame:
    """How many left youth care in each calendar year."""
    settled = np.array([city.observation.settled_month for city in cities])
    grid, counts = table.window(12, settled)
    delivered = _delivered(cities)
    people = np.where(delivered[:, :, None], counts["n"][..., 0].astype(float), NONE)
    years = Grid(grid.variant, grid.breakdown, cities, [label[:4] for label in grid.periods], grid.shown)
    estimates: Estimates = counted(people)
    return figures(indicator("careleaver_count"), _only(years, delivered), estimates)


def _delivered(cities: Sequence[City], *, supports: bool = False) -> np.ndarray:
    return np.array([[city.has_leavers and (city.has_supports or not supports)] for city in cities])


def _only(grid: Grid, delivered: np.ndarray) -> Grid:
    """Groups only where there is something to group; the total always, so that its absence is seen."""
    if grid.breakdown == "total":
        return grid
    return Grid(grid.variant, grid.breakdown, grid.cities, grid.periods, grid.shown & delivered)
