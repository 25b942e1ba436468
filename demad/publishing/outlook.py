"""What is expected of months that are not settled or have not come, from the stored tables. Not here: the sums."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.disclosure import PublishedFigures
from demad.exports.expected import PROJECTIONS, read_projection
from demad.publishing.figures import policy, protected_by_city
from demad.publishing.freshness import EXPECTED, is_current
from demad.reference.cities import taking_part
from demad.reference.scenarios import Kind, scenarios
from demad.releases.withdrawals import in_force
from demad.store import Store

Tables = dict[str, pl.DataFrame]


def outlook(root: Path, shown: PublishedFigures) -> Tables:
    """What is expected: ``nowcast``, ``projection``, and ``forecast_record``, what came of projections of releases."""
    from demad.outlook import forecast_record

    made = Store(root).tables(EXPECTED) if is_current(root, EXPECTED) else expected(root)
    return {**made, "forecast_record": forecast_record(_projections(root), _settled_stocks(shown))}


def expected(root: Path) -> Tables:
    """``nowcast`` and ``projection`` of every city; from protected tables alone."""
    from demad.outlook import nowcast, projection

    rules, cities, known = policy(root), protected_by_city(root), taking_part(root)
    workers = {city: files for city in cities if (files := known[city].files_per_worker)}
    asked = tuple(one for one in scenarios() if one.kind != Kind.WAVE)
    return {
        "nowcast": nowcast(cities, threshold=rules.threshold),
        "projection": projection(cities, asked, least=rules.least_denominator, workers=workers),
    }


def _projections(root: Path) -> Tables:
    """What the releases in force printed of the year ahead, by release."""
    found = {name: read_projection(root / "publication" / name / PROJECTIONS) for name in in_force(root)}
    return {name: rows for name, rows in found.items() if rows is not None}


def _settled_stocks(shown: PublishedFigures) -> pl.DataFrame:
    """The published stocks that are not provisional: ``city``, ``period`` and ``value``."""
    totals = shown.frame.filter(
        pl.col("status") != "provisional", variant="main", breakdown="total", indicator="caseload_stock"
    )
    return totals.select("city", "period", "value")
