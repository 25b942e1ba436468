"""The figures of the main series that have a value, in words, for who reads a spreadsheet. What is hidden is absent."""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

from demad.catalogue import CATALOGUE
from demad.exports.about import Areas
from demad.tables.terms import GROUPS, PUBLISHED_GROUPS, Status

KINDS = ("jaar", "kwartaal", "maand")
EVERYBODY = "alle mensen"
ALL_CITIES = "alle steden samen"
LEAST_YEARS = 3
_POOL = "all"
_PER_CENT = ("share", "fraction")
UNITS = MappingProxyType(
    {
        "persons": "personen",
        "spells": "periodes",
        "share": "%",
        "fraction": "%",
        "months": "maanden",
        "per 1000": "per 1.000",
        "% a month": "% per maand",
        "ratio": "verhouding",
        "days": "dagen",
    }
)
"""What a unit of the catalogue is called beside a figure."""
_STATUSES = MappingProxyType(
    {
        Status.OK: "in orde",
        Status.LOW_N: "onzeker",
        Status.PROVISIONAL: "voorlopig",
        Status.NOT_COMPARABLE: "niet vergelijkbaar",
    }
)


def shown_figures(figures: pl.DataFrame, areas: Areas) -> pl.DataFrame:
    """One row a figure, in the order of the catalogue, then group, city and period; all cities together come last.

    Columns: Indicator (with its unit), Stad, Tijdvak (one of `KINDS`), Periode (2025, 2025Q4 or 2025-12), Groep, then
    Cijfer, Laag, Hoog (per cents as 0-100), Teller, Noemer, Status, Code. The first five name one figure.

    Parameters
    ----------
    figures
        INDICATOR_VALUE or PUBLISHED_VALUE.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    titles = {entry.id: f"{entry.label} ({UNITS[entry.unit]})" for entry in CATALOGUE}
    cities = {_POOL: ALL_CITIES, **areas.names}
    times = pl.when(_said("indicator", units).is_in(_PER_CENT)).then(100.0).otherwise(1.0)
    group = pl.format("{}:{}", "breakdown", "group")
    period = pl.col("period")
    rows = figures.filter(pl.col("value").is_not_null(), variant="main")
    return rows.sort(
        _place("indicator", list(titles)), _groups(rows), pl.col("city") == _POOL, "city", "period"
    ).select(
        Indicator=_said("indicator", titles),
        Stad=_said("city", cities),
        Tijdvak=pl.when(period.str.contains("Q")).then(pl.lit(KINDS[1]))
        .when(period.str.contains("-")).then(pl.lit(KINDS[2])).otherwise(pl.lit(KINDS[0])),
        Periode=period,
        Groep=pl.when(breakdown="total").then(pl.lit(EVERYBODY)).otherwise(group.replace(dict(areas.groups))),
        # Ten decimals: a tenth of a per cent does not become .30000000000000004.
        Cijfer=(pl.col("value") * times).round(10),
        Laag=(pl.col("low") * times).round(10),
        Hoog=(pl.col("high") * times).round(10),
        Teller="numerator",
        Noemer="denominator",
        Status=pl.col("status").replace(_STATUSES),
        Code="indicator",
    )  # fmt: skip


def fitting(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """The rows of the latest years, whole years only, that are ``most`` or fewer; none if one year is more.

    Where not even `LEAST_YEARS` years fit, groups are left out before years are.
    """
    kept = _latest(table, most)
    years = pl.col("Periode").str.slice(0, 4).n_unique()
    few = kept.select(years).item() < min(LEAST_YEARS, table.select(years).item())
    return _latest(table.filter(Groep=EVERYBODY), most) if few else kept


def _latest(table: pl.DataFrame, most: int) -> pl.DataFrame:
    year = pl.col("Periode").str.slice(0, 4)
    heights = table.group_by(year).len().sort("Periode", descending=True)
    kept = heights.filter(pl.col("len").cum_sum() <= most)["Periode"]
    return table.filter(year.is_in(kept.implode()))


def _said(column: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace(words)


def _place(column: str, order: list[str]) -> pl.Expr:
    places = {one: number for number, one in enumerate(order)}
    return pl.col(column).replace_strict(places, default=len(order), return_dtype=pl.Int64)


def _groups(rows: pl.DataFrame) -> pl.Expr:
    """The total, then each breakdown in its own order; a group that is not published comes after those that are."""
    known = {name: dict.fromkeys((*PUBLISHED_GROUPS[name], *GROUPS.get(name, ()))) for name in PUBLISHED_GROUPS}
    order = [f"{name}:{group}" for name, groups in known.items() for group in groups]
    there = rows.select(pl.format("{}:{}", "breakdown", "group").unique().sort()).to_series()
    places = {one: number for number, one in enumerate(dict.fromkeys((*order, *there)))}
    return pl.format("{}:{}", "breakdown", "group").replace_strict(places, return_dtype=pl.Int64)
