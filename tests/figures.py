"""Figures by hand, for the tests of what comes after them."""

from __future__ import annotations

import polars as pl

from demad.disclosure import published as door
from demad.disclosure.published import PublishedFigures
from demad.tables.figures import INDICATOR_VALUE


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
    return door._print(frame)


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
