"""Figures by hand, for the tests of what comes after them."""

from __future__ import annotations

import polars as pl

from demad.disclosure import published as door
from demad.disclosure.published import PublishedFigures
from demad.tables.figures import INDICATOR_VALUE, YARDSTICK
from demad.tables.kinds import ProtectedFigures


def figure(**given: object) -> dict:
    """One INDICATOR_VALUE row: a total of Gent unless said otherwise."""
    return {
        "variant": "main",
        "indicator": "return_12m",
        "city": "gent",
        "period": "2025Q4",
        "breakdown": "total",
        "group": "total",
        "value": None,
        "low": None,
        "high": None,
        "numerator": None,
        "denominator": None,
        "status": "ok",
        "definition": "1",
        **given,
    }


def figures(*rows: dict) -> pl.DataFrame:
    """INDICATOR_VALUE of rows."""
    return INDICATOR_VALUE.check(pl.DataFrame(list(rows), schema=INDICATOR_VALUE.schema))


def published(*rows: dict) -> PublishedFigures:
    """Rows as if `disclosure.publish` had made them."""
    return as_published(figures(*rows))


def as_published(frame: pl.DataFrame) -> PublishedFigures:
    """A frame as if `disclosure.publish` had made it: printed, and sealed with the key that only tests borrow."""
    return door._print(frame, yardsticks_of(frame), profiles_of(frame))


def yardsticks_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The mean of the other cities with an interval of them all: what their sum would give of cities of one size."""
    cell = ["variant", "indicator", "period"]
    known = frame.filter(
        pl.col("city") != "all",
        pl.all_horizontal(pl.col("value", "low", "high").is_not_null()),
        variant="main",
        breakdown="total",
    )
    others = pl.len().over(cell) - 1
    mean = (pl.col("value").sum().over(cell) - pl.col("value")) / others
    wide = (pl.col("high") - pl.col("low")).mean().over(cell) / 2 / others.sqrt()
    rows = known.filter(pl.len().over(cell) > 1).select(
        *cell,
        "city",
        pooled=others.cast(pl.Int64),
        others=mean,
        others_low=(mean - wide).clip(1e-6),
        others_high=mean + wide,
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in YARDSTICK.schema.items() if name not in rows]
    return YARDSTICK.check(rows.with_columns(missing).select(list(YARDSTICK.columns)).sort(YARDSTICK.key))


def profiles_of(frame: pl.DataFrame) -> pl.DataFrame:
    """As protected figures have them; what is hidden by hand has no number."""
    return ProtectedFigures(frame).profiles


def count(value: int, **given: object) -> dict:
    """A count of exits in a year."""
    return figure(**{"indicator": "outflow_count", "period": "2025", "value": float(value), "numerator": value} | given)


def share(numerator: int, denominator: int, **given: object) -> dict:
    """A share with a rough interval around it."""
    value = numerator / denominator
    half = 1.96 * (value * (1 - value) / denominator) ** 0.5
    return figure(
        value=value, low=value - half, high=value + half, numerator=numerator, denominator=denominator, **given
    )
