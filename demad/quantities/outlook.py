"""Quantities of nowcasts and projections: what each delivery told, and the newest stock by month of the spell."""

from __future__ import annotations

import polars as pl

from demad.tables.months import quarter_of
from demad.tables.outlook import ELAPSED, FLOW_VINTAGES, STOCK_VINTAGES
from demad.tables.terms import ELAPSED_MONTHS, REASONS, SETTLEMENT_LAG

_REACH = 14
"""Months before M of which a vintage is used: what is later than that no delivery changes much."""
_MONTHS_OF_QUARTER = 3


def stock_vintages(vintages: pl.DataFrame) -> pl.DataFrame:
    """Form STOCK_VINTAGES from VINTAGES of one city: of deliveries with one M the last that came into force."""
    rows = _newest(vintages)
    return STOCK_VINTAGES.check(rows.select(list(STOCK_VINTAGES.columns)).sort(STOCK_VINTAGES.key))


def flow_vintages(vintages: pl.DataFrame) -> pl.DataFrame:
    """Form FLOW_VINTAGES: quarters of which the delivery shows all three months."""
    rows = _newest(vintages).with_columns(
        period=quarter_of(pl.col("month")), outflow=pl.sum_horizontal(f"out_{reason}" for reason in REASONS)
    )
    whole = (
        rows.group_by("city", "last_month", "period")
        .agg(pl.col("inflow", "outflow").sum(), months=pl.len())
        .filter(pl.col("months") == _MONTHS_OF_QUARTER)
    )
    return FLOW_VINTAGES.check(whole.select(list(FLOW_VINTAGES.columns)).sort(FLOW_VINTAGES.key))


def _newest(vintages: pl.DataFrame) -> pl.DataFrame:
    """The months M - 14 to M of the main series, of each M the delivery that came into force last."""
    main = vintages.filter(variant="main").with_columns(last_month=_last_month(pl.col("as_of")))
    last = pl.col("delivery") == pl.col("delivery").last().over("last_month")
    return main.filter(last, pl.col("month") >= pl.col("last_month") - _REACH)


def _last_month(as_of: pl.Expr) -> pl.Expr:
    """M: the month of ``as_of`` if that is its last day, else the month before."""
    after = as_of.dt.offset_by("1d")
    return (after.dt.year().cast(pl.Int32) * 12 + after.dt.month().cast(pl.Int32) - 2).cast(pl.Int32)


def elapsed(stock_elapsed: pl.DataFrame) -> pl.DataFrame:
    """Form ELAPSED from STOCK_ELAPSED: of the newest settled month, how many are in month k of their spell or later.

    k = 1 is left out: it is everybody with a known start, who are a quantity of STOCKS.
    """
    newest = stock_elapsed.filter(pl.col("month") == pl.col("month").max() - SETTLEMENT_LAG)
    steps = pl.DataFrame({"k": ELAPSED_MONTHS}, schema={"k": pl.Int32})
    of_each = (
        newest.select("city", "month")
        .unique()
        .join(steps, how="cross")
        .join(newest.select("k", "stock"), on="k", how="left")
    )
    later = of_each.sort("k", descending=True).with_columns(pl.col("stock").fill_null(0).cum_sum())
    return ELAPSED.check(later.filter(pl.col("k") > 1).select(list(ELAPSED.columns)).sort(ELAPSED.key))
