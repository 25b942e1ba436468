"""Risk tables as arrays over windows of months: city by group by period by step. No statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.indicators.grid import City, Grid, dense
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.tables.terms import GROUPS


@dataclass(frozen=True, slots=True)
class RiskTable:
    """One breakdown of a risk table: counts per column, shaped city by group by period by step.

    ``ends`` are the last months of the periods, each ``length`` months long.
    """

    variant: str
    breakdown: str
    cities: Sequence[City]
    ends: Sequence[int]
    length: int
    counts: dict[str, np.ndarray]

    def window(self, months: int, last: np.ndarray) -> tuple[Grid, dict[str, np.ndarray]]:
        """Sums over the ``months`` up to each end, and the grid of those that lie from W to ``last``."""
        summed = {name: rolling_sum(array, months // self.length, axis=2) for name, array in self.counts.items()}
        shown = within(self.cities, self.ends, months, last)
        return Grid(self.variant, self.breakdown, self.cities, quarter_labels(self.ends), shown), summed


def risk_table(
    rows: pl.DataFrame,
    cities: Sequence[City],
    *,
    variant: str,
    breakdown: str,
    step: str,
    steps: range,
    columns: Sequence[str],
    yearly: bool = False,
) -> RiskTable:
    """Read one breakdown of a risk table whose ``period`` is the quarter (total) or the year.

    Parameters
    ----------
    rows
        The table's rows of one variant; a table without breakdowns counts as total.
    step, steps
        The column that numbers the steps, and the steps to read.
    yearly
        The total stands per year too, so that only windows that end in December exist.
    """
    by_year = yearly or breakdown != "total"
    ends = [month for month in quarters_of(cities) if not by_year or month % 12 == 11]
    labels = [str(month // 12) for month in ends] if by_year else quarter_labels(ends)
    if "breakdown" not in rows.columns:
        rows = rows.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    wanted = rows.filter(pl.col(step).is_between(steps.start, steps.stop - 1))
    placed = wanted.with_columns(place=pl.format("{}/{}", "period", step))
    places = [f"{label}/{number}" for label in labels for number in steps]
    shape = (len(cities), len(GROUPS[breakdown]), len(ends), len(steps))
    counts = {
        name: array.reshape(shape) for name, array in dense(placed, cities, breakdown, "place", places, columns).items()
    }
    return RiskTable(variant, breakdown, cities, ends, 12 if by_year else 3, counts)
