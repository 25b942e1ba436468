"""Count how soon after the start of a spell a GPMI is there: GPMI_START_RISK (`methods.md` section 7.5)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of, tally
from demad.histories.segments import on_line
from demad.tables.observation import Observation
from demad.tables.risk_counts import GPMI_START_RISK

_YEAR, _LONGEST = 12, 12
_GPMI, _EXIT, _CENSORED = range(3)
_STRETCH = ("start", "end")


def count_gpmi_start(spells: pl.DataFrame, main: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count entrants of the main series without a GPMI yet: at risk, first month with a GPMI, exits, censored.

    Month k is k months after the first month of the spell. A GPMI is there from the month in which it was signed;
    where that is not told, from the first month of its decision. It takes precedence over an exit in the same month.
    Who gets one after O, when exits are not certain yet, is censored at O like everybody else.

    Parameters
    ----------
    spells, main
        SPELL, and SEGMENT of the main series, both sorted by person and start. Spells of which the start is unknown or
        lies before W are left out: everybody is followed from k = 0.

    Returns
    -------
    GPMI_START_RISK, by the year in which the spell began.
    """
    entrants = spells.filter(
        ~pl.col("left_censored"), pl.col("last") > 0, pl.col("start") >= observation.first_month, variant="main"
    )
    if entrants.is_empty():
        return GPMI_START_RISK.empty()
    start, paid = numbers(entrants, "start", "last")
    first = _first_gpmi(entrants, main.filter("with_gpmi"))
    in_time = first < paid
    outcome = np.where(in_time, _GPMI, np.where(entrants["exited"].to_numpy(), _EXIT, _CENSORED))
    k = np.minimum(np.where(in_time, first, paid - 1), _LONGEST + 1)
    year = start // _YEAR
    oldest = int(year.min())
    found = tally((3, int(year.max()) - oldest + 1, _LONGEST + 2), outcome, year - oldest, k)
    at_risk = np.flip(np.cumsum(np.flip(found.sum(axis=0), axis=1), axis=1), axis=1)
    arrays = zip(("n", "d_gpmi", "d_exit", "c"), (at_risk, *found), strict=True)
    counts = {name: array[:, : _LONGEST + 1] for name, array in arrays}
    axes = {"period": [str(oldest + number) for number in range(found.shape[1])], "k": range(_LONGEST + 1)}
    return rows_of(GPMI_START_RISK, [Block({"city": city}, axes, counts)])


def _first_gpmi(entrants: pl.DataFrame, agreed: pl.DataFrame) -> np.ndarray:
    """Months from the start of each spell to its first GPMI; more than it lasts if there is none.

    A month with a GPMI tells in which month that was signed, or is taken for it; not of a month later than itself, and
    of the start of the spell if it was signed before.
    """
    place = on_line(pl.col("person"), pl.col("start"))
    begin, (month,) = entrants.select(place).to_series().to_numpy(), numbers(entrants, "start")
    lasts = entrants["end"].to_numpy().astype(np.int64) - month
    told = agreed.filter((pl.col("gpmi_signed") <= pl.col("end")).fill_null(value=True))
    signed = told.select(on_line(pl.col("person"), pl.coalesce("gpmi_signed", "start"))).to_series().to_numpy()
    since, until = (told.select(on_line(pl.col("person"), pl.col(name))).to_series().to_numpy() for name in _STRETCH)
    spell = np.searchsorted(begin, until, side="right") - 1
    inside = (spell >= 0) & (since <= (begin + lasts)[spell])
    first = lasts + 1
    np.minimum.at(first, spell[inside], np.maximum(signed - begin[spell], 0)[inside])
    return first
