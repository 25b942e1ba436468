"""Indicator values become published values: hidden is null in every column it could be read from."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.policy import Policy
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE, PUBLISHED_VALUE

_COUNT_UNITS = ("persons", "spells")
_RATE_UNITS = ("ratio", "per 1000", "% a month")
_NUMBERS = ("value", "low", "high", "numerator", "denominator")
_PRINTED = {
    "share": 2,
    "fraction": 2,
    "ratio": 2,
    "months": 1,
    "per 1000": 1,
    "% a month": 1,
    "persons": 0,
    "spells": 0,
}


def publish(values: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Hide what is too small, then what would give the hidden away, and round the rest as it is printed.

    First step: counts below the threshold, shares that rest on such a count or on such a remainder, small
    denominators, 0 % and 100 % of a small group. Second step: where exactly one cell of a sum is hidden
    (groups of a breakdown, months of a quarter, cities of the total), the smallest other one goes too.

    Parameters
    ----------
    values
        INDICATOR_VALUE of the whole release.
    policy
        Thresholds of the data controller.

    Returns
    -------
    PUBLISHED_VALUE, sorted by key; status ``suppressed`` has only nulls.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    marked = INDICATOR_VALUE.check(values).with_columns(
        unit=pl.col("indicator").replace_strict(units), hidden=pl.lit(False)
    )
    marked = marked.with_columns(hidden=_too_small(policy))
    marked = _with_related(marked)
    for sums in (_of_groups, _of_months, _of_cities):
        marked = sums(marked)
    marked = _with_related(marked)
    return PUBLISHED_VALUE.check(_printed(marked).sort(FIGURE_KEY))


def _too_small(policy: Policy) -> pl.Expr:
    few, count = policy.threshold, pl.col("value")
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    sensitive = pl.col("breakdown").is_in(policy.sensitive)
    small_count = (count < few) & ((count > 0) | sensitive)
    rest = denominator - numerator
    small_share = (
        (numerator.is_between(1, few - 1))
        | (rest.is_between(1, few - 1))
        | (denominator < policy.least_denominator)
        | (sensitive & (denominator < policy.group_denominator) & ((numerator == 0) | (rest == 0)))
    )
    small_change = (numerator < few) | (denominator < few)
    return (
        pl.when(pl.col("value").is_null())
        .then(pl.lit(False))
        .when(pl.col("indicator") == "net_flow")
        .then(pl.lit(False))
        .when(pl.col("indicator") == "caseload_year_mean")
        .then((count < few) & (count > 0))
        .when(pl.col("unit").is_in(_COUNT_UNITS))
        .then(small_count)
        .when(pl.col("unit").is_in(_RATE_UNITS))
        .then(numerator < few)
        .when(pl.col("unit") == "fraction")
        .then(small_change)
        .when(pl.col("unit") == "months")
        .then((denominator < policy.least_denominator) | numerator.is_between(1, few - 1))
        .otherwise(small_share)
        .fill_null(True)
    )


def _with_related(marked: pl.DataFrame) -> pl.DataFrame:
    """A change gives away both stocks and a balance both flows, so each goes with either of them."""
    stock = marked.filter(pl.col("indicator") == "caseload_stock", pl.col("hidden"))
    cell = ["variant", "city", "breakdown", "group", "period"]
    now = stock.select(cell)
    later = stock.select(
        *cell[:-1],
        period=(pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1).cast(pl.String) + pl.col("period").str.slice(4),
    )
    changes = marked.filter(pl.col("indicator") == "caseload_change_yoy", pl.col("value").is_not_null())
    open_ = changes.join(pl.concat([now, later]).unique(), on=cell, how="semi").select(FIGURE_KEY)
    flows = marked.filter(pl.col("indicator").is_in(["inflow_count", "outflow_count"]), pl.col("hidden"))
    saldo = marked.filter(pl.col("indicator") == "net_flow", pl.col("value").is_not_null())
    between = saldo.join(flows.select(cell).unique(), on=cell, how="semi").select(FIGURE_KEY)
    return _hide(marked, pl.concat([open_, between]))


def _of_groups(marked: pl.DataFrame) -> pl.DataFrame:
    groups = marked.filter(pl.col("breakdown") != "total", _adds_up())
    return _hide(marked, _second(groups, ["variant", "indicator", "city", "period", "breakdown"]))


def _of_months(marked: pl.DataFrame) -> pl.DataFrame:
    """Months add up to quarters and quarters to years, where these are shown."""
    totals = marked.filter(pl.col("breakdown") == "total", pl.col("unit") == "spells", _adds_up())
    year, rest = pl.col("period").str.slice(0, 4), pl.col("period").str.slice(4)
    month = rest.str.extract(r"^-(\d\d)$").cast(pl.Int32)
    months = totals.filter(rest.str.starts_with("-")).with_columns(
        whole=year + "Q" + ((month + 2) // 3).cast(pl.String)
    )
    quarters = totals.filter(rest.str.starts_with("Q")).with_columns(whole=year)
    chosen = [_second(parts, ["variant", "indicator", "city", "whole"]) for parts in (months, quarters)]
    return _hide(marked, pl.concat(chosen))


def _of_cities(marked: pl.DataFrame) -> pl.DataFrame:
    cities = marked.filter(pl.col("city") != "all", _adds_up())
    return _hide(marked, _second(cities, ["variant", "indicator", "period", "breakdown", "group"]))


def _adds_up() -> pl.Expr:
    """Counts whose parts sum to a whole that is shown; a balance is no count."""
    return pl.col("unit").is_in(_COUNT_UNITS) & (pl.col("indicator") != "net_flow")


def _second(cells: pl.DataFrame, whole: Sequence[str]) -> pl.DataFrame:
    """The smallest shown cell of every sum with exactly one hidden cell (ties: the first by key)."""
    counted = cells.filter(pl.col("value").is_not_null())
    alone = counted.group_by(whole).agg(n=pl.col("hidden").sum()).filter(pl.col("n") == 1)
    shown = counted.filter(~pl.col("hidden"), pl.col("value") > 0).join(alone, on=whole, how="semi")
    return shown.sort("value", *FIGURE_KEY).unique(whole, keep="first", maintain_order=True).select(FIGURE_KEY)


def _hide(marked: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    also = cells.with_columns(also=pl.lit(True))
    return (
        marked.join(also, on=FIGURE_KEY, how="left")
        .with_columns(hidden=pl.col("hidden") | pl.col("also").fill_null(False))
        .drop("also")
    )


def _printed(marked: pl.DataFrame) -> pl.DataFrame:
    rounded = [
        pl.coalesce(
            pl.when(pl.col("unit") == unit).then(pl.col(name).round(digits)) for unit, digits in _PRINTED.items()
        ).alias(name)
        for name in ("value", "low", "high")
    ]
    return (
        marked.with_columns(rounded)
        .with_columns(
            *(pl.when(~pl.col("hidden")).then(pl.col(name)).alias(name) for name in _NUMBERS if name != "numerator"),
            # The numerator of a share would give away the count of a group that is hidden elsewhere.
            numerator=pl.when(~pl.col("hidden") & pl.col("unit").is_in(_COUNT_UNITS)).then("numerator"),
            status=pl.when("hidden").then(pl.lit("suppressed")).otherwise("status"),
        )
        .drop("unit", "hidden")
    )
