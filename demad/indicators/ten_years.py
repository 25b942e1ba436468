"""Who left and came back at least once in ten years (`methods.md` section 7.6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.caseload import YEAR, provisional_months
from demad.indicators.grid import City, Grid, Scope, dense, figures
from demad.indicators.shares import share
from demad.indicators.windows import months_of
from demad.quantities import POOLED
from demad.tables.terms import FEWEST_YEARS, MOST_YEARS


def instability_share(decades: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `instability_share`, of the main series, for the last ten calendar years, or those that there are.

    With fewer than ten years the figure is not comparable: the longer one looks, the more people have come back. A sum
    of cities has a figure only where all of them have ten years, and all cities also where they have the same years.

    Parameters
    ----------
    decades
        DECADES.
    """
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    years, late = [month // YEAR for month in ends], provisional_months(scope.cities, ends)
    total = decades.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    counts = dense(total, scope, "total", "year", years, ["persons", "returned"])
    once = scope.rounding(1)
    estimates = share(counts["returned"], counts["persons"], (once, once), provisional=late)
    short = np.array([length_of(city) < MOST_YEARS for city in scope.cities])
    estimates = replace(estimates, not_comparable=np.broadcast_to(short[:, None, None], estimates.value.shape))
    grid = Grid("main", "total", scope, [str(year) for year in years], _shown(scope, years))
    return figures(indicator("instability_share"), grid, estimates)


def length_of(city: City) -> int:
    """Calendar years that a window of this city spans: ten, or all that lie in W..M."""
    return min((city.last_month + 1) // YEAR - -(-city.first_month // YEAR), MOST_YEARS)


def _shown(scope: Scope, years: list[int]) -> np.ndarray:
    """City by year: whether a window of its length, three years at least, ends there."""
    labels = np.array(years, dtype=np.int64)[None, :]
    lengths = np.array([length_of(city) for city in scope.cities], dtype=np.int64)[:, None]
    first = np.array([-(-city.first_month // YEAR) for city in scope.cities])[:, None]
    last = np.array([(city.last_month + 1) // YEAR - 1 for city in scope.cities])[:, None]
    alike = len(set(zip(first[:, 0], last[:, 0], strict=True))) == 1
    least = [
        FEWEST_YEARS if city.summed == 1 or (alike and city.slug == POOLED) else MOST_YEARS for city in scope.cities
    ]
    fewest = np.array(least)[:, None]
    return (lengths >= fewest) & (labels - lengths + 1 >= first) & (labels <= last)
