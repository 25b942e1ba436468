"""Support other than a leefloon, by month: activation during a spell, and return after art. 60. Not here: counting."""

from __future__ import annotations

import polars as pl

from demad.histories.spells import person_numbers
from demad.tables.months import month_of
from demad.tables.observation import Observation
from demad.tables.terms import GAPS

ART60 = ("art60", "art61")
ACTIVATING = (*ART60, "training")


def support_months(supports: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return one row per support and month that it covers: ``person`` (String), ``kind`` (String), ``month``.

    Support that still runs covers every month up to and including that of ``as_of``.
    """
    until = pl.min_horizontal(pl.col("end").fill_null(observation.as_of), pl.lit(observation.as_of))
    seen = supports.filter(pl.col("begin") <= observation.as_of)
    months = pl.int_ranges(month_of(pl.col("begin")), month_of(until) + 1, dtype=pl.Int32).alias("month")
    return seen.select("person", pl.col("kind").cast(pl.String).alias("kind"), months).explode("month")


def activated_spells(
    spells: pl.DataFrame, periods: pl.DataFrame, supports: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return the spells of the main and the wide series with the paid month in which activation began.

    Parameters
    ----------
    spells, periods, supports
        SPELL, PERIOD (for the persons' numbers) and SUPPORT of one city.

    Returns
    -------
    SPELL with ``activated`` (Int32): k of the first month of the spell with art. 60, art. 61 or training, up to O;
    null if there is none. Left-censored spells are left out, because their k is unknown.
    """
    known = spells.filter(pl.col("variant").is_in(["main", "wide"]), ~pl.col("left_censored"))
    known = known.with_columns(pl.col("variant").cast(pl.String), row=pl.int_range(pl.len()))
    active = (
        support_months(supports.filter(pl.col("kind").is_in(ACTIVATING)), observation)
        .join(person_numbers(periods), on="person")
        .select(person="number", month="month")
        .unique()
    )
    gap = pl.col("variant").replace_strict(GAPS, return_dtype=pl.Int32)
    final = observation.settled_month - gap - 1
    first = (
        known.join(active, on="person")
        .filter(pl.col("month").is_between("start", pl.min_horizontal("end", final)))
        .group_by("row")
        .agg(first=pl.col("month").min())
    )
    joined = known.join(first, on="row", how="left", maintain_order="left")
    return joined.with_columns(activated=pl.col("first") - pl.col("start") + 1).drop("row", "first")


def after_art60(
    months: pl.DataFrame, periods: pl.DataFrame, supports: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return one row per ended run of art. 60 or 61: last month, length of follow-up, and whether the person returned.

    A run consists of consecutive months; it has ended if none of its contracts still runs. A return is the first month
    after the run with a leefloon, which may be the next month.

    Parameters
    ----------
    months
        MONTH: its main series gives the months with a leefloon.

    Returns
    -------
    ``month`` (last of the run, W..M-L), ``months_followed`` (0 and more) and ``returned``.
    """
    settled = observation.settled_month
    kept = supports.filter(pl.col("kind").is_in(ART60))
    runs = _runs(support_months(kept, observation))
    open_end = pl.col("end").is_null() | (pl.col("end") > observation.as_of)
    running = kept.filter(open_end & (pl.col("begin") <= observation.as_of)).select("person").unique()
    running = running.with_columns(month=month_of(pl.lit(observation.as_of)))
    ended = runs.join(running, on=["person", "month"], how="anti").filter(
        pl.col("month").is_between(observation.first_month, settled)
    )
    leefloon = months.filter(series="main").select(number="person", back="month")
    back = (
        ended.join(person_numbers(periods), on="person")
        .join(leefloon, on="number")
        .filter(pl.col("back") > pl.col("month"), pl.col("back") <= settled)
        .group_by("person", "month")
        .agg(back=pl.col("back").min())
    )
    followed = pl.coalesce("back", pl.lit(settled, dtype=pl.Int32)) - pl.col("month")
    return ended.join(back, on=["person", "month"], how="left").select(
        "month", months_followed=followed.cast(pl.Int32), returned=pl.col("back").is_not_null()
    )


def _runs(covered: pl.DataFrame) -> pl.DataFrame:
    """Last month of every maximal run of consecutive covered months: ``person``, ``month``."""
    ordered = covered.select("person", "month").unique().sort("person", "month")
    next_is_other = (pl.col("person") != pl.col("person").shift(-1)).fill_null(True)
    next_is_later = (pl.col("month").shift(-1) != pl.col("month") + 1).fill_null(True)
    return ordered.filter(next_is_other | next_is_later)


def art60_months(supports: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Count persons in art. 60 or 61 in each month W..M: ``month``, ``persons``; months without any have no row."""
    return (
        support_months(supports.filter(pl.col("kind").is_in(ART60)), observation)
        .filter(pl.col("month").is_between(observation.first_month, observation.last_month))
        .group_by("month")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64))
        .sort("month")
    )
