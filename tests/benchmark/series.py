"""Series of published figures by hand, for the tests of the comparison."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.benchmark import compare
from demad.catalogue import CATALOGUE
from demad.estimators.proportions import wilson
from tests.figures import as_published, figure, figures

CITIES = (
    "aalst", "antwerpen", "brugge", "genk", "gent", "hasselt", "kortrijk", "leuven", "mechelen", "oostende",
    "roeselare", "sint-niklaas", "turnhout",
)  # fmt: skip


def wilson_share(part: int, whole: int, **given: object) -> dict:
    """A share with its Wilson interval."""
    low, high = (float(end) for end in wilson(np.array(part), np.array(whole)))
    return figure(value=part / whole, low=low, high=high, numerator=part, denominator=whole, **given)


def page(parts: dict[str, int], whole: int, indicator: str = "repeat_inflow_share") -> pl.DataFrame:
    """One share of every city: 300 of a thousand where nothing else is said."""
    rows = [
        wilson_share(parts.get(city, whole * 3 // 10), whole, city=city, indicator=indicator, period="2025Q4")
        for city in CITIES
    ]
    return figures(*rows)


def compared(frame: pl.DataFrame, yardsticks: pl.DataFrame | None = None) -> pl.DataFrame:
    """BENCHMARK of figures by hand; the yardstick is the mean of the other cities unless it is given."""
    made = as_published(frame)
    return compare(made.frame, made.precise, made.yardsticks if yardsticks is None else yardsticks, CATALOGUE)
