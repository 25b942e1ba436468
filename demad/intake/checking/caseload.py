"""Count persons with a leefloon per month in a delivery, and compare with the city's own counts. Counts only."""

from __future__ import annotations

import polars as pl

from demad.tables.months import month_of
from demad.tables.observation import Observation


def compare_with_city_counts(own: pl.DataFrame, rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Compare with the city's own counts: ``wet``, ``month`` (W..M), ``personen`` (city's), ``counted`` (0 if none)."""
    first, last = observation.first_month, observation.last_month
    year, month = (pl.col("maand").cast(pl.String).str.slice(start, 4 - start // 2).cast(pl.Int32) for start in (0, 5))
    own_counts = own.unique(["maand", "wet"], keep="last", maintain_order=True).select(
        pl.col("wet").cast(pl.String), "personen", month=year * 12 + month - 1
    )
    return (
        own_counts.filter(pl.col("month").is_between(first, last))
        .join(persons_by_month(rows, observation), on=["wet", "month"], how="left", maintain_order="left")
        .with_columns(pl.col("counted").fill_null(0))
    )


def persons_by_month(rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Count persons with a day of right per law and month in typed leefloon rows: ``wet``, ``month``, ``counted``."""
    last = rows.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
    until = pl.min_horizontal(pl.col("einde").fill_null(observation.as_of), pl.lit(observation.as_of))
    months = pl.int_ranges(month_of(pl.col("begin")), month_of(until) + 1, dtype=pl.Int32).alias("month")
    return (
        last.filter(pl.col("einde").is_null() | (pl.col("einde") >= pl.col("begin")))
        .filter(pl.col("begin") <= observation.as_of)
        .select("persoon", "wet", months)
        .explode("month")
        .unique()
        .group_by("wet", "month")
        .agg(counted=pl.len().cast(pl.Int64))
        .with_columns(pl.col("wet").cast(pl.String))
    )
