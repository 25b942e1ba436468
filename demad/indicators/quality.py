"""Data quality of deliveries; one figure per city, for the last month of its delivery."""

from __future__ import annotations

import polars as pl

from demad.catalogue import indicator
from demad.quantities import POOLED
from demad.tables.figures import INDICATOR_VALUE
from demad.tables.months import month_label


def data_quality(quality: pl.DataFrame, span: pl.DataFrame) -> pl.DataFrame:
    """Figures of `dq_completeness`, `dq_control_gap`, `dq_revision` and `dq_timeliness`.

    Parameters
    ----------
    quality, span
        QUALITY and SPAN of the pool; the pooled cities have no delivery and so no figure.

    Returns
    -------
    INDICATOR_VALUE; the period is the last month of the leefloon delivery in force. Not computable if the city has no
    counts of its own, or if there is no earlier delivery.
    """
    cities = span.filter(pl.col("city") != POOLED)
    filled = _sums(quality.filter(pl.col("check").str.starts_with("filled_")))
    control = _sums(quality.filter(pl.col("check") == "control"))
    revised = quality.filter(pl.col("check").str.starts_with("revision_"), pl.col("rows") > 0)
    changes = revised.group_by("city").agg(
        value=(pl.col("failed") / pl.col("rows")).sum() / pl.len(), numerator=pl.col("failed").sum(), months=pl.len()
    )
    parts = {
        "dq_completeness": filled.select(
            "city", value=1 - pl.col("failed") / pl.col("rows"), numerator=pl.col("rows") - pl.col("failed"), n="rows"
        ),
        "dq_control_gap": control.select("city", value=pl.col("failed") / pl.col("rows"), numerator="failed", n="rows"),
        "dq_revision": changes.select("city", "value", "numerator", n=pl.col("months").cast(pl.Int64)),
        "dq_timeliness": cities.select(
            "city",
            value=pl.col("days_to_made").cast(pl.Float64),
            numerator=pl.col("days_to_made").cast(pl.Int64),
            n=pl.lit(None, dtype=pl.Int64),
        ),
    }
    return pl.concat([_figures(id, part, cities) for id, part in parts.items()])


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("city").agg(pl.col("rows", "failed").sum()).filter(pl.col("rows") > 0)


def _figures(id: str, part: pl.DataFrame, cities: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.Float64)
    found = cities.select("city", "last_month").join(part, on="city", how="left")
    status = pl.when(pl.col("value").is_null()).then(pl.lit("not_computable")).otherwise(pl.lit("ok"))
    labels = {number: month_label(number) for number in cities["last_month"].to_list()}
    rows = found.select(
        "city",
        "value",
        pl.col("numerator").cast(pl.Int64),
        variant=pl.lit("main"),
        indicator=pl.lit(id),
        period=pl.col("last_month").replace_strict(labels, return_dtype=pl.String),
        breakdown=pl.lit("total"),
        group=pl.lit("total"),
        low=nothing,
        high=nothing,
        denominator=pl.col("n").cast(pl.Int64),
        status=status,
        definition=pl.lit(indicator(id).version),
    )
    return INDICATOR_VALUE.check(rows.select(list(INDICATOR_VALUE.columns)))
