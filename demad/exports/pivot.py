"""A workbook that opens on a pivot of the figures: cities under each indicator, periods beside each other.

Each cell of the pivot is one figure: the filters let one kind of period and one group through, and there are no totals,
as shares and medians do not add up. A cell without a figure is empty, never 0.
"""

from __future__ import annotations

import io
from datetime import datetime

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from demad.errors import InputMissing, UsageRefused
from demad.exports.about import About, Areas
from demad.exports.figures import PLAIN
from demad.exports.pivot_parts import add_pivot
from demad.exports.pivot_view import FILTERS, LABELS, TABLE, TOP, View, opening
from demad.exports.shown import fitting, shown_figures

MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel under its head."""
_A4 = 9
_MADE = datetime(2000, 1, 1)
_NOTE = "Kies hieronder een tijdvak en een groep. Leeg: er is geen cijfer, of we tonen het niet. Tel cijfers niet op."


def pivot_workbook(figures: pl.DataFrame, areas: Areas, about: About, *, most: int = MOST_ROWS) -> bytes:
    """A workbook of three sheets: the pivot, its figures, how to read them. The same figures give the same bytes.

    Parameters
    ----------
    figures
        INDICATOR_VALUE or PUBLISHED_VALUE. Those of the main series with a value are written; per cents as 0-100.
    most
        Rows that a sheet may have. What is left out above it is told in the workbook: see `shown.fitting`.

    Raises
    ------
    InputMissing
        D-530: no figure has a value.
    UsageRefused
        D-531: one year of figures without groups is more than a sheet holds.
    """
    every = shown_figures(figures, areas)
    if every.is_empty():
        raise InputMissing("D-530", "Geen enkel cijfer heeft een waarde.", "Neem een release of een run met cijfers.")
    table = fitting(every, most)
    if table.is_empty():
        raise UsageRefused("D-531", "Er zijn te veel cijfers voor één blad van Excel.", "Neem --to csv of parquet.")
    buffer, view = io.BytesIO(), opening(table)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": "DEMaD: draaitabel", "author": about.publisher, "created": _MADE})
        _draw(book, view, about)
        table.write_excel(book, "Cijfers", table_name=TABLE, dtype_formats=PLAIN, autofit=True, freeze_panes=(1, 0))
        _explain(book, _lines(about, _left_out(every, table)))
    return add_pivot(buffer.getvalue(), view.pivot)


def _draw(book: xlsxwriter.Workbook, view: View, about: About) -> None:
    """The cells of the first view, for a program that opens the workbook without reading the table again."""
    page = book.add_worksheet("Draaitabel")
    strong, large = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 14})
    page.write_string(0, 0, f"DEMaD: cijfers van {about.label or 'de laatste run'}", large)
    page.write_string(1, 0, _NOTE, book.add_format({"italic": True}))
    for down, name in enumerate(FILTERS, start=TOP - 1 - len(FILTERS)):
        field = view.field(name)
        page.write_string(down, 0, name, strong)
        page.write_string(down, 1, field.items[field.chosen])
    _draw_heads(book, page, view)
    indicators, cities, periods = (view.field(name).items for name in ("Indicator", "Stad", "Periode"))
    for down, (outer, inner) in enumerate(view.pivot.rows, start=TOP + 2):
        if inner is None:
            page.write_string(down, 0, indicators[outer], strong)
            continue
        page.write_string(down, 1, cities[inner])
        for across, number in enumerate(view.pivot.columns, start=LABELS):
            value = view.values.get((indicators[outer], cities[inner], periods[number]))
            if value is not None:
                page.write_number(down, across, value)
    page.set_column(0, 0, 56)
    page.set_column(1, 1, 18)
    page.set_column(LABELS, LABELS - 1 + len(view.pivot.columns), 10)
    page.freeze_panes(TOP + 2, LABELS)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(TOP, TOP + 1)


def _draw_heads(book: xlsxwriter.Workbook, page: Worksheet, view: View) -> None:
    """Two rows: what is shown, and what the columns are; then the name of both labels and each period."""
    head = book.add_format({"bold": True, "bottom": 1})
    right = book.add_format({"bold": True, "bottom": 1, "align": "right"})
    page.write_string(TOP, 0, view.pivot.counted[1], head)
    page.write_string(TOP, LABELS, "Periode", head)
    for across, name in enumerate(("Indicator", "Stad")):
        page.write_string(TOP + 1, across, name, head)
    periods = view.field("Periode").items
    for across, number in enumerate(view.pivot.columns, start=LABELS):
        page.write_string(TOP + 1, across, periods[number], right)


def _explain(book: xlsxwriter.Workbook, lines: list[tuple[str, str]]) -> None:
    """How to read the pivot, and whose the figures are."""
    page = book.add_worksheet("Leesmij")
    strong = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    for down, (subject, says) in enumerate(lines):
        page.write_string(down, 0, subject, strong)
        page.write_string(down, 1, says, wrapped)


def _left_out(every: pl.DataFrame, table: pl.DataFrame) -> str:
    """What did not fit on the sheet, in Dutch; empty where everything did."""
    if table.height == every.height:
        return ""
    groups = "" if table["Groep"].n_unique() == every["Groep"].n_unique() else "De groepen en "
    since = str(table["Periode"].min())[:4]
    return f"Er zijn te veel cijfers voor één blad. {groups or 'De '}cijfers van vóór {since} staan in cijfers.csv."


def _lines(about: About, left_out: str) -> list[tuple[str, str]]:
    lines = (
        ("Draaitabel", "Elke indicator met zijn steden, per periode een kolom. Kies bovenaan tijdvak en groep."),
        ("Vernieuwen", "Excel leest bij het openen het blad Cijfers opnieuw, zodra u bewerken toestaat."),
        ("Cijfers", "Elk cijfer dat we tonen, met interval, teller en noemer. Percentages gaan van 0 tot 100."),
        ("Tijdvak", "Niet elke indicator bestaat per jaar, kwartaal en maand. Ziet u er een niet, kies een ander."),
        ("Leeg", "Er is geen cijfer, of we tonen het niet omdat het over te weinig mensen gaat. Leeg is geen nul."),
        ("Niet optellen", "Percentages en duren tellen niet op, en aantallen zijn afgerond. Kies één groep tegelijk."),
        ("Weggelaten", left_out),
        ("Release", about.label),
        ("Uitgever", about.publisher),
        ("Vragen", about.contact),
        ("Licentie", about.licence_address or about.licence),
        ("Adres", about.address),
    )  # fmt: skip
    return [(subject, says) for subject, says in lines if says]
