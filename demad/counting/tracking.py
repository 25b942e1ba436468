"""Count what became of those who started: TRACKING, by the quarter in which they started (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of, tally
from demad.histories.segments import on_line
from demad.tables.months import quarter_label
from demad.tables.observation import Observation
from demad.tables.risk_counts import TRACKING
from demad.tables.terms import GAPS, MONTHS_TRACKED

_QUARTER = 3
_STILL_ON, _BACK, _WORK, _OTHER = range(4)


def count_tracking(spells: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count entrants of the main series by where they are 6, 12 and 24 months after the month in which they started.

    The spell that a person is in, or was in last, at that month decides: who left is counted under the reason of the
    last exit, also after an earlier return. Only quarters of which everybody can be seen are counted; a part of them
    would be those who started first.

    Parameters
    ----------
    spells
        SPELL, sorted by variant, person and start. Left-censored spells start nowhere, but are where somebody is back.
    """
    gap, main = GAPS["main"], spells.filter(variant="main")
    final, first = observation.last_transition(gap), observation.left_censored_until(gap) + 1
    start, end = numbers(main, "start", "end")
    (places,) = numbers(main.select(place=on_line(pl.col("person"), pl.col("start"))), "place")
    to_work, starts = (main["reason"] == "work").fill_null(value=False).to_numpy(), ~main["left_censored"].to_numpy()
    quarter = start // _QUARTER
    earliest = max(first, observation.first_month)
    blocks = []
    for months in MONTHS_TRACKED:
        seen = starts & (quarter * _QUARTER >= earliest) & (quarter * _QUARTER + _QUARTER - 1 + months <= final)
        if not seen.any():
            continue
        entered = np.flatnonzero(seen)
        then = start[entered] + months
        latest = np.searchsorted(places, places[entered] + months, side="right") - 1
        left = np.where(to_work[latest], _WORK, _OTHER)
        status = np.where(end[latest] < then, left, np.where(latest == entered, _STILL_ON, _BACK))
        oldest = int(quarter[entered].min())
        shape = (4, int(quarter[entered].max()) - oldest + 1)
        found = tally(shape, status, quarter[entered] - oldest)
        counts = dict(zip(("still_on", "back", "work", "other"), found[:, :, None], strict=True))
        labels = [quarter_label((oldest + number) * _QUARTER) for number in range(shape[1])]
        axes = {"period": labels, "elapsed": [months]}
        blocks.append(Block({"city": city}, axes, {"entries": found.sum(axis=0)[:, None], **counts}))
    return rows_of(TRACKING, blocks)
