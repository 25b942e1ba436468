"""Count TRIANGLE: what was told of each month at the end of later ones, by the days on which decisions were recorded.

What one delivery tells of earlier deliveries that were never made: at each of 24 month ends the decisions that had been
recorded by then are taken alone. The series is main.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, places, rows_of, running
from demad.histories.recorded import first_origin
from demad.histories.segments import MONTHS_ON_LINE, on_line
from demad.tables.counts import TRIANGLE
from demad.tables.months import month_of
from demad.tables.observation import Observation
from demad.tables.terms import DELAYS, GAPS, REASONS, SNAPSHOTS

_RUNNING = 2**19
"""A month after all others: of a decision without end."""


def count_triangle(recorded: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count the stock, beginnings and exits of each month, and the exits that were told and undone, by delay.

    A month end v tells of months up to v, of exits to v - 1, as in VINTAGE. What a month is told as after six months or
    more is what the month end six months after it tells, or the first that is looked at if that is later.

    Parameters
    ----------
    recorded
        RECORDED.
    observation
        Gives W, M, and the spells whose start is unknown.

    Returns
    -------
    TRIANGLE. Empty in, empty out.
    """
    months = range(max(first_origin(observation), observation.first_month), observation.last_month + 1)
    ends = range(max(observation.last_month - SNAPSHOTS + 1, observation.first_month), observation.last_month + 1)
    counts = {name: np.zeros((len(months), len(DELAYS)), dtype=np.int64) for name in TRIANGLE.counts}
    decisions, told_before = _decisions(recorded), np.array([], dtype=np.int64)
    for end in ends:
        told = _told(decisions, months, end, observation)
        gone = np.setdiff1d(told_before, told.exits)
        told_before = np.union1d(told_before, told.exits)
        seen = {"stock": told.stock, "starts": _by_month(told.starts, months), "ends": _by_month(told.exits, months)}
        seen["undone"] = _by_month(gone, months)
        for month, delay in _cells(months, end, ends):
            for name, of_month in seen.items():
                counts[name][month - months[0], delay] = of_month[month - months[0]]
    axes = {"month": months, "delay": DELAYS}
    return rows_of(TRIANGLE, [Block({"city": city, "variant": "main"}, axes, counts)])


def _cells(months: range, end: int, ends: range) -> Iterator[tuple[int, int]]:
    """The months of which this month end tells a delay: those of the last six, and what is known of earlier ones."""
    longest = DELAYS[-1]
    for month in months:
        if 0 <= end - month < longest or end == max(month + longest, ends[0]):
            yield month, min(end - month, longest)


@dataclass(frozen=True, slots=True)
class _Decisions:
    """Rows of RECORDED in the order of the line of all persons: arrays of one length.

    ``first`` and ``last`` are places on the line, ``day`` orders the endings of one month, ``ending`` is the place in
    `terms.REASONS`, -1 for an administrative one; a row is in force from ``known_from`` until before ``known_until``.
    """

    first: np.ndarray
    last: np.ndarray
    day: np.ndarray
    ending: np.ndarray
    of_main: np.ndarray
    known_from: np.ndarray
    known_until: np.ndarray

    def at(self, end: int, *, of_main: bool) -> _Decisions:
        """What was in force at the end of a month, of one law, cut there."""
        begun = self.first % MONTHS_ON_LINE <= end
        kept = begun & (self.known_from <= end) & (self.known_until > end) & (self.of_main == of_main)
        own = _Decisions(*(getattr(self, place.name)[kept] for place in fields(self)))
        return replace(own, last=np.minimum(own.last, own.first - own.first % MONTHS_ON_LINE + end))


def _decisions(recorded: pl.DataFrame) -> _Decisions:
    """RECORDED as arrays; sorted by person and begin, so also by place on the line."""
    number = pl.col("person").rle_id()
    rows = recorded.select(
        first=on_line(number, month_of(pl.col("begin"))),
        last=on_line(number, month_of(pl.col("end")).fill_null(_RUNNING)),
        day=pl.col("end").to_physical().fill_null(2**31 - 1).cast(pl.Int64) * 2**31 + pl.col("begin").to_physical(),
        known_from="known_from",
        known_until=pl.col("known_until").fill_null(_RUNNING),
    )
    first, last, day, known_from, known_until = numbers(rows, "first", "last", "day", "known_from", "known_until")
    ending, of_main = places(recorded["ending"], REASONS), (recorded["law"] == "RMI").to_numpy()
    return _Decisions(first, last, day, ending, of_main, known_from, known_until)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a month end tells: the stock by month, and the place on the line of each beginning and each exit."""

    stock: np.ndarray
    starts: np.ndarray
    exits: np.ndarray


def _told(decisions: _Decisions, months: range, end: int, observation: Observation) -> _Told:
    main, other = (decisions.at(end, of_main=law) for law in (True, False))
    covered_first, covered_last = _runs(main, gap=0)
    stock = running(
        (1, len(months)),
        np.zeros(len(covered_first), dtype=np.int64),
        covered_first % MONTHS_ON_LINE - months[0],
        covered_last % MONTHS_ON_LINE - months[0],
    )[0]
    starts, ends = _runs(main, gap=GAPS["main"])
    known = starts % MONTHS_ON_LINE > observation.left_censored_until(GAPS["main"])
    over = ends[(ends % MONTHS_ON_LINE < end) & (ends % MONTHS_ON_LINE >= months[0])]
    exits = over[(_ending(main, over) >= 0) & ~_covered(other, over + 1)]
    return _Told(stock, starts[known], exits)


def _runs(rows: _Decisions, *, gap: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last place of each maximal run of covered months in which gaps are bridged."""
    if not len(rows.first):
        return rows.first, rows.last
    reach = np.maximum.accumulate(rows.last)
    opens = np.flatnonzero(np.append(True, rows.first[1:] - reach[:-1] > gap + 1))
    return rows.first[opens], reach[np.append(opens[1:] - 1, len(reach) - 1)]


def _ending(rows: _Decisions, ends: np.ndarray) -> np.ndarray:
    """How each run ends: as the decision with the latest end, then the latest begin, of those in its last month."""
    among = np.flatnonzero(np.isin(rows.last, ends))
    ordered = among[np.lexsort((rows.day[among], rows.last[among]))]
    return rows.ending[ordered[np.searchsorted(rows.last[ordered], ends, side="right") - 1]]


def _covered(rows: _Decisions, at: np.ndarray) -> np.ndarray:
    """Whether some decision covers each place."""
    if not len(rows.first):
        return np.zeros(len(at), dtype=bool)
    before = np.searchsorted(rows.first, at, side="right") - 1
    return (before >= 0) & (np.maximum.accumulate(rows.last)[before] >= at)


def _by_month(at: np.ndarray, months: range) -> np.ndarray:
    """How many places are in each month."""
    month = at % MONTHS_ON_LINE - months[0]
    return np.bincount(month[(month >= 0) & (month < len(months))], minlength=len(months))
