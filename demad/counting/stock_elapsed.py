"""Count covered months into STOCK_ELAPSED: the stock of each month by the month of the spell it is in."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of, running, tally_places
from demad.tables.counts import STOCK_ELAPSED
from demad.tables.observation import Observation
from demad.tables.terms import ELAPSED_MONTHS, GAPS


def count_stock_elapsed(parts: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count persons covered in each month W..M by elapsed month: 1 in the first month of the spell.

    Bridged months count as elapsed. Spells whose start is unknown are left out: STOCK has them as ``start_unknown``.

    Parameters
    ----------
    parts
        Result of `ages.by_age` for the main series.

    Returns
    -------
    STOCK_ELAPSED.
    """
    months = range(observation.first_month, observation.last_month + 1)
    known = parts.filter(pl.col("begun") > observation.left_censored_until(GAPS["main"]), pl.col("end") >= months[0])
    begun, start, end = numbers(known, "begun", "start", "end")
    earliest = int(begun.min()) if len(begun) else months[0]
    cohorts = int(begun.max(initial=earliest)) - earliest + 1
    covered = running((cohorts, len(months)), begun - earliest, start - months[0], end - months[0])
    cohort, month = np.nonzero(covered)
    elapsed = month + months[0] - (cohort + earliest) + 1
    step = np.searchsorted(ELAPSED_MONTHS, elapsed, side="right") - 1
    counts = tally_places(
        (len(months), len(ELAPSED_MONTHS)), month * len(ELAPSED_MONTHS) + step, covered[cohort, month]
    )
    block = Block({"city": city, "variant": "main"}, {"month": months, "k": ELAPSED_MONTHS}, {"stock": counts})
    return rows_of(STOCK_ELAPSED, [block])
