"""Returns in any city under a common key, and in another city alone (`methods.md` section 1.5)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.flows import YEAR
from demad.indicators.grid import Grid, Scope, dense, figures, last_transitions
from demad.indicators.shares import of_cities, share
from demad.indicators.windows import months_of, within
from demad.quantities import POOLED, QuantityTables
from demad.tables.months import quarter_label
from demad.tables.movers import ELSEWHERE, MONTHS_FOLLOWED
from demad.tables.risk_quantities import RETURNS

_QUARTERS, _QUARTER = 4, 3


def returns_anywhere(tables: QuantityTables, scope: Scope) -> list[pl.DataFrame]:
    """Figures of `return_anywhere_…` and `return_elsewhere_…`, of who left in a calendar year; main series, totals.

    Only the people who were back elsewhere and not here are a count of their own; exits and returns here are those of
    RETURNS. A city outside the common domain has no figure, and its people are not among those of all cities.

    Parameters
    ----------
    tables
        RETURNS, and ELSEWHERE if there is a common domain. Without it every figure is not computable.
    """
    back = tables.tables.get("elsewhere", ELSEWHERE.empty())
    members = sorted(set(back["city"]) - {POOLED})
    total = {"breakdown": pl.lit("total"), "group": pl.lit("total")}
    placed = back.with_columns(**total, known=pl.lit(1))
    returns = of_cities(tables["returns"].filter(variant="main", breakdown="total"), RETURNS, members)
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    once = _rounding(scope, len(members))
    blocks = []
    for months in MONTHS_FOLLOWED:
        counted = _of_years(placed.filter(m=months), ("elsewhere", "known"), ends, scope)
        here = returns.filter(pl.col("m") <= months).group_by("city", "breakdown", "group", "period")
        of_here = _of_years(here.agg(pl.col("d", "exits").sum()), ("d", "exits"), ends, scope)
        known = counted["known"] == _QUARTERS
        shown = within(scope.cities, ends, YEAR, last_transitions(scope.cities, "main") - months)
        grid = Grid("main", "total", scope, [str(month // YEAR) for month in ends], shown)
        elsewhere, exits = counted["elsewhere"], of_here["exits"]
        anywhere = share(of_here["d"] + elsewhere, exits, (2 * once, once), delivered=known)
        blocks.append(figures(indicator(f"return_anywhere_{months}m"), grid, anywhere))
        alone = share(elsewhere, exits, (once, once), delivered=known)
        blocks.append(figures(indicator(f"return_elsewhere_{months}m"), grid, alone))
    return blocks


def _of_years(rows: pl.DataFrame, names: tuple[str, ...], ends: list[int], scope: Scope) -> dict[str, np.ndarray]:
    """City by 1 by year: the sum of the four quarters of each year."""
    quarters = [quarter_label(end - YEAR + 1 + _QUARTER * number) for end in ends for number in range(_QUARTERS)]
    found = dense(rows, scope, "total", "period", quarters, names)
    return {name: array.reshape(len(scope.cities), 1, len(ends), _QUARTERS).sum(-1) for name, array in found.items()}


def _rounding(scope: Scope, members: int) -> np.ndarray:
    """As `Scope.rounding` of four quarters; all cities are those of the domain."""
    summed = np.array([members if city.slug == POOLED else 1 for city in scope.cities], dtype=float)
    return (scope.offset_variance * _QUARTERS * summed)[:, None, None]
