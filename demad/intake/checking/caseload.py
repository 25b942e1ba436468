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
    """Count persons with a day of right per law and month in typed leefloon rows: ``wet``, ``month``, ``counted``.

    A person counts once a month, and there is a row for a month only if somebody counts. Months are not laid out: the
    count is the running sum of those whose months begin less those whose months ended.
    """
    begun = _months_of_right(rows, observation)
    steps = (
        pl.concat([begun.select("wet", month="first", step=1), begun.select("wet", month=pl.col("last") + 1, step=-1)])
        .group_by("wet", "month")
        .agg(pl.col("step").sum().cast(pl.Int64))
    )
    every = pl.int_range(pl.col("month").min(), pl.col("month").max(), dtype=pl.Int32).alias("month")
    return (
        steps.group_by("wet")
        .agg(every)
        .explode("month", empty_as_null=False)
        .join(steps, on=["wet", "month"], how="left", maintain_order="left")
        .select(pl.col("wet").cast(pl.String), "month", counted=pl.col("step").fill_null(0).cum_sum().over("wet"))
        .filter(pl.col("counted") > 0)
    )


def _months_of_right(rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """``wet``, ``first`` and ``last`` month of each decision, without the months of earlier ones of the same person."""
    until = pl.min_horizontal(pl.col("einde").fill_null(observation.as_of), pl.lit(observation.as_of))
    of_person = ["persoon", "wet"]
    before = pl.col("last").cum_max().shift().over(of_person)
    return (
        rows.select(*of_person, "begin", "einde")
        .unique([*of_person, "begin"], keep="last", maintain_order=True)
        .filter(pl.col("einde").is_null() | (pl.col("einde") >= pl.col("begin")))
        .filter(pl.col("begin") <= observation.as_of)
        .select(*of_person, first=month_of(pl.col("begin")), last=month_of(until))
        .sort(*of_person, "first")
        .select("wet", "last", first=pl.max_horizontal("first", before + 1))
        .filter(pl.col("first") <= pl.col("last"))
    )
