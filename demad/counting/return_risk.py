"""Count exits into RETURN_RISK: time from exit to return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Block, axis, numbers, rows_of, tally
from demad.counting.flow import breakdowns_of
from demad.tables.months import quarter_label
from demad.tables.risk_counts import RETURN_RISK
from demad.tables.terms import VARIANTS

LONGEST = 36
_ONLY_MAIN_SERIES = ("reason", "prior_duration")


def count_return_risk(exits: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count exits at risk of return, returns and censored, per period of the exit and months since.

    Every exit of the period is counted; exits without follow-up have their own count. Exits to work and to activation
    have extra columns, so that sustainable outflow needs no crossed groups.

    Parameters
    ----------
    exits
        Result of `follow_up.exits`.

    Returns
    -------
    RETURN_RISK: quarters for the total, years for the breakdowns.
    """
    blocks = []
    for variant in VARIANTS:
        of_variant = exits.filter(variant=variant)
        if of_variant.is_empty():
            continue
        exited = _Exits.of(of_variant)
        extra = () if len(breakdowns_of(variant)) == 1 else _ONLY_MAIN_SERIES
        for breakdown in (*breakdowns_of(variant), *extra):
            length = 3 if breakdown == "total" else 12
            period = exited.month // length
            first = int(period.min())
            years = range(first, int(period.max()) + 1)
            labels = [quarter_label(number * 3) if length == 3 else str(number) for number in years]
            groups = axis(of_variant, breakdown)
            counts = _counts(exited, groups, period=period - first, n_periods=len(labels))
            axes = {"group": groups.groups, "period": labels, "m": range(1, LONGEST + 1)}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, counts))
    return rows_of(RETURN_RISK, blocks)


@dataclass(frozen=True, slots=True)
class _Exits:
    """Month of exit (month number), months of follow-up, whether the person returned, and the destination."""

    month: np.ndarray
    followed: np.ndarray
    returned: np.ndarray
    destination: np.ndarray
    """0; 1: activation; 2: work, which is activation too."""

    @classmethod
    def of(cls, exits: pl.DataFrame) -> _Exits:
        destination = pl.col("to_work").cast(pl.Int8) + pl.col("to_activation").cast(pl.Int8)
        coded = exits.select("month", "months_followed", pl.col("returned").cast(pl.Int8), destination=destination)
        return cls(*numbers(coded, "month", "months_followed", "returned", "destination"))


def _counts(exits: _Exits, groups: Axis, *, period: np.ndarray, n_periods: int) -> dict[str, np.ndarray]:
    shape, within = (len(groups.groups), n_periods, LONGEST + 2), slice(1, LONGEST + 1)
    m = np.minimum(exits.followed, LONGEST + 1)
    by_destination = tally((3, 2, *shape), exits.destination, exits.returned, groups.codes, period, m)
    to_activation = np.flip(np.cumsum(np.flip(by_destination, axis=0), axis=0), axis=0)

    def still_out(ended: np.ndarray) -> np.ndarray:
        return np.flip(np.cumsum(np.flip(ended, axis=2), axis=2), axis=2)[..., within]

    def at_first(counted: np.ndarray) -> np.ndarray:
        """Store a count of the whole cell in the row m = 1."""
        return np.concatenate([counted[..., np.newaxis], np.zeros((*shape[:2], LONGEST - 1), dtype=np.int64)], axis=2)

    counts = {}
    for suffix, (not_back, back) in zip(("", "_activation", "_work"), to_activation, strict=True):
        counts |= {
            f"n{suffix}": still_out(back + not_back),
            f"d{suffix or '_return'}": back[..., within],
            f"exits{suffix}": at_first((back + not_back).sum(axis=2)),
        }
    not_back, back = to_activation[0]
    return counts | {"c": not_back[..., within], "without_follow_up": at_first((back + not_back)[..., 0])}
