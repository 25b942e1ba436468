"""Quantities of nowcasts and projections: what each delivery told, and the newest stock by month of the spell."""

from __future__ import annotations

import polars as pl

from demad.quantities.reconstructed import agree, reconstructed
from demad.tables.months import quarter_of
from demad.tables.outlook import ELAPSED, FLOW_VINTAGES, LEAST_VINTAGES, STOCK_VINTAGES
from demad.tables.terms import ELAPSED_MONTHS, REASONS, SETTLEMENT_LAG, VINTAGE_REACH

_MONTHS_OF_QUARTER = 3


def told(vintages: pl.DataFrame, triangle: pl.DataFrame, span: pl.DataFrame) -> pl.DataFrame:
    """What was told of each month, by the deliveries of a city or, where these are too few, by its decisions.

    Parameters
    ----------
    vintages, triangle, span
        VINTAGES, TRIANGLE (no rows where the city does not tell when decisions were recorded) and SPAN of one city.

    Returns
    -------
    A row per month end or delivery (``last_month``) and ``month``, M - 14 to M of the main series: ``stock``,
    ``inflow``, ``outflow`` and ``told_by``. Of deliveries with one M it is the last that came into force.
    """
    own = _delivered(vintages)
    if not triangle.height or own["last_month"].n_unique() >= LEAST_VINTAGES:
        return own
    made = reconstructed(triangle, span)
    return made if agree(own, made) else own.with_columns(told_by=pl.lit("contradicted"))


def stock_vintages(told: pl.DataFrame) -> pl.DataFrame:
    """Form STOCK_VINTAGES from what was `told`."""
    return STOCK_VINTAGES.check(told.select(list(STOCK_VINTAGES.columns)).sort(STOCK_VINTAGES.key))


def flow_vintages(told: pl.DataFrame) -> pl.DataFrame:
    """Form FLOW_VINTAGES from what was `told`: quarters of which all three months are."""
    whole = (
        told.with_columns(period=quarter_of(pl.col("month")))
        .group_by("city", "last_month", "period", "told_by")
        .agg(pl.col("inflow", "outflow").sum(), months=pl.len())
        .filter(pl.col("months") == _MONTHS_OF_QUARTER)
    )
    return FLOW_VINTAGES.check(whole.select(list(FLOW_VINTAGES.columns)).sort(FLOW_VINTAGES.key))


def _delivered(vintages: pl.DataFrame) -> pl.DataFrame:
    main = vintages.filter(variant="main").with_columns(last_month=_last_month(pl.col("as_of")))
    last = pl.col("delivery") == pl.col("delivery").last().over("last_month")
    return main.filter(last, pl.col("month") >= pl.col("last_month") - VINTAGE_REACH).select(
        "city",
        "last_month",
        "month",
        "stock",
        "inflow",
        outflow=pl.sum_horizontal(f"out_{reason}" for reason in REASONS),
        told_by=pl.lit("delivery"),
    )


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
