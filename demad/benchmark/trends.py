"""May an arrow say that a series of a city rises or falls? By the published rule of `estimators.trend.arrow`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from demad.catalogue import Indicator
from demad.estimators.trend import LEAST_POINTS, Trend, arrow, cochran_armitage, mann_kendall, poisson_trend
from demad.tables.figures import TREND

_FLOWS = ("inflow_count", "outflow_count", "careleaver_count")
_YEAR = 12
Point = dict[str, Any]
"""A row of PUBLISHED_VALUE."""


def trends(
    published: pl.DataFrame, catalogue: Sequence[Indicator], breaks: Mapping[str, Sequence[date]]
) -> pl.DataFrame:
    """Test the series of every city and indicator that counts events, at windows that do not overlap.

    The points run back from the newest period by the length of the window, so that nobody is in two of them. A
    stock has none: from month to month, and from year to year, it holds the same people. Shares of counts:
    Cochran-Armitage; counts: Poisson with its dispersion estimated; everything else: Mann-Kendall. Observed to expected
    has no trend: what one city gains another loses.

    Parameters
    ----------
    published
        PUBLISHED_VALUE; hidden values are no points.
    catalogue
        For the window and interval of each indicator.
    breaks
        Per city the days after which its series counts something else. A changed definition is a break too.

    Returns
    -------
    TREND: one row per city and indicator of the main series that has a value.
    """
    ratios = [entry.id for entry in catalogue if entry.unit == "ratio"]
    windowed = pl.col("period").str.contains("Q") & ~pl.col("indicator").is_in([*_FLOWS, "net_flow", *ratios])
    yearly = pl.col("indicator").is_in(_FLOWS) & (pl.col("period").str.len_chars() == 4)
    shown = published.filter(
        windowed | yearly,
        pl.col("value").is_not_null(),
        pl.col("city") != "all",
        variant="main",
        breakdown="total",
    ).sort("indicator", "city", "period")
    definitions = {entry.id: entry for entry in catalogue}
    rows = [
        _tested(series, definitions[str(id)], breaks.get(str(city), ()))
        for (id, city), series in shown.group_by("indicator", "city", maintain_order=True)
    ]
    return TREND.check(pl.DataFrame(rows, schema=TREND.schema, orient="row").sort(TREND.key))


def _tested(series: pl.DataFrame, definition: Indicator, breaks: Sequence[date]) -> tuple[object, ...]:
    newest = series["period"][-1]
    points = _points(series, newest, max(definition.window // _YEAR, 1))
    first = points[0]["period"]
    definitions = {point["definition"] for point in points}
    n_breaks = len(definitions) - 1 + sum(_day(first, definition) < day <= _end(newest) for day in breaks)
    trend = _trend(points, definition) if len(points) >= LEAST_POINTS else None
    shown = "none" if trend is None else _arrow(trend, points, definition, n_breaks)
    p_value = None if trend is None else trend.p_value
    key = ("main", definition.id, series["city"][0], newest)
    return (*key, first, len(points), n_breaks, p_value, shown)


def _points(series: pl.DataFrame, newest: str, step: int) -> list[Point]:
    """The rows a whole number of ``step`` years before the newest: a few, so plain Python is faster than a table."""
    return [
        row
        for row in series.iter_rows(named=True)
        if row["period"][4:] == newest[4:] and (int(newest[:4]) - int(row["period"][:4])) % step == 0
    ]


def _arrow(trend: Trend, points: list[Point], definition: Indicator, n_breaks: int) -> str:
    without_one = [_trend([*points[:at], *points[at + 1 :]], definition) for at in range(len(points))]
    known = [one for one in without_one if one is not None]
    return arrow(trend, known, points=len(points), breaks=n_breaks)


def _trend(points: list[Point], definition: Indicator) -> Trend | None:
    if definition.id in _FLOWS:
        return poisson_trend(_numbers(points, "value"))
    if definition.interval == "Wilson":
        if any(point[name] is None for point in points for name in ("numerator", "denominator")):
            return None
        return cochran_armitage(_numbers(points, "numerator"), _numbers(points, "denominator"))
    return mann_kendall(_numbers(points, "value"))


def _numbers(points: list[Point], name: str) -> np.ndarray:
    return np.array([point[name] for point in points], dtype=float)


def _end(period: str) -> date:
    """The first day after the window."""
    year, quarter = int(period[:4]), int(period[-1]) if "Q" in period else 4
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)


def _day(period: str, definition: Indicator) -> date:
    """The first day of the window."""
    end = _end(period)
    return end.replace(year=end.year - max(definition.window, _YEAR) // _YEAR)
