"""Covered months become STOCK: who has a leefloon, by the attributes of the month itself."""

from __future__ import annotations

import polars as pl

from demad.spells import STRATA_COLUMNS, starts_spell
from demad.tables.counts import STOCK
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, GROUPS


def count_stock(months: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count the persons covered in each month W..M, per breakdown.

    The groups are those of the month: somebody who turns 25 moves to the next band. Elapsed months count
    from the first month of the spell (gap 1); where that is unknown the person stands in ``start_unknown``
    and in none of the elapsed counts.

    Parameters
    ----------
    months
        MONTH, sorted by series, person and month.

    Returns
    -------
    STOCK for the variants main and wide.
    """
    tables = [
        _count_series(months.filter(series=variant), observation, variant=variant, city=city)
        for variant in ("main", "wide")
    ]
    return STOCK.check(pl.concat(tables))


def _count_series(months: pl.DataFrame, observation: Observation, *, variant: str, city: str) -> pl.DataFrame:
    gap = GAPS[variant]
    start = pl.when(starts_spell(gap)).then(pl.col("month")).forward_fill()
    seen = months.with_columns(start=start).filter(
        pl.col("month").is_between(observation.first_month, observation.last_month)
    )
    unknown = pl.col("start") <= observation.left_censored_until(gap)
    elapsed = pl.when(~unknown).then(pl.col("month") - pl.col("start") + 1).otherwise(0)
    cells = seen.group_by(_cell()).agg(
        pl.col("month", *STRATA_COLUMNS).first(),
        stock=pl.len().cast(pl.Int64),
        gpmi=pl.col("with_gpmi").sum().cast(pl.Int64),
        elapsed_over_12=(elapsed > 12).sum().cast(pl.Int64),
        elapsed_over_24=(elapsed > 24).sum().cast(pl.Int64),
        elapsed_over_60=(elapsed > 60).sum().cast(pl.Int64),
        start_unknown=unknown.sum().cast(pl.Int64),
    )
    return pl.concat(_margin(cells, name, variant=variant, city=city) for name in ("total", *STRATA_COLUMNS))


def _cell() -> pl.Expr:
    """One whole number per month and combination of strata: three times faster to group by than the columns."""
    number = pl.col("month").cast(pl.Int64)
    for name in STRATA_COLUMNS:
        number = number * len(GROUPS[name]) + pl.col(name).to_physical()
    return number.alias("cell")


def _margin(cells: pl.DataFrame, breakdown: str, *, variant: str, city: str) -> pl.DataFrame:
    group = pl.lit("total") if breakdown == "total" else pl.col(breakdown).cast(pl.String)
    return (
        cells.group_by(group.alias("group"), "month")
        .agg(pl.col(STOCK.counts).sum())
        .select(
            pl.lit(city).alias("city"),
            pl.lit(variant).alias("variant"),
            pl.lit(breakdown).alias("breakdown"),
            "group",
            "month",
            *STOCK.counts,
        )
        .sort("group", "month")
    )
