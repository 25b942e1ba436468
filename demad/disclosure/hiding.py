"""Which protected figures are too small to show. The rules read protected numbers only."""

from __future__ import annotations

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.policy import COUNT_UNITS, Policy

_YEAR = 12
_PER_MONTH = ("activation_share",)
_RATES = ("ratio", "per 1000", "% a month")
_BESIDE = ["indicator", "city", "period", "breakdown", "group"]
_PERIOD_OF_FLOW = ["variant", "city", "period", "breakdown", "group"]


def hidden(figures: pl.DataFrame, policy: Policy) -> pl.Series:
    """Judge every figure by itself.

    Hidden are: counts, numerators and rests of shares below the threshold, zero included; shares and durations of
    fewer people than the least denominator; a balance of which a side is hidden; the change over a year of a small
    group; a median with a wide interval; and the wide series where it differs from main by a hidden count.

    Parameters
    ----------
    figures
        INDICATOR_VALUE from protected tables.

    Returns
    -------
    Boolean, a row each, in order. Figures without a value and figures of data quality are never hidden.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    people = ~pl.col("indicator").str.starts_with("dq_")
    judged = figures.with_row_index("place").with_columns(unit=pl.col("indicator").replace_strict(units))
    judged = _with_flows(_with_main(judged))
    few = pl.any_horizontal(_rules(policy)).fill_null(False)
    decided = judged.select("place", hidden=people & pl.col("value").is_not_null() & few)
    return decided.sort("place")["hidden"]


def _rules(policy: Policy) -> list[pl.Expr]:
    unit, id = pl.col("unit"), pl.col("indicator")
    is_count = unit.is_in(COUNT_UNITS) & (id != "net_flow")
    months = pl.when(id.is_in(_PER_MONTH)).then(_YEAR).otherwise(1)
    part, whole = pl.col("numerator") / months, pl.col("denominator") / months
    stayed = pl.when(id == "outflow_rate").then(pl.col("denominator") / _YEAR)
    few = policy.threshold
    return [
        is_count & (pl.col("value") < few),
        (unit.is_in(["share", "months"]) | unit.is_in(_RATES)) & (part < few),
        (unit == "share") & (whole - part < few),
        unit.is_in(["share", "months"]) & (whole < policy.least_denominator),
        stayed < policy.least_denominator,
        (unit == "fraction") & (pl.min_horizontal("numerator", "denominator") < _least_change(policy)),
        (id == "net_flow") & (pl.min_horizontal("inflow", "outflow") < few),
        (id == "duration_median") & ((pl.col("high") - pl.col("low")).fill_null(_YEAR * _YEAR) > policy.widest_median),
        (pl.col("beyond_main") < few) & unit.is_in([*COUNT_UNITS, "share", "months"]),
    ]


def _least_change(policy: Policy) -> pl.Expr:
    return pl.when(pl.col("breakdown") == "total").then(policy.threshold).otherwise(policy.least_change)


def _with_main(judged: pl.DataFrame) -> pl.DataFrame:
    """``beyond_main``: by how many people a figure of the wide series rests on more than the same one of main."""
    size = pl.when(pl.col("unit").is_in(COUNT_UNITS)).then("value").otherwise("denominator")
    main = judged.filter(variant="main").select(*_BESIDE, of_main=size)
    beside = judged.join(main, on=_BESIDE, how="left")
    return beside.with_columns(
        beyond_main=pl.when((pl.col("variant") == "wide") & (pl.col("indicator") != "net_flow")).then(
            (size - pl.col("of_main")).abs()
        )
    )


def _with_flows(judged: pl.DataFrame) -> pl.DataFrame:
    """``inflow`` and ``outflow`` beside a balance."""
    for name in ("inflow", "outflow"):
        flow = judged.filter(indicator=f"{name}_count").select(*_PERIOD_OF_FLOW, pl.col("value").alias(name))
        judged = judged.join(flow, on=_PERIOD_OF_FLOW, how="left")
    return judged
