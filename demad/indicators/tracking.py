"""What became of those who started in a calendar year, 6, 12 and 24 months later (`methods.md` section 7.6)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.flows import YEAR, first_months
from demad.indicators.grid import Estimates, Grid, Scope, dense, figures, last_transitions
from demad.indicators.shares import share
from demad.indicators.windows import months_of, within
from demad.tables.months import quarter_label
from demad.tables.terms import MONTHS_TRACKED

_QUARTERS, _QUARTER = 4, 3


def status_after_start(durations: pl.DataFrame, tracked: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of `status_after_start_6m`, `status_after_start_12m` and `status_after_start_24m`, of the main series.

    The total is the share that is still on benefit without a break; by ``start_status`` stand those who left and are
    back, who left to work, and who left otherwise. Together they are everybody who started: the last is what is left.

    Parameters
    ----------
    durations, tracked
        DURATIONS and TRACKED. Who started is at risk at k = 1 in the quarter of the start; who is still on after e
        months is at risk at k = e + 1 in the quarter e months later. So neither is counted, or rounded, twice.
    """
    of_main = durations.filter(variant="main", breakdown="total")
    parts = tracked.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    blocks = []
    for months in MONTHS_TRACKED:
        definition = indicator(f"status_after_start_{months}m")
        started = _of_years(of_main.filter(pl.col("k") == 1), "n", ends, scope)
        still_on = _of_years(of_main.filter(pl.col("k") == months + 1), "n", ends, scope, later=months)
        back, work = (
            _of_years(parts.filter(pl.col("elapsed") == months), name, ends, scope) for name in ("back", "work")
        )
        whole = np.maximum(started, still_on + back + work)
        others = whole - still_on - back - work
        known = first_months(scope.cities, "main", new_only=True)
        shown = within(scope.cities, ends, YEAR, last_transitions(scope.cities, "main") - months, known)
        labels, once = [str(month // YEAR) for month in ends], scope.rounding(_QUARTERS)
        total = Grid("main", "total", scope, labels, shown)
        blocks.append(figures(definition, total, share(still_on, whole, (once, once))))
        if "start_status" in scope.breakdowns(definition):
            grid = Grid("main", "start_status", scope, labels, shown)
            blocks.append(figures(definition, grid, _who_left(back, work, others, whole, once)))
    return blocks


def _who_left(back: np.ndarray, work: np.ndarray, others: np.ndarray, whole: np.ndarray, once: np.ndarray) -> Estimates:
    """The shares of `terms.START_STATUSES`; the last is what three rounded counts leave of the whole."""
    left = np.divide(others, whole, out=np.zeros(others.shape), where=whole > 0)
    each = np.broadcast_to(once, others.shape)
    of_part = np.concatenate([each, each, 4 * each + each * (1 - left) ** 2], axis=1)
    of_whole = np.concatenate([each, each, np.zeros(others.shape)], axis=1)
    counts = np.concatenate([back, work, others], axis=1)
    return share(counts, np.broadcast_to(whole, counts.shape), (of_part, of_whole))


def _of_years(rows: pl.DataFrame, name: str, ends: list[int], scope: Scope, *, later: int = 0) -> np.ndarray:
    """City by 1 by year: the sum of the four quarters of each year, or of the quarters so many months later."""
    first = [end - YEAR + 1 + _QUARTER * number + later for end in ends for number in range(_QUARTERS)]
    counts = dense(rows, scope, "total", "period", [quarter_label(month) for month in first], [name])[name]
    return counts.reshape(len(scope.cities), 1, len(ends), _QUARTERS).sum(axis=-1)
