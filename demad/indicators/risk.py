"""Risk tables as arrays over windows of months: city by group by period by step. No statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.indicators.grid import Grid, Scope, dense
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within


@dataclass(frozen=True, slots=True)
class Window:
    """Sums over a window of months up to the end of each period.

    ``rounding``: of an estimate from these sums; see `estimators.rounding`.
    """

    grid: Grid
    counts: dict[str, np.ndarray]
    rounding: np.ndarray


@dataclass(frozen=True, slots=True)
class RiskTable:
    """One breakdown of a risk table: counts per column, shaped city by group by period by step.

    ``ends`` are the last months of the periods, each ``length`` months long.
    """

    variant: str
    breakdown: str
    scope: Scope
    ends: Sequence[int]
    length: int
    counts: dict[str, np.ndarray]

    def window(self, months: int, last: np.ndarray) -> Window:
        """Sum over the ``months`` up to each end, shown if they are within W to ``last``.

        Events are capped at the number at risk: both are rounded separately, and are capped only after summing.
        """
        tables = months // self.length
        summed = {name: rolling_sum(array, tables, axis=2) for name, array in self.counts.items()}
        if self.scope.is_protected:
            at_risk = {name: "n" + name[1:] for name in summed if name[0] == "d"}
            summed |= {name: np.minimum(summed[name], summed.get(part, summed["n"])) for name, part in at_risk.items()}
        shown = within(self.scope.cities, self.ends, months, last)
        grid = Grid(self.variant, self.breakdown, self.scope, quarter_labels(self.ends), shown)
        return Window(grid, summed, self.scope.rounding(tables))


def risk_table(
    rows: pl.DataFrame,
    scope: Scope,
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
        The table's rows of one variant; a table without breakdowns is read as total.
    step, steps
        The column with the step, and the steps to read.
    columns
        ``n`` or ``n_part`` for at risk, ``d`` or ``d_cause`` for events.
    yearly
        The totals are per year too, so that windows end only in December.
    """
    by_year = yearly or breakdown != "total"
    ends = [month for month in quarters_of(scope.cities) if not by_year or month % 12 == 11]
    labels = [str(month // 12) for month in ends] if by_year else quarter_labels(ends)
    if "breakdown" not in rows.columns:
        rows = rows.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    wanted = rows.filter(pl.col(step).is_between(steps.start, steps.stop - 1), breakdown=breakdown)
    order = {label: number for number, label in enumerate(labels)}
    period = pl.col("period").replace_strict(order, default=-1, return_dtype=pl.Int64)
    placed = wanted.with_columns(place=period * len(steps) + pl.col(step) - steps.start)
    places = range(len(labels) * len(steps))
    shape = (len(scope.cities), len(scope.groups[breakdown]), len(ends), len(steps))
    counts = {
        name: array.reshape(shape) for name, array in dense(placed, scope, breakdown, "place", places, columns).items()
    }
    return RiskTable(variant, breakdown, scope, ends, 12 if by_year else 3, counts)
