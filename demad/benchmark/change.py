"""A city compared with itself a year before: what has moved, in the words its kind of figure allows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.catalogue import Indicator
from demad.estimators.rounding import offset_variance
from demad.estimators.survival import Z_95
from demad.protection import BASE
from demad.tables.figures import FIGURE_KEY

_COUNTS = ("persons", "spells")
_EXACT = ("caseload_stock", "caseload_year_mean")
_WITHOUT = ("fraction", "days")
_LEAST_COUNT, _LEAST_SHARE = 10, 0.05
_QUARTERS = 4
_HALF_PRINTED = {"share": 0.005, "months": 0.05, "ratio": 0.005, "per 1000": 0.05, "% a month": 0.05}
"""Half of the unit in which a page writes a figure: a smaller difference is nearly the same."""


def change(precise: pl.DataFrame, catalogue: Sequence[Indicator], *, base: int = BASE) -> pl.DataFrame:
    """Return ``year_before``, ``difference`` and ``change`` of every city value.

    The exact stock of all persons: up or down from 10 persons and 5 per cent on; nothing is tested, because nothing
    is estimated. Rounded counts: when the difference exceeds 10, 5 per cent, and what rounding alone gives. Shares and
    months: the interval of the difference from the two intervals, square and add (Newcombe 1998, method 10). Ratios
    and rates: the difference of the logarithms. A difference under half the printed unit is ``equal``. A change over a
    year has no change itself. Windows longer than a year overlap; the two then differ less by chance than assumed,
    so that a change is never claimed too soon.

    Parameters
    ----------
    precise
        PUBLISHED_VALUE of cities, unrounded.
    catalogue
        For the unit of each indicator.
    base
        What counts are rounded to.

    Returns
    -------
    FIGURE_KEY and those three. ``change`` is up, down, about (counts that moved little), equal (estimates that print
    alike), chance, uncertain (no interval) or none (nothing to compare with).
    """
    units = {entry.id: entry.unit for entry in catalogue}
    later = (pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1).cast(pl.String) + pl.col("period").str.slice(4)
    before = precise.select(
        *(name for name in FIGURE_KEY if name != "period"),
        period=later,
        year_before="value",
        low_before="low",
        high_before="high",
    )
    unit = pl.col("indicator").replace_strict(units, default="")
    kept = pl.when(~unit.is_in(_WITHOUT) & ~pl.col("indicator").str.starts_with("dq_"))
    joined = precise.join(before, on=FIGURE_KEY, how="left").with_columns(
        unit=unit, **{name: kept.then(pl.col(name)) for name in ("year_before", "low_before", "high_before")}
    )
    with_difference = joined.with_columns(difference=pl.col("value") - pl.col("year_before"))
    return with_difference.select(*FIGURE_KEY, "year_before", "difference", change=_change(base))


def _change(base: int) -> pl.Expr:
    unit, difference = pl.col("unit"), pl.col("difference")
    is_count = unit.is_in(_COUNTS) & (pl.col("indicator") != "net_flow")
    half_printed = unit.replace_strict(_HALF_PRINTED, default=0.0)
    return (
        pl.when(difference.is_null() | (pl.col("indicator") == "net_flow"))
        .then(pl.lit("none"))
        .when(is_count)
        .then(_of_counts(base))
        .when(difference.abs() < half_printed)
        .then(pl.lit("equal"))
        .otherwise(_of_estimates())
    )


def _of_counts(base: int) -> pl.Expr:
    """By size: no count of everybody differs by chance."""
    difference, before = pl.col("difference"), pl.col("year_before")
    exact = pl.col("indicator").is_in(_EXACT) & (pl.col("breakdown") == "total") & (pl.col("variant") == "main")
    of_year = (pl.col("unit") == "spells") & (pl.col("period").str.len_chars() == len("2025"))
    tables = pl.when((pl.col("breakdown") == "total") & of_year).then(_QUARTERS).otherwise(1)
    rounding = Z_95 * (2 * 2 * offset_variance(base) * tables.cast(pl.Float64)).sqrt()
    far = difference.abs()
    large = pl.when(exact).then(far >= _LEAST_COUNT).otherwise((far > _LEAST_COUNT) & (far > rounding))
    moved = large & (far >= _LEAST_SHARE * before)
    return _signed(moved, difference)


def _of_estimates() -> pl.Expr:
    now, before, unit = pl.col("value"), pl.col("year_before"), pl.col("unit")
    difference = now - before
    down = ((now - pl.col("low")) ** 2 + (pl.col("high_before") - before) ** 2).sqrt()
    up = ((pl.col("high") - now) ** 2 + (before - pl.col("low_before")) ** 2).sqrt()
    errors = [(pl.col(f"high{when}") / pl.col(f"low{when}")).log() / (2 * Z_95) for when in ("", "_before")]
    log_half = Z_95 * (errors[0] ** 2 + errors[1] ** 2).sqrt()
    is_ratio = unit.is_in(["ratio", "per 1000", "% a month"])
    log_ratio = pl.when((now > 0) & (before > 0)).then((now / before).log())
    moved = pl.when(is_ratio).then(log_ratio).otherwise(difference)
    low = moved - pl.when(is_ratio).then(log_half).otherwise(down)
    high = moved + pl.when(is_ratio).then(log_half).otherwise(up)
    testable = (low.is_finite() & high.is_finite() & (high > low)).fill_null(False)
    return (
        pl.when(~testable)
        .then(pl.lit("uncertain"))
        .when(low > 0)
        .then(pl.lit("up"))
        .when(high < 0)
        .then(pl.lit("down"))
        .otherwise(pl.lit("chance"))
    )


def _signed(moved: pl.Expr, difference: pl.Expr) -> pl.Expr:
    word = pl.when(difference > 0).then(pl.lit("up")).otherwise(pl.lit("down"))
    return pl.when(moved.fill_null(False)).then(word).otherwise(pl.lit("about"))


def counts_differ(one: float, other: float, *, tables: tuple[int, int] = (1, 1), base: int = BASE) -> bool:
    """Whether two rounded counts differ by more than 10, 5 per cent, and what rounding alone gives.

    ``tables``: how many rounded counts each of them adds up.
    """
    rounding = Z_95 * (2 * offset_variance(base) * sum(tables)) ** 0.5
    far = abs(one - other)
    return far > max(_LEAST_COUNT, rounding) and far >= _LEAST_SHARE * max(one, other)
