"""What a city's workbook holds, as plain tables. Writing them is :mod:`demad.reporting.workbook`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting import verdicts
from demad.reporting.edition import Delivered, Edition
from demad.reporting.excel_csv import last_day, status_words, unit_words
from demad.reporting.themes.ahead import scenario_words
from demad.reporting.themes.glance import CORE
from demad.reporting.words import breakdown_words, catalogue_words, group_words, period_words, words

Cell = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``figures``: the columns written in the number format of the row's unit."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    units: Sequence[str] = ()
    figures: tuple[str, ...] = ()


def city_sheets(edition: Edition, slug: str) -> tuple[Sheet, ...]:
    """What there is to say of a city, a table a sheet; a sheet that would be empty is left out."""
    sheets = {
        "core": _core(edition, slug),
        "figures": _figures(edition, slug),
        "expected": _expected(edition, slug),
        "ahead": _ahead(edition, slug),
        "beside": _beside(edition),
        "definitions": _definitions(),
        "changes": _changes(edition, slug),
        "provenance": _provenance(edition, slug),
    }
    filled = {key: sheet for key, sheet in sheets.items() if sheet.rows}
    return (_read_me(edition, slug, filled), *filled.values())


def _read_me(edition: Edition, slug: str, others: Iterable[str]) -> Sheet:
    card = edition.card(slug)
    as_of = card.as_of or words("city.missing")
    rows = (
        (words("workbook.city"), card.name),
        (words("workbook.edition"), edition.label),
        (words("workbook.as_of"), as_of),
        (words("workbook.state"), words(f"city.{card.state}")),
        *(
            (words("workbook.sheet_of", sheet=words(f"workbook.sheet_{key}")), words(f"workbook.sheet_{key}_says"))
            for key in others
        ),
        *((words(f"workbook.{key}"), words(f"workbook.{key}_says", threshold=edition.threshold)) for key in _RULES),
        *((words("workbook.status_of", status=name), says) for name, says in status_words(edition)),
        (words("workbook.licence"), edition.look.licence),
        (words("workbook.contact"), edition.contact),
    )
    return Sheet(words("workbook.sheet_readme"), (words("workbook.subject"), words("workbook.says")), rows)


_RULES = ("values", "interval", "hidden", "fair")


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
                _status(found["status"]),
                unit_words(entry.unit),
            )
        )
        units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_core"),
        _columns(
            "indicator", "code", "period", "until", "value", "low", "high", "year_before", "median", "verdict",
            "position", "status", "unit",
        ),
        rows,
        units,
        _columns("value", "low", "high", "year_before", "median"),
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
    states = {status: _status(status) for status in found["status"].unique()}
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
        _columns(
            "indicator", "code", "period", "until", "breakdown", "group", "value", "low", "high", "numerator",
            "denominator", "status", "version",
        ),
        rows,
        units,
        _columns("value", "low", "high"),
    )  # fmt: skip


def _expected(edition: Edition, slug: str) -> Sheet:
    """What the newest months are expected to become: estimates, by themselves and never among counted figures."""
    table = edition.tables.get("nowcast")
    found = [] if table is None else table.filter(city=slug).sort("indicator", "period").to_dicts()
    rows = [
        (
            catalogue_words(row["indicator"], "label"), row["indicator"], row["period"], last_day(row["period"]),
            *(row[_OF.get(name, name)] for name in _EXPECTED), _status(row["status"]),
            words(f"expected.none_{row['reason']}") if row["value"] is None else "",
        )
        for row in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_expected"),
        _columns("indicator", "code", "period", "until", *_EXPECTED, "status", "why"),
        rows,
        [indicator(row["indicator"]).unit for row in found],
        _columns(*_EXPECTED),
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
            *(row[_OF.get(name, name)] for name in _AHEAD), row["workers"], _status(row["status"]),
            words(f"ahead.none_{row['reason']}") if row["value"] is None else "",
        )
        for row in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_ahead"),
        _columns("scenario", "begin", "period", "until", *_AHEAD, "workers", "status", "why"),
        rows,
        ["persons"] * len(rows),
        _columns(*_AHEAD),
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
                    _status(row["status"]),
                )
            )
            units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_beside"),
        _columns(
            "indicator", "code", "period", "until", "city", "value", "low", "high", "median", "verdict", "position",
            "status",
        ),
        rows,
        units,
        _columns("value", "low", "high", "median"),
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


_SAID = ("population", "formula", "numerator", "denominator", "interval", "worked_example")


def _definitions() -> Sheet:
    rows = [
        (
            catalogue_words(entry.id, "label"), entry.id, unit_words(entry.unit),
            *(catalogue_words(entry.id, name) for name in _SAID), entry.version,
        )
        for entry in CATALOGUE
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_definitions"),
        _columns(
            "indicator", "code", "unit", "population", "formula", "numerator_of", "denominator_of", "interval",
            "example", "version",
        ),
        rows,
    )  # fmt: skip


def _changes(edition: Edition, slug: str) -> Sheet:
    """Figures of this city that a revision changed, with the old and the new value and the reason."""
    found = [one for one in edition.revisions if one.city == slug]
    rows = [
        (
            catalogue_words(one.indicator, "label"), one.indicator, one.period, breakdown_words(one.breakdown),
            group_words(one.breakdown, one.group), one.before, one.after, one.reason,
        )
        for one in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_changes"),
        _columns("indicator", "code", "period", "breakdown", "group", "old", "new", "reason"),
        rows,
        [indicator(one.indicator).unit for one in found],
        _columns("old", "new"),
    )


def _provenance(edition: Edition, slug: str) -> Sheet:
    """Publisher, software, the hash of the tables of every city, and the rules of what is shown."""
    cards = sorted(edition.cities, key=lambda card: card.name)
    delivered = edition.card(slug).delivered
    rows = (
        (words("workbook.publisher"), edition.look.publisher),
        (words("workbook.software"), f"{edition.version} ({edition.software})"),
        (words("workbook.threshold"), str(edition.threshold)),
        *(
            (words("workbook.inputs_of", city=card.name), edition.inputs.get(card.slug, "") or words("city.missing"))
            for card in cards
            if card.slug == slug or edition.inputs.get(card.slug)
        ),
        *((words("workbook.delivery_of", source=words(f"source.{one.dataset}")), _origin(one)) for one in delivered),
        (words("workbook.rows"), words("said.rows_inside")),
    )
    return Sheet(words("workbook.sheet_provenance"), (words("workbook.subject"), words("workbook.says")), rows)


def _origin(one: Delivered) -> str:
    since, as_of, made_on = (f"{found:%d/%m/%Y}" for found in (one.since, one.as_of, one.made_on))
    return words("workbook.delivery_says", delivery=one.delivery, since=since, until=as_of, made_on=made_on)


def _columns(*keys: str) -> tuple[str, ...]:
    return tuple(words(f"workbook.column_{key}") for key in keys)


def _status(status: str) -> str:
    return words(f"workbook.status_{status}")
