"""Who leaves within the year, of those on benefit for more than two years on 1 January (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.flows import YEAR
from demad.indicators.grid import Grid, Scope, dense, figures, last_transitions
from demad.indicators.shares import long_enough, share
from demad.indicators.windows import months_of, within


def long_stay_exit(stocks: pl.DataFrame, long_stayers: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `long_stay_exit_12m`, of the main series, for calendar years that are completely in W..O.

    Parameters
    ----------
    stocks, long_stayers
        STOCKS and LONG_STAYERS. Who is there is `over_two_years` of the stock of January: it is not counted, or
        rounded, twice. With a cut history nobody's known spell is that long before W + gap + 1 + 24.
    """
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    januaries, years = [end - YEAR + 1 for end in ends], [end // YEAR for end in ends]
    there = dense(stocks.filter(variant="main"), scope, "total", "month", januaries, ["over_two_years"])
    placed = long_stayers.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    out = dense(placed, scope, "total", "year", years, ["out"])["out"]
    once, shown = scope.rounding(1), within(scope.cities, ends, YEAR, last_transitions(scope.cities, "main"))
    grid = Grid("main", "total", scope, [str(year) for year in years], shown)
    known = long_enough(scope, januaries, "main")
    estimates = share(out, there["over_two_years"].astype(np.int64), (once, once), known=known)
    return figures(indicator("long_stay_exit_12m"), grid, estimates)
