"""What a city's workbook holds, as plain tables: its figures, and what is expected.

Not here: what is said about the figures (`about_sheets`) and writing them (`workbook`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting import verdicts
from demad.reporting.about_sheets import changes, definitions, provenance, read_me
from demad.reporting.edition import Edition
from demad.reporting.excel_csv import last_day, unit_words
from demad.reporting.sheet import Sheet, column_words, status_word
from demad.reporting.themes.ahead import scenario_words
from demad.reporting.themes.glance import CORE
from demad.reporting.words import breakdown_words, catalogue_words, group_words, period_words, words


def city_sheets(edition: Edition, slug: str) -> tuple[Sheet, ...]:
    """What there is to say of a city, a table a sheet; a sheet that would be empty is left out."""
    sheets = {
        "core": _core(edition, slug),
        "figures": _figures(edition, slug),
        "expected": _expected(edition, slug),
        "ahead": _ahead(edition, slug),
        "beside": _beside(edition),
        "definitions": definitions(),
        "changes": changes(edition, slug),
        "provenance": provenance(edition, slug),
    }
    filled = {key: sheet for key, sheet in sheets.items() if sheet.rows}
    return (read_me(edition, slug, filled), *filled.values())


def _core(edition: Edition, slug: str) -> Sheet:
    rows, units = [], []
    for id in CORE:
        entry, row = indicator(id), edition.latest(id, slug)
        found = row or _NOTHING
        rows.append(
            (
                catalogue_words(id, "label"),
                id,
                period_words(found["period"]) if found["period"] else None,
                last_day(found["period"]) if found["period"] else None,
                *(found.get(name) for name in ("value", "low", "high")),
                found.get("year_before"),
                found.get("median"),
                verdicts.said(found),
                _mark(found),
                status_word(found["status"]),
                unit_words(entry.unit),
            )
        )
        units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_core"),
        column_words(
            "indicator", "code", "period", "until", "value", "low", "high", "year_before", "median", "verdict",
            "position", "status", "unit",
        ),
        rows,
        units,
        column_words("value", "low", "high", "year_before", "median"),
    )  # fmt: skip


_NOTHING = {"status": "not_computable", "verdict": "none", "reason": "", "mark": "", "period": ""}


def _mark(found: Mapping[str, Any]) -> str:
    return words(f"mark.{found['mark'] or 'none'}")


def _figures(edition: Edition, slug: str) -> Sheet:
    """Every published figure of the main series of this city, the newest period first within an indicator."""
    order = {entry.id: place for place, entry in enumerate(CATALOGUE)}
    found = (
        edition.published.filter(pl.col("indicator").is_in(list(order)), variant="main", city=slug)
        .with_columns(place=pl.col("indicator").replace_strict(order, return_dtype=pl.Int32))
        .sort("place", "breakdown", "group", "period", descending=[False, False, False, True])
    )
    labels = {entry.id: catalogue_words(entry.id, "label") for entry in CATALOGUE}
    units = [indicator(id).unit for id in found["indicator"]]
    pairs = found.select("breakdown", "group").unique().rows()
    groups = {pair: group_words(*pair) for pair in pairs}
    breakdowns = {breakdown: breakdown_words(breakdown) for breakdown in {pair[0] for pair in pairs}}
    states = {status: status_word(status) for status in found["status"].unique()}
    days = {period: last_day(period) for period in found["period"].unique()}
    rows = [
        (
            labels[id], id, period, days[period], breakdowns[breakdown], groups[breakdown, group], *numbers,
            states[status], version,
        )
        for id, period, breakdown, group, *numbers, status, version in found.select(
            "indicator", "period", "breakdown", "group", "value", "low", "high", "numerator", "denominator", "status",
            "definition",
        ).iter_rows()
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_figures"),
        column_words(
            "indicator", "code", "period", "until", "breakdown", "group", "value", "low", "high", "numerator",
            "denominator", "status", "version",
        ),
        rows,
        units,
        column_words("value", "low", "high"),
    )  # fmt: skip


def _expected(edition: Edition, slug: str) -> Sheet:
    """What the newest months are expected to become: estimates, by themselves and never among counted figures."""
    table = edition.tables.get("nowcast")
    found = [] if table is None else table.filter(city=slug).sort("indicator", "period").to_dicts()
    rows = [
        (
            catalogue_words(row["indicator"], "label"), row["indicator"], row["period"], last_day(row["period"]),
            *(row[_OF.get(name, name)] for name in _EXPECTED), status_word(row["status"]),
            words(f"expected.none_{row['reason']}") if row["value"] is None else "",
        )
        for row in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_expected"),
        column_words("indicator", "code", "period", "until", *_EXPECTED, "status", "why"),
        rows,
        [indicator(row["indicator"]).unit for row in found],
        column_words(*_EXPECTED),
    )


_OF = {"expected": "value"}
_EXPECTED = ("told", "expected", "low_80", "high_80", "low_95", "high_95")


def _ahead(edition: Edition, slug: str) -> Sheet:
    """The next twelve months in every scenario: computed, by themselves and never among counted figures."""
    table = edition.tables.get("projection")
    found = [] if table is None else table.filter(city=slug).sort("scenario", "period").to_dicts()
    rows = [
        (
            scenario_words(row["scenario"]), row["begin"], row["period"], last_day(row["period"]),
            *(row[_OF.get(name, name)] for name in _AHEAD), row["workers"], status_word(row["status"]),
            words(f"ahead.none_{row['reason']}") if row["value"] is None else "",
        )
        for row in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_ahead"),
        column_words("scenario", "begin", "period", "until", *_AHEAD, "workers", "status", "why"),
        rows,
        ["persons"] * len(rows),
        column_words(*_AHEAD),
    )


_AHEAD = ("expected", "low_80", "high_80", "low_95", "high_95", "of_here", "of_inflow")


def _beside(edition: Edition) -> Sheet:
    """Every city beside the others: each indicator in the newest settled period a manager reads."""
    rows, units = [], []
    cards = sorted(edition.cities, key=lambda card: card.name)
    newest = _newest(edition)
    for entry in CATALOGUE:
        for card in cards:
            row = newest.get((entry.id, card.slug))
            if row is None:
                continue
            rows.append(
                (
                    catalogue_words(entry.id, "label"),
                    entry.id,
                    row["period"],
                    last_day(row["period"]),
                    card.name,
                    *(row[name] for name in ("value", "low", "high", "median")),
                    verdicts.said(row),
                    _mark(row),
                    status_word(row["status"]),
                )
            )
            units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_beside"),
        column_words(
            "indicator", "code", "period", "until", "city", "value", "low", "high", "median", "verdict", "position",
            "status",
        ),
        rows,
        units,
        column_words("value", "low", "high", "median"),
    )  # fmt: skip


def _newest(edition: Edition) -> dict[tuple[str, str], dict[str, Any]]:
    """As :meth:`Edition.latest`, for all indicators and cities at once: year totals for flows."""
    spells = [entry.id for entry in CATALOGUE if entry.unit == "spells"]
    settled = edition.compared.filter(
        ~pl.col("indicator").is_in(spells) | (pl.col("period").str.len_chars() == 4),
        pl.col("status") != "provisional",
        variant="main",
        breakdown="total",
    )
    last = settled.sort("period").unique(["indicator", "city"], keep="last", maintain_order=True)
    return {(row["indicator"], row["city"]): row for row in last.iter_rows(named=True)}
