"""Count spells into CASE_MIX_RISK: person-months at risk and exits, by stratum and duration band."""

from __future__ import annotations

import polars as pl

from demad.tables.risk_counts import CASE_MIX_RISK
from demad.tables.terms import DURATION_BANDS

_COARSE_AGE = {"<18": "<25", "18-24": "<25", "25-34": "25-44", "35-44": "25-44"}
_STARTS = tuple(DURATION_BANDS.values())
CELL = ["variant", "period", "age", "household", "nationality"]


def count_case_mix_risk(spells: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count person-months at risk, exits and exits to work, per year, stratum and duration band.

    A crossed table, coarse on purpose: it serves the expected number of exits alone.

    Parameters
    ----------
    spells
        SPELL; left-censored ones are left out because their duration is unknown.

    Returns
    -------
    CASE_MIX_RISK for the series main and wide; years of the transition.
    """
    at_risk = of_main_and_wide(spells.filter(~pl.col("left_censored"), pl.col("last") > pl.col("entry")))
    counts = coarse(pl.concat([_person_months(at_risk), _exits(at_risk)], how="diagonal"))
    summed = counts.group_by(*CELL, "band").agg(pl.col(CASE_MIX_RISK.counts).sum())
    filled = summed.filter(pl.any_horizontal(pl.col(CASE_MIX_RISK.counts) > 0))
    return CASE_MIX_RISK.check(
        filled.select(
            pl.lit(city).alias("city"), pl.col(list(CASE_MIX_RISK.key[1:])), pl.col(CASE_MIX_RISK.counts)
        ).sort(CASE_MIX_RISK.key)
    )


def of_main_and_wide(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the series main and wide."""
    return rows.filter(pl.col("variant").is_in(["main", "wide"]))


def coarse(cells: pl.DataFrame) -> pl.DataFrame:
    """`CELL` as text, with age, household and nationality in the strata of the case mix; rows may be equal then."""
    return cells.with_columns(
        pl.col("variant", "household", "period").cast(pl.String),
        age=pl.col("age").cast(pl.String).replace_strict(_COARSE_AGE, default="45+"),
        nationality=pl.when(pl.col("nationality") == "BE").then(pl.lit("BE")).otherwise(pl.lit("other")),
    )


def _person_months(at_risk: pl.DataFrame) -> pl.DataFrame:
    """Person-months per calendar year and duration band, of one row per spell and year."""
    start, year = pl.col("start"), pl.col("period")
    years = pl.int_ranges((start + pl.col("entry")) // 12, (start + pl.col("last") - 1) // 12 + 1, dtype=pl.Int32)
    yearly = at_risk.select(*(name for name in CELL if name != "period"), "start", "entry", "last", period=years)
    low = pl.max_horizontal(pl.col("entry") + 1, year * 12 - start + 1)
    high = pl.min_horizontal(pl.col("last"), year * 12 + 12 - start)
    ends = (*(first - 1 for first in _STARTS[1:]), None)
    in_band = [
        (pl.min_horizontal(high, last) - pl.max_horizontal(low, first) + 1).clip(0).cast(pl.Int64).sum().alias(band)
        for (band, first), last in zip(DURATION_BANDS.items(), ends, strict=True)
    ]
    summed = yearly.explode("period").group_by(CELL).agg(in_band)
    return summed.unpivot(index=CELL, variable_name="band", value_name="n").with_columns(
        d=pl.lit(0, dtype=pl.Int64), d_work=pl.lit(0, dtype=pl.Int64)
    )


def _exits(at_risk: pl.DataFrame) -> pl.DataFrame:
    band = pl.lit(next(iter(DURATION_BANDS)))
    for name, first in list(DURATION_BANDS.items())[1:]:
        band = pl.when(pl.col("last") >= first).then(pl.lit(name)).otherwise(band)
    year = (pl.col("start") + pl.col("last") - 1) // 12
    exits = at_risk.filter("exited").with_columns(band=band, period=year)
    return exits.group_by(*CELL, "band").agg(
        n=pl.lit(0, dtype=pl.Int64),
        d=pl.len().cast(pl.Int64),
        d_work=(pl.col("reason") == "work").sum().cast(pl.Int64),
    )
