"""Count covered months into STOCK: persons with a leefloon, by their attributes in the month itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from demad.counting.cells import N_JOINT, Block, joint, margin, numbers, rows_of, running
from demad.histories.segments import SERIES, STRATA_COLUMNS
from demad.tables.counts import STOCK
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, GROUPS

_LONG = (12, 24, 60)


def count_stock(parts: Mapping[str, pl.DataFrame], observation: Observation, *, city: str) -> pl.DataFrame:
    """Count persons covered in each month W..M, per breakdown.

    Groups are those of the month: a person who turns 25 moves to the next age band. Elapsed months count from the first
    month of the spell (gap 1). If it is unknown, the person is counted in ``start_unknown`` and in none of the elapsed
    counts.

    Parameters
    ----------
    parts
        Result of `ages.by_age` for each series.

    Returns
    -------
    STOCK for the variants main and wide.
    """
    months = range(observation.first_month, observation.last_month + 1)
    blocks = []
    for variant in SERIES:
        counts = _counts(parts[variant], observation, gap=GAPS[variant])
        for breakdown in ("total", *STRATA_COLUMNS):
            axes = {"group": GROUPS[breakdown], "month": months}
            of_breakdown = {name: margin(count, breakdown) for name, count in counts.items()}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, of_breakdown))
    return rows_of(STOCK, blocks)


def _counts(parts: pl.DataFrame, observation: Observation, *, gap: int) -> dict[str, np.ndarray]:
    """Counts per combination of strata and month; combinations never leave this module."""
    cell, window = joint(parts), observation.first_month
    first, last, begun = (month - window for month in numbers(parts, "start", "end", "begun"))
    shape, never = (N_JOINT, observation.last_month - window + 1), last + 1
    unknown = begun + window <= observation.left_censored_until(gap)
    since = np.where(unknown, never, begun)
    return running(
        shape,
        cell,
        {
            "stock": first,
            "gpmi": np.where(parts["with_gpmi"].to_numpy(), first, never),
            **{f"elapsed_over_{long}": np.minimum(np.maximum(first, since + long), never) for long in _LONG},
            "start_unknown": np.where(unknown, first, never),
        },
        last,
    )
