"""Figures that rest on the stop reason, with the unknown reasons placed: like the known ones, nowhere, all here.

Verdicts need it: where a city leaves the reason open more often than others, its figure is lower by registration
alone (`methods.md` section 2.5). Totals of the main series only. Not here: what a verdict makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import Z_95, kaplan_meier
from demad.indicators.flows import YEAR, ending
from demad.indicators.grid import Scope, last_transitions
from demad.indicators.risk import Window, risk_table
from demad.indicators.told import OF_ENTRANTS, OF_LEAVERS
from demad.quantities import QuantityTables

FEWEST = 10
"""With fewer unknown exits their bounds are not printed, and they count as so many where they are placed."""

PLACED = {
    "placed": pl.Float64,
    "placed_low": pl.Float64,
    "placed_high": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
    "unknown": pl.Float64,
}
_MONTHS = range(1, 61)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """What the unknown reasons do to a figure v: placed (scale v + add) / (1 + weight); bounds; arrays city by period.

    ``at_least`` and ``at_most`` are the figure itself as a linear function: factor v + rest, over a whole.
    ``count``: unknown exits; ``exits``: all exits among which they are.
    """

    scale: np.ndarray
    add: np.ndarray
    weight: np.ndarray
    most_factor: np.ndarray
    most_add: np.ndarray
    count: np.ndarray
    exits: np.ndarray
    periods: tuple[str, ...]


def placed(tables: QuantityTables, figures: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Place the unknown reasons in proportion to the known ones, moved and death included.

    For the shares of entrants F (1 + F_unknown / sum of the known F). For lasting outflow the unknown exits get the
    return curve of all exits. Below ten unknown exits they count as ten. The interval keeps the width of the figure's
    own on the scale of the placed one.

    Parameters
    ----------
    tables
        DURATIONS, RETURNS and FLOWS.
    figures
        INDICATOR_VALUE of the same tables.

    Returns
    -------
    ``indicator``, ``city``, ``period`` and the columns of `PLACED`, for the indicators that rest on the reason.
    """
    found = {**_of_entrants(tables, scope), **_of_leavers(tables, scope), "outflow_work_oe": _of_ratio(tables, scope)}
    blocks = [_applied(id, unknown, figures, scope) for id, unknown in found.items()]
    return pl.concat(blocks)


def _of_entrants(tables: QuantityTables, scope: Scope) -> Mapping[str, _Unknown]:
    window = _window(tables, "durations", "k", _MONTHS, ("n", "d", "d_unknown"), scope, "cif_work_12m")
    n, d, u = (window.counts[name][:, 0] for name in ("n", "d", "d_unknown"))
    left = 1 - kaplan_meier(n[..., :YEAR], d[..., :YEAR]).value[..., -1]
    open_share = np.minimum(cumulative_incidence(n, d, u, horizon=YEAR).value, left)
    exits, count = (counts[..., :YEAR].sum(axis=-1).astype(float) for counts in (d, u))
    placed_share = np.where(count < FEWEST, left * FEWEST / np.maximum(exits, FEWEST), open_share)
    known = left - placed_share
    none = np.zeros_like(left)
    factor = np.where(known > 0, left / np.where(known > 0, known, 1.0), 1.0)
    periods = tuple(window.grid.periods)
    made = _Unknown(factor, none, none, np.ones_like(left), open_share, count, exits, periods)
    return dict.fromkeys(OF_ENTRANTS, made)


def _of_leavers(tables: QuantityTables, scope: Scope) -> dict[str, _Unknown]:
    found = {}
    for id, months in (*OF_LEAVERS.items(), ("sustainable_activation_12m", YEAR)):
        columns = ("n", "d", "exits", "exits_work", "exits_activation", "n_work", "d_work")
        window = _window(tables, "returns", "m", range(1, 25), columns, scope, id)
        n, d = (window.counts[name][:, 0, :, :months] for name in ("n", "d"))
        away = kaplan_meier(n, d).value[..., -1]
        of_work, everybody = (window.counts[f"exits{part}"][:, 0].sum(axis=-1).astype(float) for part in ("_work", ""))
        all_exits, count = _exits(tables, scope, indicator(id).window, tuple(window.grid.periods))
        unknown = np.where(count < FEWEST, np.minimum(FEWEST, all_exits), count)
        known = np.maximum(all_exits - unknown, 1.0)
        like_known, safe = unknown / known, np.maximum(everybody, 1.0)
        one, none = np.ones_like(away), np.zeros_like(away)
        periods = tuple(window.grid.periods)
        if id == "sustainable_activation_12m":
            activated = window.counts["exits_activation"][:, 0].sum(axis=-1).astype(float)
            gone = like_known * np.maximum(all_exits - everybody, 0.0) / safe  # of the unknown: moved or died
            add = like_known * activated / safe * away
            found[id] = _Unknown(one, add, -gone, one, count / safe * away, count, all_exits, periods)
        else:
            here = of_work + count
            factor = np.divide(of_work, here, out=np.ones_like(here), where=here > 0)
            found[id] = _Unknown(
                one, like_known * away, like_known, factor, (1 - factor) * away + none, count, all_exits, periods
            )
    return found


def _of_ratio(tables: QuantityTables, scope: Scope) -> _Unknown:
    columns = ("n", "d", "d_work", "d_unknown")
    window = _window(tables, "durations", "k", range(1, 122), columns, scope, "outflow_work_oe")
    exits, work, count = (window.counts[name][:, 0].sum(axis=-1).astype(float) for name in ("d", "d_work", "d_unknown"))
    unknown = np.where(count < FEWEST, np.minimum(FEWEST, exits), count)
    one, none = np.ones_like(exits), np.zeros_like(exits)
    factor = exits / np.maximum(exits - unknown, 1.0)
    most = 1 + np.divide(count, work, out=np.zeros_like(work), where=work > 0)
    return _Unknown(factor, none, none, one * most, none, count, exits, tuple(window.grid.periods))


def _window(
    tables: QuantityTables, name: str, step: str, steps: range, columns: tuple[str, ...], scope: Scope, id: str
) -> Window:
    table = risk_table(
        tables[name].filter(variant="main"),
        scope,
        variant="main",
        breakdown="total",
        step=step,
        steps=steps,
        columns=columns,
    )
    return table.window(indicator(id).window, last_transitions(scope.cities, "main"))


def _exits(
    tables: QuantityTables, scope: Scope, months: int, periods: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """All exits and those of an unknown reason in the window up to each period, moved and death among them."""
    counts, _ = ending(tables["flows"].filter(variant="main"), scope, "total", ["outflow", "out_unknown"], months)
    exits, unknown = (counts[name][:, 0].astype(float) for name in ("outflow", "out_unknown"))
    return exits, np.minimum(unknown, exits)


def _applied(id: str, unknown: _Unknown, figures: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """What the unknown reasons make of every figure of an indicator."""
    cities = np.repeat([city.slug for city in scope.cities], len(unknown.periods))
    given = {name: getattr(unknown, name).ravel() for name in _FIELDS}
    joined = pl.DataFrame({"city": cities, "period": list(unknown.periods) * len(scope.cities), **given})
    own = figures.filter(pl.col("value").is_not_null(), indicator=id, variant="main", breakdown="total")
    value, factor = pl.col("value"), pl.col("most_factor")
    result = own.join(joined, on=["city", "period"], how="inner").with_columns(
        placed=(pl.col("scale") * value + pl.col("add")) / (1 + pl.col("weight")),
        upper=factor * value + pl.col("most_add"),
    )
    if id != "outflow_work_oe":
        result = result.with_columns(pl.col("placed", "upper").clip(0, 1))
    enough = pl.col("count") >= FEWEST
    low, high = _moved_interval(id)
    return result.select(
        "indicator",
        "city",
        "period",
        "placed",
        placed_low=low,
        placed_high=high,
        least=pl.when(enough).then(pl.min_horizontal("value", "upper")),
        most=pl.when(enough).then(pl.max_horizontal("value", "upper")),
        unknown=pl.when(enough & (pl.col("exits") > 0)).then(pl.col("count") / pl.col("exits")),
    )


_FIELDS = ("scale", "add", "weight", "most_factor", "most_add", "count", "exits")


def _moved_interval(id: str) -> tuple[pl.Expr, pl.Expr]:
    """The interval of the placed figure: as wide in proportion (shares of work, ratios), or as wide as it was."""
    value, low, high, moved = pl.col("value"), pl.col("low"), pl.col("high"), pl.col("placed")
    if id == "outflow_work_oe":
        return low * moved / value, high * moved / value
    spread = (_log_log(low) - _log_log(high)).abs() / (2 * Z_95)
    error = spread * (value * value.log()).abs()
    error = error * moved / value if id in OF_ENTRANTS or id == "sustainable_activation_12m" else error
    inside = (moved > 0) & (moved < 1)
    width = Z_95 * error / (moved * moved.log()).abs()
    ends = (pl.when(inside).then(moved.pow((sign * width).exp())) for sign in (1, -1))
    low_end, high_end = ends
    return low_end, high_end


def _log_log(share: pl.Expr) -> pl.Expr:
    return (-share.log()).log()
