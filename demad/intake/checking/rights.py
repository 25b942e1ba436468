"""Summarise the rights in a delivery, so that a specialist can see errors at once. Counts and dates only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from demad.intake.checking.derived import KEYS


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one delivery of leefloon.

    Parameters
    ----------
    rights
        Valid decisions: the last record of each person, law and begin with at least one day.
    running
        Rights that run on ``as_of``.
    open
        Rights without an end.
    begins, ends
        Earliest and latest date; None if there is none.
    first_of_month
        Share of the begins on the first of a month; None if there are no begins.
    """

    as_of: date
    rights: int
    running: int
    open: int
    begins: tuple[date, date] | None
    ends: tuple[date, date] | None
    first_of_month: float | None


def rights_of(rows: pl.DataFrame, *, as_of: date) -> Rights:
    """Summarise accepted, typed rows of leefloon."""
    valid = rows.unique(KEYS["leefloon"], keep="last", maintain_order=True).filter(
        (pl.col("einde") >= pl.col("begin")) | pl.col("einde").is_null()
    )
    runs = (pl.col("begin") <= as_of) & (pl.col("einde").is_null() | (pl.col("einde") >= as_of))
    facts = valid.select(
        running=runs.sum(),
        open=pl.col("einde").is_null().sum(),
        first=(pl.col("begin").dt.day() == 1).mean(),
        earliest=pl.col("begin").min(),
        latest=pl.col("begin").max(),
        first_end=pl.col("einde").min(),
        last_end=pl.col("einde").max(),
    ).row(0, named=True)
    begins, ends = (facts["earliest"], facts["latest"]), (facts["first_end"], facts["last_end"])
    return Rights(
        as_of,
        valid.height,
        facts["running"],
        facts["open"],
        begins if begins[0] else None,
        ends if ends[0] else None,
        facts["first"],
    )
