"""A city beside itself a year before: has it moved more than chance?"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.catalogue import Indicator
from demad.estimators.survival import Z_95
from demad.tables.figures import FIGURE_KEY

_COUNTS = ("persons", "spells")


def change(published: pl.DataFrame, catalogue: Sequence[Indicator]) -> pl.DataFrame:
    """Return ``year_before`` and ``change`` (up, down, same, uncertain, none) of every city value.

    Shares and months: the interval of the difference from the two intervals, square and add (Newcombe 1998,
    method 10). Ratios and rates: the difference of the logarithms. Counts: as Poisson counts, but not a balance of
    two. Windows longer than a year overlap; the two then differ less by chance than assumed, so that a change is
    never claimed too soon.

    Parameters
    ----------
    published
        PUBLISHED_VALUE of cities.
    catalogue
        For the unit of each indicator.
    """
    units = {entry.id: entry.unit for entry in catalogue}
    later = (pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1).cast(pl.String) + pl.col("period").str.slice(4)
    before = published.select(
        *(name for name in FIGURE_KEY if name != "period"),
        period=later,
        year_before="value",
        low_before="low",
        high_before="high",
    )
    beside = published.join(before, on=FIGURE_KEY, how="left").with_columns(
        unit=pl.col("indicator").replace_strict(units, default="")
    )
    return beside.select(*FIGURE_KEY, "year_before", change=_change())


def _change() -> pl.Expr:
    now, before, unit = pl.col("value"), pl.col("year_before"), pl.col("unit")
    difference = now - before
    down = ((now - pl.col("low")) ** 2 + (pl.col("high_before") - before) ** 2).sqrt()
    up = ((pl.col("high") - now) ** 2 + (before - pl.col("low_before")) ** 2).sqrt()
    errors = [(pl.col(f"high{when}") / pl.col(f"low{when}")).log() / (2 * Z_95) for when in ("", "_before")]
    log_half = Z_95 * (errors[0] ** 2 + errors[1] ** 2).sqrt()
    is_count, is_ratio = (
        unit.is_in(_COUNTS) & (pl.col("indicator") != "net_flow"),
        unit.is_in(["ratio", "per 1000", "% a month"]),
    )
    log_ratio = pl.when((now > 0) & (before > 0)).then((now / before).log())
    count_half = pl.when(now + before > 0).then(Z_95 * (now + before).sqrt())
    moved = pl.when(is_ratio).then(log_ratio).otherwise(difference)
    low = moved - pl.when(is_count).then(count_half).when(is_ratio).then(log_half).otherwise(down)
    high = moved + pl.when(is_count).then(count_half).when(is_ratio).then(log_half).otherwise(up)
    testable = low.is_finite() & high.is_finite() & (high > low)
    return (
        pl.when(now.is_null() | before.is_null())
        .then(pl.lit("none"))
        .when(~testable.fill_null(False))
        .then(pl.lit("uncertain"))
        .when(low > 0)
        .then(pl.lit("up"))
        .when(high < 0)
        .then(pl.lit("down"))
        .otherwise(pl.lit("same"))
    )
