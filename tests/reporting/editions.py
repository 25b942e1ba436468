"""Editions made by hand for the tests of reports: every indicator, every breakdown, figures that follow a rule."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import polars as pl

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE, Indicator
from demad.disclosure import Policy, PublishedFigures
from demad.reference.cities import breaks_of, load_cities
from demad.reporting.edition import CityCard, Delivered, Edition
from demad.tables.figures import PUBLISHED_VALUE
from demad.tables.terms import PUBLISHED_GROUPS
from tests.figures import as_published

NAMES = {slug: city.name for slug, city in load_cities(None).items()}
MONTHLY = (
    "connected_stock",
    "caseload_stock",
    "caseload_change_yoy",
    "caseload_rate",
    "youth_share",
    "student_share",
    "long_term_share",
    "gpmi_share",
)
YEARLY = (
    "long_stay_exit_12m",
    "gpmi_year_share",
    "gpmi_start_3m",
    "instability_share",
    "months_on_5y",
    *(
        f"{id}_{months}m"
        for id in ("status_after_start", "return_anywhere", "return_elsewhere")
        for months in (6, 12, 24)
    ),
    *(f"status_after_exit_{months}m" for months in (1, 3, 6, 12)),
)
YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
_BASE = {
    "share": 0.35,
    "fraction": 0.02,
    "months": 11.0,
    "per 1000": 12.0,
    "% a month": 3.5,
    "ratio": 1.0,
    "days": 20.0,
}
UNTIL = date(2026, 3, 31)
DELIVERED = tuple(
    Delivered(name, "2026-03-31-0a1b2c3d4e5f", date(2020, 1, 1), UNTIL, date(2026, 4, 6))
    for name in ("aanvragen", "bevolking", "controle", "jeugdhulp", "leefloon", "steun")
)
_LARGE = {"gent": 3.0, "antwerpen": 6.0, "turnhout": 0.4}


def edition(
    *,
    names: dict[str, str] | None = None,
    hidden: Iterable[str] = (),
    all_hidden: bool = False,
    shift: float = 0.0,
    **more: object,
) -> Edition:
    """Cities by slug and name; ``hidden``: indicators that no city has; ``shift``: added to every figure."""
    names = names or NAMES
    published = figures(list(names), hidden=set(hidden), all_hidden=all_hidden, shift=shift)
    tables = compare_cities(published, CATALOGUE, breaks_of(None))
    cards = tuple(CityCard(slug, name, "current", UNTIL, 0, delivered=DELIVERED) for slug, name in names.items())
    given = {
        "label": "voorlopig, intern",
        "provisional": True,
        "software": "abcdef",
        "inputs": dict.fromkeys(names, "fedcba"),
        "policy": Policy(),
        "contact": "Kenniscentrum",
        "version": "0.1.0",
    }
    return Edition(figures=published, compared=tables.pop("compared"), cities=cards, tables=tables, **{**given, **more})  # pyright: ignore[reportArgumentType]


def figures(cities: list[str], *, hidden: set[str], all_hidden: bool = False, shift: float = 0.0) -> PublishedFigures:
    """PUBLISHED_VALUE of every indicator, totals of several periods and groups of two."""
    rows = [
        _row(entry, city, period, breakdown, group, hidden=all_hidden or entry.id in hidden, shift=shift)
        for entry in CATALOGUE
        for city in [*cities, "all"]
        for period, breakdown, group in _cells(entry)
    ]
    return as_published(pl.DataFrame(rows, schema=PUBLISHED_VALUE.schema, orient="row"))


def _cells(entry: Indicator) -> list[tuple[str, str, str]]:
    found = [(period, "total", "total") for period in _periods(entry)]
    for breakdown in entry.breakdowns:
        if breakdown == "origin":
            quarters = [f"{year}Q{quarter}" for year in YEARS for quarter in range(1, 5)]
            found += [(period, breakdown, group) for period in quarters for group in PUBLISHED_GROUPS[breakdown]]
            continue
        newest = {"spells": "{}", "persons": "{}"}.get(entry.unit, "{}Q4")
        newest = "{}-12" if entry.id in MONTHLY else "{}" if entry.id in YEARLY else newest
        found += [
            (newest.format(year), breakdown, group) for year in (2020, 2025) for group in PUBLISHED_GROUPS[breakdown]
        ]
    return found


def _periods(entry: Indicator) -> list[str]:
    if entry.id in MONTHLY:
        return [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
    if entry.theme == "data quality":
        return ["2025-12"]
    if entry.unit == "spells":
        return [*map(str, YEARS), *(f"{year}Q{quarter}" for year in YEARS for quarter in range(1, 5))]
    if entry.unit == "persons" or entry.id in YEARLY:
        return [*map(str, YEARS)]
    return [f"{year}Q{quarter}" for year in YEARS for quarter in (2, 4)]


def _row(
    entry: Indicator, city: str, period: str, breakdown: str, group: str, *, hidden: bool, shift: float
) -> tuple[object, ...]:
    """Values that differ from cell to cell and are the same on every machine."""
    turn = int.from_bytes(hashlib.sha256(f"{entry.id}{city}{period}{breakdown}{group}".encode()).digest()[:4], "big")
    wave = (turn % 1000) / 1000
    if hidden:
        return ("main", entry.id, city, period, breakdown, group, *(None,) * 5, "suppressed", entry.version)
    if entry.unit in ("persons", "spells"):
        size = {"total": 900, "reason": 60}.get(breakdown, 150) * _LARGE.get(city, 1.0)
        count = round(size * (0.8 + 0.4 * wave) + shift)
        return ("main", entry.id, city, period, breakdown, group, float(count), None, None, count, None, "ok", "1")
    digits = {"share": 2, "fraction": 2, "months": 1, "ratio": 2, "days": 0}.get(entry.unit, 1)
    base = {"start_status": 0.2, "months_on": 0.2, "exit_status": 0.1}.get(breakdown, _BASE[entry.unit])
    value = round(base * (0.8 + 0.4 * wave) + shift * base / 100, digits)
    half = base * (0.06 if breakdown == "total" else 0.2)
    low, high = round(value - half, digits), round(value + half, digits)
    denominator = 400 if entry.unit == "share" else 500
    numerator = round(value * denominator) if entry.id in YEARLY else None
    return ("main", entry.id, city, period, breakdown, group, value, low, high, numerator, denominator, "ok", "1")
