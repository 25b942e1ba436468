"""The figures that a release of a period may show: settled, with a window that ends in or before the period."""

from __future__ import annotations

import polars as pl

from demad.disclosure import PublishedFigures
from demad.errors import UsageRefused
from demad.quantities import POOLED
from demad.tables.terms import Status

OF_DELIVERY = "dq_"
"""How the indicators of data quality begin: their period is the month of the last delivery, not one that is counted."""


def cut_to_period(figures: PublishedFigures, period: str) -> PublishedFigures:
    """Select the settled figures whose window ends in or before a period; of data quality those of today.

    Raises
    ------
    UsageRefused
        D-450: the period is later than any settled figure, or earlier: what is left says nothing but data quality.
    """
    settled = pl.col("status") != Status.PROVISIONAL
    of_delivery = pl.col("indicator").str.starts_with(OF_DELIVERY)
    newest = figures.frame.filter(settled & ~of_delivery).select(_ends(pl.col("period")).max()).item()
    asked = pl.select(_ends(pl.lit(period))).item()
    if newest is None or asked > newest:
        raise UsageRefused("D-450", "Deze periode is nog niet volledig in de cijfers.", "Kies een vroegere periode.")
    within = _ends(pl.col("period")) <= asked
    if figures.frame.filter(settled & within & ~of_delivery).is_empty():
        raise UsageRefused("D-450", "Over deze periode is er nog geen enkel cijfer.", "Kies een latere periode.")
    return figures.only(settled & (within | of_delivery))


def up_to(published: pl.DataFrame, period: str) -> pl.DataFrame:
    """Select figures that end in or before a period."""
    return published.filter(_ends(pl.col("period")) <= pl.select(_ends(pl.lit(period))).item())


def newest_quarter(published: pl.DataFrame) -> str | None:
    """The newest quarter for which every city has figures; None if there is none."""
    quarters = published.filter(
        pl.col("city") == POOLED, pl.col("indicator") == "outflow_count", pl.col("period").str.contains("Q")
    )
    return quarters["period"].max()  # pyright: ignore[reportReturnType]


def _ends(period: pl.Expr) -> pl.Expr:
    """Month number of the last month of a period."""
    year, rest = period.str.slice(0, 4).cast(pl.Int32), period.str.slice(4)
    month = (
        pl.when(rest.str.starts_with("Q"))
        .then(rest.str.slice(1).cast(pl.Int32, strict=False) * 3)
        .when(rest.str.starts_with("-"))
        .then(rest.str.slice(1).cast(pl.Int32, strict=False))
        .otherwise(12)
    )
    return year * 12 + month - 1
