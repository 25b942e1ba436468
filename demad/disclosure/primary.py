"""Which figures are too small by themselves. Not here: what would give a hidden one away."""

from __future__ import annotations

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.policy import COUNT_UNITS, FLOWS, RATE_UNITS, TOTALS_ONLY, Policy

_MONTHS = 12
_WHOLE = ["variant", "indicator", "city", "period"]


def marked(values: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Add what the policy says of each figure on its own.

    Parameters
    ----------
    values
        INDICATOR_VALUE.

    Returns
    -------
    The same rows in the same order with ``unit``, ``counted`` and ``rest`` (Float64: the persons a figure
    speaks of and does not speak of; null where there is none), ``small`` and ``small_rest`` (these have to
    be protected), ``few`` (hidden, but no secret) and ``hidden``.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    quality = [entry.id for entry in CATALOGUE if entry.theme == "quality" or entry.id.startswith("dq_")]
    with_counts = values.with_columns(
        unit=pl.col("indicator").replace_strict(units), people=~pl.col("indicator").is_in(quality)
    ).with_columns(counted=_counted(), rest=_rest())
    with_counts = with_counts.join(_wholes(with_counts), on=_WHOLE, how="left", maintain_order="left")
    few, sensitive = policy.threshold, pl.col("breakdown").is_in(policy.sensitive)
    known = pl.col("value").is_not_null() & pl.col("people")
    small, small_rest = (pl.col(name).is_between(1 / _MONTHS, few - 1 / _MONTHS) for name in ("counted", "rest"))
    of_few = pl.col("counted") + pl.col("rest") < policy.group_denominator
    # Of a count the group's size is its city's total; of nobody at all it says nothing.
    whole_of_few = pl.col("of_total").is_null() | pl.col("of_total").is_between(
        1 / _MONTHS, policy.group_denominator - 1 / _MONTHS
    )
    is_count = pl.col("unit").is_in(COUNT_UNITS)
    said_of_all, said_of_none = ((pl.col(name) == 0).fill_null(False) for name in ("of_total_rest", "of_total"))
    nobody = (
        sensitive & (pl.col("counted") == 0) & pl.when(is_count).then(whole_of_few).otherwise(of_few & ~said_of_none)
    )
    all_of_them = is_count & (pl.col("counted") == pl.col("of_total")) & (pl.col("counted") > 0) & whole_of_few
    everybody = sensitive & (pl.col("rest") == 0) & of_few & ~said_of_all
    least = (
        pl.when(pl.col("unit").is_in(["share", "months"]))
        .then(pl.col("denominator") < policy.least_denominator)
        .when(pl.col("unit") == "fraction")
        .then((pl.col("numerator") < few) | (pl.col("denominator") < few))
        .when(pl.col("unit").is_in(RATE_UNITS))
        .then(pl.col("numerator") < few)
        .otherwise(False)
    )
    within_year = pl.col("unit").is_in(COUNT_UNITS) & pl.col("indicator").is_in(FLOWS)
    within_year = within_year & (pl.col("period").str.len_chars() != 4)
    apart = pl.col("variant").is_in(TOTALS_ONLY) & ((pl.col("breakdown") != "total") | within_year)
    return with_counts.with_columns(
        small=(known & (small | nobody | (sensitive & all_of_them).fill_null(False))).fill_null(False),
        small_rest=(known & (small_rest | everybody)).fill_null(False),
        few=(known & (least | apart)).fill_null(False),
    ).with_columns(hidden=pl.col("small") | pl.col("small_rest") | pl.col("few"))


def _wholes(figures: pl.DataFrame) -> pl.DataFrame:
    """What each city counts in total."""
    return figures.filter(breakdown="total").select(*_WHOLE, of_total="counted", of_total_rest="rest")


def _counted() -> pl.Expr:
    """Persons (or spells) a figure counts: a mean of persons where it adds up months; null for changes and balances."""
    value, numerator = pl.col("value"), pl.col("numerator").cast(pl.Float64)
    return (
        pl.when(pl.col("indicator").is_in(["net_flow", "caseload_change_yoy"]) | ~pl.col("people"))
        .then(None)
        .when(pl.col("unit").is_in(COUNT_UNITS))
        .then(value)
        .when(pl.col("indicator") == "activation_share")
        .then(numerator / _MONTHS)
        .otherwise(numerator)
    )


def _rest() -> pl.Expr:
    """Those of the denominator who are not counted; durations and rates per inhabitant have no such rest."""
    return (
        pl.when((pl.col("unit") == "share") & pl.col("people"))
        .then((pl.col("denominator") - pl.col("numerator")).cast(pl.Float64))
        .otherwise(None)
    )
