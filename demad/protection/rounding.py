"""Rounding with a secret offset: p(u) = base * floor((u + offset) / base).

Within one cell it is monotone (a part never exceeds its whole, a cumulative count never falls), gives equal counts
equal results, and keeps 0 at 0. Over all offsets it is unbiased, and the error is always smaller than ``base``.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

OFFSET, STARTS = "offset", "starts"


def rounded(count: pl.Expr, base: int, offset: str = OFFSET) -> pl.Expr:
    """The protected count; column ``offset`` of the frame holds the offset of the cell of each row."""
    return (count + pl.col(offset)) // base * base


def nearest(count: pl.Expr, base: int) -> pl.Expr:
    """A count that is public, to the nearest multiple of the base."""
    return (count + base // 2) // base * base


def rounded_events(events: str, base: int) -> pl.Expr:
    """Events per step from the rounded cumulative count, as differences.

    The frame must be sorted by step within each cell, and `STARTS` must mark the first row of each cell.
    """
    so_far = pl.col(events).cum_sum()
    cumulative = rounded(so_far - _at_start(so_far - pl.col(events)), base)
    before = pl.when(pl.col(STARTS)).then(0).otherwise(cumulative.shift(1))
    return (cumulative - before).alias(events)


def rounded_cohort(at_risk: str, base: int) -> pl.Expr:
    """At risk per step of a closed cohort: the rounded count at the first step minus the rounded cumulative losses.

    The frame must be sorted by step within each cell, and `STARTS` must mark the first row of each cell.
    """
    first = _at_start(pl.col(at_risk))
    return (rounded(first, base) - rounded(first - pl.col(at_risk), base)).clip(0).alias(at_risk)


def starts(cell: Sequence[str]) -> pl.Expr:
    """Whether a row is the first of its cell, in a frame sorted by cell."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in cell).alias(STARTS)


def _at_start(value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(STARTS)).then(value).forward_fill()
