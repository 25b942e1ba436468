"""Count the months on benefit among the last sixty of who is there in December: YEARS_ON (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of, tally
from demad.tables.counts import YEARS_ON
from demad.tables.observation import Observation
from demad.tables.terms import MONTHS_ON

_YEAR, _WINDOW = 12, 60


def count_years_on(main: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count the persons of the stock of each December by their covered months among the sixty that end there.

    With a cut history decisions that ended before W are missing, so only Decembers with all sixty months in the window
    are counted; with a full history every December of the window.

    Parameters
    ----------
    main
        SEGMENT of the main series, sorted by person and start. Its stretches do not overlap.
    """
    back = 0 if observation.full_history else _WINDOW - 1
    years = range((observation.first_month + back) // _YEAR, (observation.last_month + 1) // _YEAR)
    person, start, end = numbers(main, "person", "start", "end")
    longest = np.array(list(MONTHS_ON.values()))
    persons = np.zeros((len(years), len(longest)), dtype=np.int64)
    for place, year in enumerate(years):
        december = year * _YEAR + _YEAR - 1
        months = np.minimum(end, december) - np.maximum(start, december - _WINDOW + 1) + 1
        seen = np.flatnonzero(months > 0)
        covered = np.bincount(person[seen], months[seen])
        there = person[(start <= december) & (end >= december)]
        persons[place] = tally((len(longest),), np.searchsorted(longest, covered[there].astype(np.int64)))
    return rows_of(YEARS_ON, [Block({"city": city}, {"year": years, "band": list(MONTHS_ON)}, {"persons": persons})])
