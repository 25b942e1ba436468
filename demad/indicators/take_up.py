"""Take-up of support by care leavers, by type of support."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.gpmi import telling
from demad.indicators.grid import (
    NONE,
    Estimates,
    Grid,
    Scope,
    counted,
    estimated,
    figures,
    last_transitions,
    much_wider,
)
from demad.indicators.risk import RiskTable, Window, risk_table
from demad.indicators.shares import of_cities
from demad.quantities import POOLED
from demad.tables.risk_quantities import TAKE_UP

LONGEST = 12
_DETAIL, _AGREED = "zorgvorm_detail", "gpmi"
_COUNTS = ("n", "d", "d_event")


@dataclass(frozen=True, slots=True)
class _Figure:
    """An indicator, its type of support per series, and its month m."""

    id: str
    support: str
    horizon: int


_FIGURES = {
    "main": (
        _Figure("careleaver_leefloon_0m", "leefloon", 0),
        _Figure("careleaver_leefloon_12m", "leefloon", 12),
        _Figure("careleaver_any_support_6m", "any", 6),
        _Figure("careleaver_gpmi_6m", "gpmi", 6),
    ),
    "wide": (
        _Figure("careleaver_leefloon_0m", "leefloon_or_equivalent", 0),
        _Figure("careleaver_leefloon_12m", "leefloon_or_equivalent", 12),
    ),
}


_GRANTED = _Figure("careleaver_leefloon_12m", "leefloon", 12)
_STEPS = (
    _Figure("careleaver_known_12m", "known", 12),
    _Figure("careleaver_applied_12m", "applied", 12),
    _Figure("careleaver_kept_12m", "kept", 24),
)
_NEEDED = {"any": ("supports",), "applied": ("applications",), "known": ("supports", "applications")}


def take_up(take_up: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of care leavers: three calendar years together, because the groups are small.

    A city without youth-care data gets totals that are not computable, not 0. The care leavers of a city that never
    tells a GPMI are not in `careleaver_gpmi_6m` of all cities: they would count as people without one. Protected tables
    have no ages; forms of care are two groups per city and detailed for the pool.

    Parameters
    ----------
    take_up
        TAKE_UP.
    """
    agreed = of_cities(take_up.filter(support=_AGREED), TAKE_UP, telling(scope))
    blocks = []
    for figure in _FIGURES[variant]:
        of_support = agreed if figure.support == _AGREED else take_up
        for part, breakdown in _parts(scope, scope.breakdowns(indicator(figure.id))[1:]):
            blocks.append(_share(figure, _table(of_support, part, figure.support, variant, breakdown)))
    if variant == "main":
        blocks += cascade(take_up, scope)
    if variant == "main":
        for part, breakdown in _parts(scope, scope.breakdowns(indicator("careleaver_count"))[1:]):
            blocks.append(_leavers(_table(take_up, part, "leefloon", variant, breakdown)))
    return [block.with_columns(pl.col("breakdown").replace({_DETAIL: "zorgvorm"})) for block in blocks]


def _parts(scope: Scope, breakdowns: tuple[str, ...]) -> list[tuple[Scope, str]]:
    """The cities of each breakdown."""
    if not scope.is_protected:
        return [(scope, breakdown) for breakdown in ("total", *breakdowns)]
    parts = [(scope, breakdown) for breakdown in ("total", *breakdowns) if breakdown not in ("age", "zorgvorm")]
    if "zorgvorm" in breakdowns:
        of_pool = [city.slug == POOLED for city in scope.cities]
        parts.append((scope.of_city(not pooled for pooled in of_pool), "zorgvorm"))
        parts.append((scope.of_city(of_pool), _DETAIL))
    return parts


def _table(
    rows: pl.DataFrame, scope: Scope, support: str, variant: str, breakdown: str, *, longest: int = LONGEST
) -> RiskTable:
    return risk_table(
        rows.filter(support=support),
        scope,
        variant=variant,
        breakdown=breakdown,
        step="m",
        steps=range(longest + 1),
        columns=_COUNTS,
        yearly=True,
    )


def _share(figure: _Figure, table: RiskTable) -> pl.DataFrame:
    definition = indicator(figure.id)
    window = table.window(definition.window, last_transitions(table.scope.cities, "main"))
    known = _delivered(table.scope, figure.support)
    return figures(definition, _only(window.grid, known), _reached(figure, window, known))


def _reached(figure: _Figure, window: Window, known: np.ndarray) -> Estimates:
    """Share with the event by the horizon, Aalen-Johansen."""
    cut = {name: array[..., : figure.horizon + 1] for name, array in window.counts.items()}
    share = cumulative_incidence(
        cut["n"], cut["d"], cut["d_event"], horizon=figure.horizon + 1, rounding=window.rounding, cohort=True
    )
    delivered = known[:, :, None]
    return estimated(
        share.value,
        share.low,
        share.high,
        numerator=np.where(delivered, cut["d_event"].sum(axis=-1), NONE),
        denominator=np.where(delivered, cut["n"][..., 0], NONE),
        computable=np.all(cut["n"] > 0, axis=-1) & delivered,
        widened=much_wider(share.rounding, share.variance),
    )


def cascade(take_up: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of the steps beside `careleaver_leefloon_12m`: known to the OCMW, applied, and still on after a year.

    Whoever has a leefloon applied for it, and whoever applied is known. Each step is estimated by itself, so that by
    censoring or rounding a step could exceed the one before. A step is therefore at least the next one, and who is
    still on are at most those who got a leefloon, which is a figure of its own and stays as it is.

    Parameters
    ----------
    take_up
        TAKE_UP.
    """
    grid, granted = _step(_GRANTED, take_up, scope)
    found = {figure.support: _step(figure, take_up, scope)[1] for figure in _STEPS}
    found["applied"] = _bounded(found["applied"], granted, np.fmax)
    found["known"] = _bounded(_bounded(found["known"], granted, np.fmax), found["applied"], np.fmax)
    found["kept"] = _bounded(found["kept"], granted, np.fmin)
    return [figures(indicator(figure.id), grid, found[figure.support]) for figure in _STEPS]


def _step(figure: _Figure, take_up: pl.DataFrame, scope: Scope) -> tuple[Grid, Estimates]:
    table = _table(take_up, scope, figure.support, "main", "total", longest=figure.horizon)
    window = table.window(indicator(figure.id).window, last_transitions(scope.cities, "main"))
    return window.grid, _reached(figure, window, _delivered(scope, figure.support))


def _bounded(step: Estimates, other: Estimates, pick: np.ufunc) -> Estimates:
    """The step, at least or at most another one, where both are known of the same people."""
    same_people = step.denominator == other.denominator  # in the sum of all cities not every city has every step
    moved = {
        name: np.where(same_people, pick(getattr(step, name), getattr(other, name)), getattr(step, name))
        for name in ("value", "low", "high")
    }
    known = ~np.isnan(step.value)
    return replace(step, **{name: np.where(known, array, NONE) for name, array in moved.items()})


def _leavers(table: RiskTable) -> pl.DataFrame:
    """Number of persons who left youth care, per calendar year."""
    settled = np.array([city.observation.settled_month for city in table.scope.cities])
    window = table.window(12, settled)
    delivered, grid = _delivered(table.scope, "leefloon"), window.grid
    people = np.where(delivered[:, :, None], window.counts["n"][..., 0].astype(float), NONE)
    years = Grid(grid.variant, grid.breakdown, grid.scope, [label[:4] for label in grid.periods], grid.shown)
    estimates: Estimates = counted(people)
    return figures(indicator("careleaver_count"), _only(years, delivered), estimates)


def _delivered(scope: Scope, support: str) -> np.ndarray:
    """Whether each city delivered what a type of support rests on, beside youth care and leefloon."""
    needed = _NEEDED.get(support, ())
    return np.array(
        [[city.has_leavers and all(getattr(city, f"has_{what}") for what in needed)] for city in scope.cities]
    )


def _only(grid: Grid, delivered: np.ndarray) -> Grid:
    """Show groups only for cities with data, and the total always, so that missing data are visible."""
    if grid.breakdown == "total":
        return grid
    return Grid(grid.variant, grid.breakdown, grid.scope, grid.periods, grid.shown & delivered)
