"""A workbook from plain tables: one a sheet from A1, so that Excel and Power Query can read it.

Shares are stored as 0-1 with a % format. What is not shown is an empty cell with its reason in the status column,
never a text in a column of numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import cast

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from demad.reporting.edition import Edition
from demad.reporting.sheet import Cell, Sheet
from demad.reporting.sheets import city_sheets
from demad.reporting.worksheet import QuickSheet, Styles

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
_DAY = "dd/mm/yyyy"
_WIDEST = 70
_SAMPLE = 200  # rows of which numbers and days decide how wide a column is


def city_workbook(edition: Edition, slug: str) -> bytes:
    """The workbook of one city; the same edition gives the same bytes."""
    name = edition.card(slug).name
    return _written(city_sheets(edition, slug), title=f"DEMaD: {name}", author=edition.contact)


def _written(sheets: Iterable[Sheet], *, title: str, author: str) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "author": author, "created": _MADE})
        formats = {code: book.add_format({"num_format": code}) for code in {*_FORMATS.values(), _WHOLE, _DAY}}
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, sheet in enumerate(sheets):
            _write(book, sheet, number, formats, wrapped)
    return buffer.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet, number: int, formats: dict[str, Format], wrapped: Format) -> None:
    """The rows first, in the format of their unit; then the table around them."""
    if sheet.units:
        page = cast(QuickSheet, book.add_worksheet(sheet.name, QuickSheet))
        special = frozenset(sheet.columns.index(name) for name in sheet.figures)
        own = [formats[_FORMATS.get(unit, _WHOLE)] for unit in sheet.units]
        page.hold(sheet.rows, Styles(own, special, formats[_WHOLE], formats[_DAY]))
    else:
        page = book.add_worksheet(sheet.name)
        _write_cells(page, sheet.rows, formats, wrapped)
    last = max(len(sheet.rows), 1)
    columns = [{"header": name} for name in sheet.columns]
    style = {"columns": columns, "name": f"demad_{number + 1}", "style": "Table Style Light 1", "banded_rows": False}
    page.add_table(0, 0, last, len(sheet.columns) - 1, style)
    page.freeze_panes(1, 1)
    for across, (name, longest) in enumerate(zip(sheet.columns, _longest(sheet), strict=True)):
        page.set_column(across, across, min(_WIDEST, max(len(name) + 3, longest + 1)))


def _longest(sheet: Sheet) -> list[int]:
    """The length of the longest cell of each column: of all texts, else their end is not seen, and of some numbers."""
    columns = zip(*sheet.rows, strict=True) if sheet.rows else [()] * len(sheet.columns)
    return [max((len(str(cell)) for cell in _telling(column)), default=0) for column in columns]


def _telling(column: Sequence[Cell]) -> Iterator[Cell]:
    yield from (cell for cell in column[:_SAMPLE] if cell is not None)
    yield from (cell for cell in set(column[_SAMPLE:]) if isinstance(cell, str))


def _write_cells(
    page: Worksheet, rows: Iterable[tuple[Cell, ...]], formats: dict[str, Format], wrapped: Format
) -> None:
    """The cells of a small sheet of texts, one by one."""
    for down, row in enumerate(rows, start=1):
        for across, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(down, across, value, wrapped)
            elif isinstance(value, date):
                page.write_datetime(down, across, datetime.combine(value, time.min), formats[_DAY])
            elif value is not None:
                page.write_number(down, across, value, formats[_WHOLE])
