"""The published figures of a city as a workbook: one table a sheet from A1, so that Excel and Power Query can read it.

Shares are stored as 0-1 with a % format. What is not shown is an empty cell with its reason in the status column,
never a text in a column of numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.edition import Edition
from demad.reporting.themes.glance import CORE
from demad.reporting.words import breakdown_words, group_words, has_words, period_words, words

_MADE = datetime(2000, 1, 1)
_FORMATS = {
    "share": "0%",
    "fraction": "0%",
    "months": "0.0",
    "ratio": "0.00",
    "per 1000": "0.0",
    "% a month": "0.0",
}
_WHOLE = "#,##0"
_WIDEST = 70

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``figures``: the columns written in the number format of the row's unit."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    units: Sequence[str] = ()
    figures: tuple[str, ...] = ()


def city_workbook(edition: Edition, slug: str) -> bytes:
    """The workbook of one city; the same edition gives the same bytes."""
    name = edition.card(slug).name
    return _written(city_sheets(edition, slug), title=f"DEMaD: {name}", author=edition.contact)


def city_sheets(edition: Edition, slug: str) -> tuple[Sheet, ...]:
    """The five sheets as plain values."""
    return (
        _read_me(edition, slug),
        _core(edition, slug),
        _figures(edition, slug),
        _beside(edition),
        _definitions(),
    )


def _read_me(edition: Edition, slug: str) -> Sheet:
    card = edition.card(slug)
    as_of = card.as_of.strftime("%d/%m/%Y") if card.as_of else words("city.missing")
    rows = (
        (words("workbook.city"), card.name),
        (words("workbook.edition"), edition.label),
        (words("workbook.as_of"), as_of),
        (words("workbook.state"), words(f"city.{card.state}")),
        *((words(f"workbook.sheet_{key}"), words(f"workbook.sheet_{key}_says")) for key in _SHEETS[1:]),
        *((words(f"workbook.{key}"), words(f"workbook.{key}_says", threshold=edition.threshold)) for key in _RULES),
        (words("workbook.licence"), words("workbook.licence_says")),
        (words("workbook.contact"), edition.contact),
        (words("workbook.software"), f"{edition.version} ({edition.software})"),
        (words("workbook.inputs"), edition.inputs.get(slug, "")),
    )
    return Sheet(words("workbook.sheet_readme"), (words("workbook.subject"), words("workbook.says")), rows)


_SHEETS = ("readme", "core", "figures", "beside", "definitions")
_RULES = ("values", "interval", "hidden", "fair")


def _core(edition: Edition, slug: str) -> Sheet:
    rows, units = [], []
    for id in CORE:
        entry, row = indicator(id), edition.latest(id, slug)
        found = row or {"status": "not_computable", "verdict": "hidden", "position": "hidden", "period": ""}
        rows.append(
            (
                entry.label,
                id,
                period_words(found["period"]) if found["period"] else None,
                *(found.get(name) for name in ("value", "low", "high")),
                found.get("year_before"),
                found.get("median"),
                words(f"verdict.{found['verdict']}"),
                _position(found),
                _status(found["status"]),
                _unit(entry.unit),
            )
        )
        units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_core"),
        _columns(
            "indicator", "code", "period", "value", "low", "high", "year_before", "median", "verdict", "position",
            "status", "unit",
        ),
        rows,
        units,
        _columns("value", "low", "high", "year_before", "median"),
    )  # fmt: skip


def _position(found: dict) -> str:
    tested = found.get("low") is not None or found["position"] in ("hidden", "uncertain")
    return words(f"{'position' if tested else 'position_count'}.{found['position']}")


def _figures(edition: Edition, slug: str) -> Sheet:
    """Every published figure of the main series of this city, the newest period first within an indicator."""
    order = {entry.id: place for place, entry in enumerate(CATALOGUE)}
    found = (
        edition.published.filter(pl.col("indicator").is_in(list(order)), variant="main", city=slug)
        .with_columns(place=pl.col("indicator").replace_strict(order, return_dtype=pl.Int32))
        .sort("place", "breakdown", "group", "period", descending=[False, False, False, True])
    )
    labels = {entry.id: entry.label for entry in CATALOGUE}
    units = [indicator(id).unit for id in found["indicator"]]
    pairs = found.select("breakdown", "group").unique().rows()
    groups = {pair: group_words(*pair) for pair in pairs}
    breakdowns = {breakdown: breakdown_words(breakdown) for breakdown in {pair[0] for pair in pairs}}
    states = {status: _status(status) for status in found["status"].unique()}
    rows = [
        (labels[id], id, period, breakdowns[breakdown], groups[breakdown, group], *numbers, states[status], version)
        for id, period, breakdown, group, *numbers, status, version in found.select(
            "indicator", "period", "breakdown", "group", "value", "low", "high", "numerator", "denominator", "status",
            "definition",
        ).iter_rows()
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_figures"),
        _columns(
            "indicator", "code", "period", "breakdown", "group", "value", "low", "high", "numerator", "denominator",
            "status", "version",
        ),
        rows,
        units,
        _columns("value", "low", "high"),
    )  # fmt: skip


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
                    entry.label,
                    entry.id,
                    row["period"],
                    card.name,
                    *(row[name] for name in ("value", "low", "high", "median")),
                    _position(row),
                    _status(row["status"]),
                )
            )
            units.append(entry.unit)
    return Sheet(
        words("workbook.sheet_beside"),
        _columns("indicator", "code", "period", "city", "value", "low", "high", "median", "position", "status"),
        rows,
        units,
        _columns("value", "low", "high", "median"),
    )


def _newest(edition: Edition) -> dict[tuple[str, str], dict]:
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


def _definitions() -> Sheet:
    rows = [
        (
            entry.label, entry.id, _unit(entry.unit), entry.population, entry.formula, entry.numerator,
            entry.denominator, entry.interval, entry.worked_example, entry.version,
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


def _columns(*keys: str) -> tuple[str, ...]:
    return tuple(words(f"workbook.column_{key}") for key in keys)


def _status(status: str) -> str:
    return words(f"workbook.status_{status}")


def _unit(unit: str) -> str:
    key = f"workbook.unit_{unit.replace(' ', '_').replace('%', 'percent')}"
    return words(key) if has_words(key) else unit


def _written(sheets: Iterable[Sheet], *, title: str, author: str) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "author": author, "created": _MADE})
        formats = {code: book.add_format({"num_format": code}) for code in {*_FORMATS.values(), _WHOLE}}
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, sheet in enumerate(sheets):
            _write(book, sheet, number, formats, wrapped)
    return buffer.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet, number: int, formats: dict[str, Format], wrapped: Format) -> None:
    """The rows first, cell by cell in the format of their unit; then the table around them."""
    page = book.add_worksheet(sheet.name)
    special = {sheet.columns.index(name) for name in sheet.figures}
    whole = formats[_WHOLE]
    for down, row in enumerate(sheet.rows, start=1):
        own = formats[_FORMATS.get(sheet.units[down - 1], _WHOLE)] if sheet.units else whole
        for across, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                page.write_string(down, across, value, wrapped if not sheet.units else None)
            else:
                page.write_number(down, across, value, own if across in special else whole)
    last = max(len(sheet.rows), 1)
    columns = [{"header": name} for name in sheet.columns]
    style = {"columns": columns, "name": f"demad_{number + 1}", "style": "Table Style Light 1", "banded_rows": False}
    page.add_table(0, 0, last, len(sheet.columns) - 1, style)
    page.freeze_panes(1, 1)
    for across, name in enumerate(sheet.columns):
        longest = max((len(str(row[across])) for row in sheet.rows[:200] if row[across] is not None), default=0)
        page.set_column(across, across, min(_WIDEST, max(len(name) + 3, longest + 1)))
