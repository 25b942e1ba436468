"""People on a leefloon, on an equivalent one or in art. 60/61, each once (`methods.md` section 7.6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.caseload import month_grid, provisional_months
from demad.indicators.grid import Scope, counted, dense, figures, only_where
from demad.indicators.windows import months_of
from demad.quantities import POOLED

_BREAKDOWN = "connected"


def connected_stock(stocks: pl.DataFrame, art60: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of `connected_stock` by month, and of those of them who have no leefloon by what they have instead.

    Who has a leefloon counts there, who has none and an equivalent one there, and who has neither in art. 60 or 61.
    Somebody who goes from one to the other stays in the total. Without other support only the equivalent ones are
    told; the sum of all cities needs that every city delivered it.

    Parameters
    ----------
    stocks, art60
        STOCKS and ART60.
    """
    months = months_of(scope.cities)
    of_main, of_both = (
        dense(stocks.filter(variant=variant), scope, "total", "month", months, ["stock"])["stock"]
        for variant in ("main", "wide")
    )
    placed = art60.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    apart = dense(placed, scope, "total", "month", months, ["apart"])["apart"]
    equivalent = np.maximum(of_both - of_main, 0)
    everywhere = all(city.has_supports for city in scope.cities)
    told = np.array([city.has_supports and (everywhere or city.slug != POOLED) for city in scope.cities])
    late = provisional_months(scope.cities, months)
    definition, total = indicator("connected_stock"), month_grid(scope, months, "main", "total", history=0)
    everybody = counted((of_main + equivalent + apart).astype(float), late)
    blocks = [figures(definition, total, only_where(told, everybody))]
    for name, counts, known in (
        ("equivalent", equivalent, np.full(len(told), fill_value=True)),
        ("art60", apart, told),
    ):
        one = replace(scope, groups={**scope.groups, _BREAKDOWN: (name,)})
        grid = replace(total, breakdown=_BREAKDOWN, scope=one)
        blocks.append(figures(definition, grid, only_where(known, counted(counts.astype(float), late))))
    return blocks
