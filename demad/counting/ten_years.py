"""Count who left and came back in the last ten years: TEN_YEARS (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of
from demad.tables.counts import TEN_YEARS
from demad.tables.observation import Observation
from demad.tables.terms import FEWEST_YEARS, MOST_YEARS, RETURN_REASONS

_YEAR = 12


def count_ten_years(spells: pl.DataFrame, main: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count the persons of ten calendar years, and those with an exit and a return within them.

    Where the window W..M holds fewer whole years, all of them are taken, so that windows of one city have one length;
    with fewer than three there is nothing. A return is that of section 1.5; left-censored spells count, because when
    they began does not matter.

    Parameters
    ----------
    spells, main
        SPELL, and SEGMENT of the main series, both sorted by person and start.
    """
    years = range(-(-observation.first_month // _YEAR), (observation.last_month + 1) // _YEAR)
    length = min(len(years), MOST_YEARS)
    if length < FEWEST_YEARS:
        return TEN_YEARS.empty()
    left = spells.filter(
        "exited", pl.col("reason").is_in(RETURN_REASONS), pl.col("next_start").is_not_null(), variant="main"
    )
    person, start, end = numbers(main, "person", "start", "end")
    who, gone, back = numbers(left, "person", "end", "next_start")
    ends = range(years.start + length - 1, years.stop)
    persons, returned = np.zeros(len(ends), dtype=np.int64), np.zeros(len(ends), dtype=np.int64)
    for place, year in enumerate(ends):
        first, last = (year - length + 1) * _YEAR, year * _YEAR + _YEAR - 1
        persons[place] = _distinct(person[(start <= last) & (end >= first)])
        returned[place] = _distinct(who[(gone >= first) & (back <= last)])
    return rows_of(TEN_YEARS, [Block({"city": city}, {"year": ends}, {"persons": persons, "returned": returned})])


def _distinct(sorted_persons: np.ndarray) -> int:
    """How many different numbers there are in a sorted array."""
    return int(np.count_nonzero(np.diff(sorted_persons))) + 1 if len(sorted_persons) else 0
