"""Support other than a leefloon: activation during a spell, and return after art. 60. Not here: counting."""

from __future__ import annotations

import polars as pl

from demad.histories.segments import on_line
from demad.tables.months import month_of
from demad.tables.observation import Observation
from demad.tables.terms import GAPS

ART60 = ("art60", "art61")
ACTIVATING = (*ART60, "training")


def support_months(supports: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return the first and last month of each support: ``person`` (String), ``kind`` (String), ``first``, ``last``.

    Support that still runs covers every month up to and including that of ``as_of``.
    """
    until = pl.min_horizontal(pl.col("end").fill_null(observation.as_of), pl.lit(observation.as_of))
    seen = supports.filter(pl.col("begin") <= observation.as_of)
    return seen.select("person", pl.col("kind").cast(pl.String), first=month_of(pl.col("begin")), last=month_of(until))


def activated_spells(
    spells: pl.DataFrame, numbers: pl.DataFrame, supports: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return the spells of the main and the wide series with the paid month in which activation began.

    Parameters
    ----------
    spells, numbers, supports
        SPELL, result of `segments.person_numbers`, and SUPPORT of one city.

    Returns
    -------
    SPELL with ``activated`` (Int32): k of the first month of the spell with art. 60, art. 61 or training, up to O;
    null if there is none. Left-censored spells are left out, because their k is unknown.
    """
    known = spells.filter(pl.col("variant").is_in(["main", "wide"]), ~pl.col("left_censored"))
    known = known.with_columns(pl.col("variant").cast(pl.String), row=pl.int_range(pl.len()))
    active = (
        support_months(supports.filter(pl.col("kind").is_in(ACTIVATING)), observation)
        .join(numbers, on="person")
        .select("first", person="number", last_active="last")
    )
    gap = pl.col("variant").replace_strict(GAPS, return_dtype=pl.Int32)
    final = observation.settled_month - gap - 1
    month = pl.max_horizontal("first", "start")
    first = (
        known.select("row", "person", "start", "end", final=final)
        .join(active, on="person")
        .filter(month <= pl.min_horizontal("last_active", "end", "final"))
        .group_by("row")
        .agg(first=month.min())
    )
    joined = known.join(first, on="row", how="left", maintain_order="left")
    return joined.with_columns(activated=pl.col("first") - pl.col("start") + 1).drop("row", "first")


def after_art60(
    main: pl.DataFrame, numbers: pl.DataFrame, supports: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return one row per ended run of art. 60 or 61: last month, length of follow-up, and whether the person returned.

    A run consists of consecutive months; it has ended if none of its contracts still runs. A return is the first month
    after the run with a leefloon, which may be the next month.

    Parameters
    ----------
    main
        SEGMENT of the main series gives the months with a leefloon.

    Returns
    -------
    ``month`` (last of the run, W..M-L), ``months_followed`` (0 and more) and ``returned``.
    """
    settled = observation.settled_month
    kept = supports.filter(pl.col("kind").is_in(ART60))
    runs = _runs(kept, observation).rename({"last": "month"})
    open_end = pl.col("end").is_null() | (pl.col("end") > observation.as_of)
    running = kept.filter(open_end & (pl.col("begin") <= observation.as_of)).select("person").unique()
    running = running.with_columns(month=month_of(pl.lit(observation.as_of)))
    ended = runs.join(running, on=["person", "month"], how="anti").filter(
        pl.col("month").is_between(observation.first_month, settled)
    )
    numbered = ended.join(numbers, on="person")
    next_month = pl.max_horizontal("start", pl.col("month") + 1)
    back = (
        main.select("start", "end", number="person")
        .join(numbered, on="number")
        .filter(pl.col("end") > pl.col("month"), next_month <= settled)
        .group_by("person", "month")
        .agg(back=next_month.min())
    )
    followed = pl.coalesce("back", pl.lit(settled, dtype=pl.Int32)) - pl.col("month")
    return ended.join(back, on=["person", "month"], how="left").select(
        "month", months_followed=followed.cast(pl.Int32), returned=pl.col("back").is_not_null()
    )


def art60_runs(supports: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Maximal runs of consecutive months in art. 60 or 61: ``person``, ``first`` and ``last`` month."""
    return _runs(supports.filter(pl.col("kind").is_in(ART60)), observation)


def _runs(supports: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    covered = support_months(supports, observation).sort("person", "first")
    number = pl.col("person").rle_id()
    latest = on_line(number, pl.col("last")).cum_max()
    begins = (on_line(number, pl.col("first")) > latest.shift(1) + 1).fill_null(True)
    marked = covered.with_columns(run=begins.cum_sum())
    return (
        marked.group_by("run", maintain_order=True)
        .agg(pl.col("person", "first").first(), pl.col("last").max())
        .drop("run")
    )
