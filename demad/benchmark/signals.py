"""Early warnings: what moved in a city since the same quarter a year before, by one rule per figure.

Not here: the words, the feed and the file (`reporting.feed`). It reads printed figures, so that a reader can check it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from demad.benchmark.change import counts_differ
from demad.benchmark.scales import error, scaled, scales
from demad.catalogue import Indicator

LEAST_PEOPLE = 100
"""People that a figure must count on both sides: with fewer, only changes that everybody sees would be found."""
REAL = 3.0902
"""Quantile of the normal distribution: one in a thousand on each side (`methods.md` section 2.5)."""
LARGE_COUNT = 0.25
"""Part by which a count must move: the rule of shocks."""
_COUNTS = ("inflow_count", "outflow_count")
_RATES = ("per 1000", "% a month")
_QUARTER = len("2026Q1")


@dataclass(frozen=True, slots=True)
class Signal:
    """A figure that moved; ``side``: higher or lower; ``worse``: None where neither side is better."""

    indicator: str
    value: float
    before: float
    side: str
    worse: bool | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at in one quarter of a city, and what was found.

    ``figures``: how many could be judged. ``by_chance``: how many signals chance alone would give.
    """

    period: str
    period_before: str
    figures: int
    by_chance: float
    found: tuple[Signal, ...]


def signals(published: pl.DataFrame, catalogue: Sequence[Indicator], city: str) -> Looked | None:
    """Look at every figure of a city in its newest quarter; None if there is no quarter with one a year before.

    A figure is looked at if it is shown without a reservation in both quarters, rests on enough people in both, and
    has an interval. It gives a signal if the two differ at 99.8 % on the scale of the interval, by more than the
    margin of the indicator, and to the bad side if it has one. Inflow and outflow are counts without chance: they give
    one from a quarter more or less on. Ratios to what is expected are left out, because they add up to nothing.
    Windows longer than a year overlap, so that a signal is never given too soon.

    Parameters
    ----------
    published
        PUBLISHED_VALUE, as it is printed.
    """
    rows = published.filter(
        pl.col("period").str.contains("Q") & (pl.col("period").str.len_chars() == _QUARTER),
        pl.col("value").is_not_null(),
        city=city,
        variant="main",
        breakdown="total",
        status="ok",
    )
    if rows.is_empty():
        return None
    period = str(rows["period"].max())
    before = f"{int(period[:4]) - 1}{period[4:]}"
    both = _beside(rows, catalogue, period, before)
    if both.is_empty():
        return None
    known = {entry.id: entry for entry in catalogue}
    judged = [(known[row["indicator"]], row) for row in both.iter_rows(named=True)]
    tested = [entry for entry, _ in judged if entry.id not in _COUNTS]
    by_chance = sum(0.001 if entry.direction else 0.002 for entry in tested)
    found = tuple(_signal(entry, row) for entry, row in judged if _moved(entry, row))
    return Looked(period, before, len(judged), by_chance, found)


def _beside(rows: pl.DataFrame, catalogue: Sequence[Indicator], period: str, before: str) -> pl.DataFrame:
    """Figures that can be judged: ``value``, ``before``, and ``z`` of the difference (null for counts)."""
    scale_of = scales([entry for entry in catalogue if entry.unit != "ratio"])
    rates = [entry.id for entry in catalogue if entry.unit in _RATES]
    id = pl.col("indicator")
    people = pl.when(id.is_in(_COUNTS)).then("value").when(id.is_in(rates)).then("numerator").otherwise("denominator")
    looked = rows.filter(id.is_in([*scale_of, *_COUNTS]), people >= LEAST_PEOPLE)
    now, then = (
        looked.filter(period=quarter).select("indicator", "value", "low", "high") for quarter in (period, before)
    )
    both = now.join(then, on="indicator", suffix="_before").with_columns(
        scale=id.replace_strict(scale_of, default=None, return_dtype=pl.String)
    )
    scale = pl.col("scale")
    apart = scaled(pl.col("value"), scale) - scaled(pl.col("value_before"), scale)
    errors = error(pl.col("low"), pl.col("high"), scale), error(pl.col("low_before"), pl.col("high_before"), scale)
    z = apart.abs() / (errors[0] ** 2 + errors[1] ** 2).sqrt()
    judged = both.with_columns(z=pl.when(~id.is_in(_COUNTS)).then(z))
    testable = id.is_in(_COUNTS) | (pl.col("z").is_finite() & (errors[0] > 0) & (errors[1] > 0)).fill_null(value=False)
    return judged.filter(testable).select("indicator", "value", "z", before="value_before").sort("indicator")


def _moved(entry: Indicator, row: dict[str, float]) -> bool:
    now, before = row["value"], row["before"]
    if entry.direction * (now - before) > 0:
        return False  # it moved to the good side
    if entry.id in _COUNTS:
        return counts_differ(now, before) and abs(now - before) >= LARGE_COUNT * before
    return row["z"] > REAL and abs(now - before) >= max(entry.margin * before, entry.least_margin)


def _signal(entry: Indicator, row: dict[str, float]) -> Signal:
    side = "higher" if row["value"] > row["before"] else "lower"
    return Signal(entry.id, row["value"], row["before"], side, True if entry.direction else None)
