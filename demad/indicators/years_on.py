"""How many of the last sixty months the people of December had a leefloon (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.caseload import YEAR, provisional_months
from demad.indicators.grid import Grid, Scope, dense, figures
from demad.indicators.shares import share
from demad.indicators.windows import months_of, within
from demad.quantities.people import REST_OF_STOCK
from demad.tables.terms import LONGEST_ON, MONTHS_ON

_WINDOW = 60


def months_on(stocks: pl.DataFrame, years_on: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of `months_on_5y`, of the main series, for each December whose sixty months can be seen.

    The total is the share with more than four of the five years; by ``months_on`` stand the shorter bands. Together
    they are the stock: the band from 25 to 48 months is what the others leave of it.

    Parameters
    ----------
    stocks, years_on
        STOCKS and YEARS_ON.
    """
    definition = indicator("months_on_5y")
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    years, late = [month // YEAR for month in ends], provisional_months(scope.cities, ends)
    whole = dense(stocks.filter(variant="main"), scope, "total", "month", ends, ["stock"])["stock"]
    bands = years_on.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    parts = {
        band: dense(bands.filter(band=band), scope, "total", "year", years, ["persons"])["persons"]
        for band in MONTHS_ON
        if band != REST_OF_STOCK
    }
    parts[REST_OF_STOCK] = np.maximum(whole - sum(parts.values()), 0)
    once = scope.rounding(1)
    added = {band: once * (len(parts) - 1 if band == REST_OF_STOCK else 1) for band in parts}
    shown = _shown(scope, ends)
    grid = Grid("main", "total", scope, [str(year) for year in years], shown)
    blocks = [figures(definition, grid, share(parts[LONGEST_ON], whole, (added[LONGEST_ON], 0.0), provisional=late))]
    if "months_on" in scope.breakdowns(definition):
        groups = scope.groups["months_on"]
        counts = np.concatenate([parts[band] for band in groups], axis=1)
        of_each = np.concatenate([np.broadcast_to(added[band], whole.shape) for band in groups], axis=1)
        estimates = share(counts, np.broadcast_to(whole, counts.shape), (of_each, 0.0), provisional=late)
        blocks.append(figures(definition, Grid("main", "months_on", scope, grid.periods, shown), estimates))
    return blocks


def _shown(scope: Scope, ends: list[int]) -> np.ndarray:
    """Decembers of W..M; with a cut history those whose sixty months are all in the window."""
    last = np.array([city.last_month for city in scope.cities])
    first = np.array([city.first_month + (0 if city.full_history else _WINDOW - 1) for city in scope.cities])
    return within(scope.cities, ends, 1, last, first)
