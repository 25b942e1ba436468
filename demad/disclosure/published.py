"""Published figures as a type, and the only way to make one: from protected figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.hiding import hidden
from demad.disclosure.policy import COUNT_UNITS, PRINTED, Policy
from demad.errors import PrivacyRefused
from demad.protection import BASE
from demad.quantities import POOLED
from demad.tables.figures import FIGURE_KEY, PROFILE, PUBLISHED_VALUE, YARDSTICK
from demad.tables.kinds import ProtectedFigures

_SEAL: Final = object()
_UNITS = {entry.id: entry.unit for entry in CATALOGUE}
_FROM_STOCKS = ("caseload_stock", "caseload_year_mean", "connected_stock")
_NUMBERS = ("value", "low", "high", "numerator", "denominator")
_NEAR = 1e-6
_YEAR = 12
_GROUPS_COUNTED_IN_TOTAL = {
    "youth_share": [("age", "<25")],
    "student_share": [("student", "yes"), ("student", "no"), ("student", "unknown")],
    "cif_moved_12m": [("causes", "moved")],
}
"""Figures of everybody whose counts are, or leave, those of a group or cause: they say what it is."""
BARRED = {"city": pl.String, "breakdown": pl.String, "group": pl.String, "year": pl.String}


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Figures that may leave the trusted zone: PUBLISHED_VALUE, as printed in ``frame`` and unrounded in ``precise``.

    Both are computed from protected tables alone, and hide the same figures, with status ``suppressed`` and no
    number. Tests and comparisons use ``precise``; what a reader sees is ``frame``. ``yardsticks`` is YARDSTICK: what
    the other cities give together, beside figures that are shown. ``profiles`` is PROFILE, which chooses cities that
    are alike and is never printed.
    """

    frame: pl.DataFrame
    precise: pl.DataFrame
    yardsticks: pl.DataFrame
    profiles: pl.DataFrame
    seal: object = field(repr=False)

    def __post_init__(self) -> None:
        """Raise D-601 for figures that did not come through `publish`, or that are printed too finely."""
        if self.seal is not _SEAL:
            raise _not_protected()
        PUBLISHED_VALUE.check(self.precise)
        YARDSTICK.check(self.yardsticks)
        PROFILE.check(self.profiles)
        _refuse_fine_print(PUBLISHED_VALUE.check(self.frame))

    def only(self, chosen: pl.Expr) -> PublishedFigures:
        """The figures that satisfy a condition on their key or status."""
        kept = self.precise.filter(chosen)
        ends = kept.filter(indicator="caseload_stock", breakdown="total").select("city", "period").unique()
        profiles = self.profiles.join(ends, on=["city", "period"], how="semi")
        return PublishedFigures(self.frame.filter(chosen), kept, _beside(self.yardsticks, kept), profiles, _SEAL)


def publish(figures: ProtectedFigures, policy: Policy, barred: pl.DataFrame | None = None) -> PublishedFigures:
    """Hide what is too small and print the rest.

    Parameters
    ----------
    figures
        Of `indicators.evaluate` on protected tables.
    policy
        Thresholds of the data controller.
    barred
        Groups that the gate hides: ``city``, ``breakdown``, ``group`` and ``year``. Every figure that rests on that
        year of that group is hidden, for the city and for all cities together.
    """
    if not isinstance(figures, ProtectedFigures):
        raise _not_protected()
    gone = hidden(figures.frame, policy) | _barred(figures.frame, barred)
    return _print(_blank(figures.frame, gone), figures.yardsticks, figures.profiles)


def published_from(
    precise: pl.DataFrame,
    base: int = BASE,
    yardsticks: pl.DataFrame | None = None,
    profiles: pl.DataFrame | None = None,
) -> PublishedFigures:
    """Print figures that `publish` made and that were stored since; D-601 where a count is not rounded.

    Without ``yardsticks`` no figure has one, so that none gets a verdict; without ``profiles`` no city is like another.
    """
    _refuse_exact_counts(precise, base)
    beside = YARDSTICK.empty() if yardsticks is None else yardsticks
    return _print(precise, beside, PROFILE.empty() if profiles is None else profiles)


def _print(precise: pl.DataFrame, yardsticks: pl.DataFrame, profiles: pl.DataFrame) -> PublishedFigures:
    # How many rows a city delivered is for the city alone; what could not be computed may rest on a few people.
    kept = ~pl.col("indicator").str.starts_with("dq_") & pl.col("value").is_not_null()
    shown = precise.with_columns(pl.when(kept).then(pl.col(name)).alias(name) for name in ("numerator", "denominator"))
    ordered = PUBLISHED_VALUE.check(shown.sort(FIGURE_KEY))
    return PublishedFigures(_printed(ordered), ordered, _beside(yardsticks, ordered), profiles, _SEAL)


def _beside(yardsticks: pl.DataFrame, precise: pl.DataFrame) -> pl.DataFrame:
    """The yardsticks of totals that are shown."""
    shown = precise.filter(pl.col("value").is_not_null(), breakdown="total")
    return yardsticks.join(shown.select(YARDSTICK.key), on=list(YARDSTICK.key), how="semi").sort(YARDSTICK.key)


def _blank(figures: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    shown = pl.lit(~gone)
    return figures.with_columns(
        *(pl.when(shown).then(pl.col(name)).alias(name) for name in _NUMBERS),
        status=pl.when(shown).then("status").otherwise(pl.lit("suppressed")),
    )


def _printed(figures: pl.DataFrame) -> pl.DataFrame:
    digits = _digits()
    rounded = [
        pl.coalesce(*(pl.when(digits == places).then(pl.col(name).round(places)) for places in set(PRINTED.values())))
        for name in _NUMBERS[:3]
    ]
    return figures.with_columns(rounded)


def _digits() -> pl.Expr:
    places = {id: PRINTED[unit] for id, unit in _UNITS.items()}
    return pl.col("indicator").replace_strict(places, return_dtype=pl.Int64)


def _barred(figures: pl.DataFrame, barred: pl.DataFrame | None) -> pl.Series:
    """Whether a figure's window holds a year of a group that the gate hides, or it counts that group in the total."""
    if barred is None or barred.is_empty():
        return pl.Series("barred", [False]).new_from_index(0, figures.height)
    windows = {entry.id: max(entry.window, _YEAR) for entry in CATALOGUE}
    windows["caseload_change_yoy"] = 2 * _YEAR  # it shows the December before as well
    last = pl.col("period").str.slice(0, 4).cast(pl.Int32)
    first = last - pl.col("indicator").replace_strict(windows, return_dtype=pl.Int32) // _YEAR + 1
    placed = figures.with_row_index("place").join(_years_of(barred), on=["city", "breakdown", "group"], how="left")
    about = (pl.col("of") == "") | (pl.col("of") == pl.col("indicator"))
    hit = placed.select("place", inside=about & pl.col("barred_years").is_between(first, last))
    return hit.group_by("place").agg(pl.col("inside").fill_null(False).any()).sort("place")["inside"]


def _years_of(barred: pl.DataFrame) -> pl.DataFrame:
    """``barred_years`` of every city, breakdown and group; ``of``: the one figure that they hide, empty for all.

    What is hidden of a city is hidden of all cities together.
    """
    in_total = [
        barred.filter(breakdown=breakdown, group=group).with_columns(
            breakdown=pl.lit("total"), group=pl.lit("total"), of=pl.lit(id)
        )
        for id, groups in _GROUPS_COUNTED_IN_TOTAL.items()
        for breakdown, group in groups
    ]
    cells = pl.concat([barred.with_columns(of=pl.lit("")), *in_total])
    everywhere = pl.concat([cells, cells.with_columns(city=pl.lit(POOLED))]).unique()
    year = pl.col("year").str.slice(0, 4).cast(pl.Int32)  # a quarter hides the group for its year
    return everywhere.select("city", "breakdown", "group", "of", barred_years=year).unique()


def _refuse_exact_counts(precise: pl.DataFrame, base: int) -> None:
    """Counts are rounded, but for the monthly stock of all persons and what is made of it."""
    from_stock = (pl.col("breakdown") == "total") & pl.col("indicator").is_in(_FROM_STOCKS)
    counts = pl.col("indicator").replace_strict(_UNITS, return_dtype=pl.String).is_in(COUNT_UNITS) & ~from_stock
    counts = counts & (pl.col("indicator") != "caseload_year_mean")
    if precise.filter(counts, pl.col("value") % base != 0).height:
        raise _not_protected()


def _refuse_fine_print(frame: pl.DataFrame) -> None:
    scale = pl.lit(10.0).pow(_digits())
    fine = [((pl.col(name) * scale) - (pl.col(name) * scale).round()).abs() > _NEAR * scale for name in _NUMBERS[:3]]
    left_over = (pl.col("status") == "suppressed") & pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS)
    if frame.select(pl.any_horizontal(*fine, left_over).fill_null(False).any()).item():
        raise _not_protected()


def _not_protected() -> PrivacyRefused:
    return PrivacyRefused("D-601", "Deze cijfers kwamen niet door de bescherming.", "Meld dit; er is niets getoond.")
