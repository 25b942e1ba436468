"""What people have from this OCMW 1, 3, 6 and 12 months after an exit in a calendar year (`methods.md` section 7.6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.flows import YEAR
from demad.indicators.grid import Estimates, Grid, Scope, dense, figures, last_transitions
from demad.indicators.shares import of_cities, share
from demad.indicators.windows import months_of, within
from demad.quantities import POOLED
from demad.quantities.risks import FIRST_RETURN
from demad.tables.months import quarter_label
from demad.tables.risk_quantities import AFTER_EXITS, RETURNS
from demad.tables.terms import GROUPS, MONTHS_AFTER_EXIT, PUBLISHED_GROUPS

_QUARTERS, _QUARTER = 4, 3
_BREAKDOWN, _AGAIN = "exit_status", "leefloon_again"
_TOLD_BY_LEEFLOON = (_AGAIN, "equivalent")
"""Statuses that need no other support; nobody can have them before the first return."""


def status_after_exit(returns: pl.DataFrame, after_exits: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of `status_after_exit_1m`, `_3m`, `_6m` and `_12m`, of the main series.

    The total is the share that has nothing from this OCMW in that month; by ``exit_status`` stand those who have
    something. Together they are everybody who left: nothing is what is left. A city that delivered no other support
    has the shares of both laws alone. The sum of all cities is that of the cities that delivered it, so that its
    shares are of the same people.

    Parameters
    ----------
    returns, after_exits
        RETURNS and AFTER_EXITS. Who left is counted in RETURNS, and who has a leefloon in the first month in which
        somebody can be back: neither is counted, or rounded, twice.
    """
    own = [city for city in scope.cities if city.slug != POOLED]
    chosen = [city.slug for city in own if city.has_supports] or [city.slug for city in own]
    of_main = of_cities(returns.filter(variant="main", breakdown="total"), RETURNS, chosen)
    found = of_cities(after_exits, AFTER_EXITS, chosen)
    years = [month // YEAR for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    exits = _of_quarters(of_main.filter(pl.col("m") == 1), "exits", years, scope)
    back = _of_quarters(of_main.filter(pl.col("m") <= FIRST_RETURN), "d", years, scope)
    groups = (PUBLISHED_GROUPS if scope.is_protected else GROUPS)[_BREAKDOWN]
    blocks = []
    for months in MONTHS_AFTER_EXIT:
        names = tuple(name for name in groups if months >= FIRST_RETURN or name not in _TOLD_BY_LEEFLOON)
        named = replace(scope, groups={**scope.groups, _BREAKDOWN: names})
        rows = found.filter(pl.col("m") == months, pl.col("group").is_in(names))
        parts = dense(rows, named, _BREAKDOWN, "period", [str(year) for year in years], ["people"])["people"]
        if months == FIRST_RETURN:
            parts[:, [names.index(_AGAIN)]] = back
        blocks += _look(months, exits, parts, years, named, shown=_BREAKDOWN in scope.groups)
    return blocks


def _look(
    months: int, exits: np.ndarray, parts: np.ndarray, years: list[int], scope: Scope, *, shown: bool
) -> list[pl.DataFrame]:
    """Figures so many months after the exit; ``shown``: those of the parts too."""
    definition = indicator(f"status_after_exit_{months}m")
    whole = np.maximum(exits, parts.sum(axis=1, keepdims=True))
    ends = [year * YEAR + YEAR - 1 for year in years]
    settled = np.array([city.observation.settled_month for city in scope.cities])
    seen = within(scope.cities, ends, YEAR, np.minimum(last_transitions(scope.cities, "main"), settled - months))
    total = Grid("main", "total", scope, [str(year) for year in years], seen)
    in_returns = months == FIRST_RETURN
    blocks = [figures(definition, total, _nothing(parts, whole, scope, in_returns=in_returns))]
    if shown:
        grid = replace(total, breakdown=_BREAKDOWN)
        blocks.append(figures(definition, grid, _something(parts, whole, scope, in_returns=in_returns)))
    return blocks


def _nothing(parts: np.ndarray, whole: np.ndarray, scope: Scope, *, in_returns: bool) -> Estimates:
    """The share that is left; ``in_returns``: one part was rounded by quarter, as the whole was.

    The other parts share one offset, so that their errors add up: (sum g)^2 + sum g^2 is k (k + 1) for k parts.
    """
    nothing = whole - parts.sum(axis=1, keepdims=True)
    left = np.divide(nothing, whole, out=np.zeros(whole.shape), where=whole > 0)
    k = parts.shape[1] - in_returns
    once, of_year = scope.rounding(1), scope.rounding(_QUARTERS)
    added = k * (k + 1) / 2 * once + (in_returns + (1 - left) ** 2) * of_year
    return share(nothing, whole, (added, 0.0), delivered=_delivered(scope))


def _something(parts: np.ndarray, whole: np.ndarray, scope: Scope, *, in_returns: bool) -> Estimates:
    """The shares of those who have something, each of its own count."""
    names, once, of_year = scope.groups[_BREAKDOWN], scope.rounding(1), scope.rounding(_QUARTERS)
    by_quarter = {_AGAIN} if in_returns else set[str]()
    rounding = np.concatenate([of_year if name in by_quarter else once for name in names], axis=1)
    told = np.concatenate([_delivered(scope) | (name in _TOLD_BY_LEEFLOON) for name in names], axis=1)
    return share(parts, np.broadcast_to(whole, parts.shape), (rounding, of_year), delivered=told)


def _delivered(scope: Scope) -> np.ndarray:
    """City by 1 by 1: whether other support was delivered."""
    return np.array([city.has_supports for city in scope.cities])[:, None, None]


def _of_quarters(rows: pl.DataFrame, name: str, years: list[int], scope: Scope) -> np.ndarray:
    """City by 1 by year: the sum of the four quarters of each year."""
    quarters = [quarter_label(year * YEAR + _QUARTER * number) for year in years for number in range(_QUARTERS)]
    counts = dense(rows, scope, "total", "period", quarters, [name])[name]
    return counts.reshape(len(scope.cities), 1, len(years), _QUARTERS).sum(axis=-1)
