"""Count covered months into STOCK: persons with a leefloon, by their attributes in the month itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from demad.counting.cells import N_JOINT, Block, joint, margins, numbers, rows_of, tally_places
from demad.histories.segments import SERIES
from demad.tables.counts import STOCK
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, GROUPS

_LONG = (12, 24, 60)
_UNKNOWN = len(_LONG) + 1


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
        covered = margins(_covered(parts[variant], observation, gap=GAPS[variant]))
        for breakdown, counts in covered.items():
            axes = {"group": GROUPS[breakdown], "month": months}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, _counts(counts)))
    return rows_of(STOCK, blocks)


def _covered(parts: pl.DataFrame, observation: Observation, *, gap: int) -> np.ndarray:
    """Persons per combination of strata, kind, with a GPMI or not, and month; combinations never leave this module.

    The kind is the number of bounds of ``_LONG`` that the spell has passed, or ``_UNKNOWN``. A stretch is counted where
    it begins, where its spell passes a bound, and where it is over.
    """
    n_months = observation.last_month - observation.first_month + 1
    begun, unknown = pl.col("begun"), pl.col("begun") <= observation.left_censored_until(gap)
    shape = (N_JOINT, _UNKNOWN + 1, 2, n_months + 1)

    def place(kind: pl.Expr | int, month: pl.Expr) -> pl.Expr:
        of_row = (pl.col("cell") * shape[1] + kind) * shape[2] + pl.col("with_gpmi").cast(pl.Int32)
        return of_row * shape[3] + (month - observation.first_month).clip(0, n_months)

    def passed(month: pl.Expr) -> pl.Expr:
        bounds = sum(((month - begun >= long).cast(pl.Int32) for long in _LONG), start=pl.lit(0, dtype=pl.Int32))
        return pl.when(unknown).then(_UNKNOWN).otherwise(bounds)

    rows = parts.select("start", "end", "begun", "with_gpmi", cell=joint(parts))
    start, end = pl.col("start"), pl.col("end")
    changes = [rows.select(begins=place(passed(start), start), ends=place(passed(end), end + 1))]
    for kind, long in enumerate(_LONG):
        longer = rows.filter((begun + long > start) & (begun + long <= end) & ~unknown)
        changes.append(longer.select(begins=place(kind + 1, begun + long), ends=place(kind, begun + long)))
    begins, ends = (tally_places(shape, place) for place in numbers(pl.concat(changes), "begins", "ends"))
    return begins - ends


def _counts(changes: np.ndarray) -> dict[str, np.ndarray]:
    """Counts per group and month, from what changed per group, kind, with a GPMI or not, and month."""
    covered = np.cumsum(changes, axis=-1)[..., :-1]
    kinds = covered.sum(axis=2)
    return {
        "stock": kinds.sum(axis=1),
        "gpmi": covered[:, :, 1].sum(axis=1),
        **{f"elapsed_over_{long}": kinds[:, kind:_UNKNOWN].sum(axis=1) for kind, long in enumerate(_LONG, start=1)},
        "start_unknown": kinds[:, _UNKNOWN],
    }
