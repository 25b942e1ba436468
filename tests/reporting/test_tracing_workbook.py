"""Every number in every cell of ten workbooks comes from a published row, or from what is said of the edition."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import fastexcel
import polars as pl
import pytest

from demad.catalogue import CATALOGUE
from demad.reporting.edition import Edition, Revision
from demad.reporting.excel_csv import last_day
from demad.reporting.words import breakdown_words, group_words, period_words, sentences
from demad.reporting.workbook import city_workbook
from demad.tables.terms import GROUPS
from tests import lanes
from tests.reporting.conftest import TEN

Cell = Mapping[str, Any]
Look = Callable[[Cell, str], Mapping[str, Any]]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NUMBERED = {
    "Cijfer": "value", "Laag": "low", "Hoog": "high", "Teller": "numerator", "Noemer": "denominator",
    "Een jaar eerder": "year_before", "Mediaan van de andere steden": "median", "Oud cijfer": "before",
    "Nieuw cijfer": "after",
}  # fmt: skip
"""Columns of numbers, each with what it must be of the row it stands in."""


@pytest.fixture(scope="module")
def revised(made: Edition) -> Edition:
    """The edition with one revision of every city: the new figure is the published one."""
    newest = made.published.filter(variant="main", indicator="return_12m", breakdown="total", period="2025Q4")
    value = dict(newest.select("city", "value").iter_rows())
    made_of = (Revision(slug, "return_12m", "2025Q4", 0.01, value[slug], "Levering 2 verbeterd.") for slug in TEN)
    return replace(made, revisions=tuple(made_of))


@pytest.fixture(scope="module")
def books(revised: Edition) -> dict[str, dict[str, list[Cell]]]:
    """Every sheet of ten workbooks as read back from the file; of two of them in the daily lane."""
    return {slug: _read(city_workbook(revised, slug)) for slug in lanes.sampled(TEN, every=5)}


def _read(content: bytes) -> dict[str, list[Cell]]:
    book = fastexcel.read_excel(content)
    return {name: list(pl.DataFrame(book.load_sheet(name)).iter_rows(named=True)) for name in book.sheet_names}


class Rows:
    """What a row of a sheet must hold, found by the words in it."""

    def __init__(self, edition: Edition) -> None:
        key = ["indicator", "city", "period", "breakdown", "group"]
        main = edition.published.filter(variant="main")
        middle = edition.compared.filter(variant="main").select(*key, "median")
        rows = main.join(middle, on=key, how="left").rows(named=True)
        self.rows = {tuple(row[name] for name in key): row for row in rows}
        self.groups = {
            (breakdown_words(breakdown), group_words(breakdown, group)): (breakdown, group)
            for breakdown, group in {(row["breakdown"], row["group"]) for row in rows}
        }
        self.periods = {period_words(row["period"]): row["period"] for row in rows}
        self.slugs = {card.name: card.slug for card in edition.cities}
        self.revisions = {(one.indicator, one.city): one for one in edition.revisions}

    def core(self, cell: Cell, slug: str) -> Mapping[str, Any]:
        period = self.periods[cell["Periode"]]
        before = f"{int(period[:4]) - 1}{period[4:]}"
        row = self.rows[cell["Code"], slug, period, "total", "total"]
        earlier = self.rows[cell["Code"], slug, before, "total", "total"]["value"]
        no_change_of_a_change = cell["Code"] == "caseload_change_yoy"
        return {**row, "year_before": None if no_change_of_a_change else earlier}

    def figures(self, cell: Cell, slug: str) -> Mapping[str, Any]:
        group = self.groups[cell["Uitsplitsing"], cell["Groep"]]
        return self.rows[cell["Code"], slug, str(cell["Periode"]), *group]

    def beside(self, cell: Cell, _: str) -> Mapping[str, Any]:
        return self.rows[cell["Code"], self.slugs[cell["Stad"]], str(cell["Periode"]), "total", "total"]

    def changes(self, cell: Cell, slug: str) -> Mapping[str, Any]:
        one = self.revisions[cell["Code"], slug]
        after = self.rows[one.indicator, slug, one.period, one.breakdown, one.group]["value"]
        return {"before": one.before, "after": after, "period": one.period}


def _wrong(books: dict[str, dict[str, list[Cell]]], rows: Rows, edition: Edition) -> Iterator[tuple[str, str, object]]:
    """Every cell with a number that is not of its row."""
    looks: dict[str, Look] = {
        "Kerncijfers": rows.core, "Cijfers": rows.figures, "Vergelijking": rows.beside, "Wijzigingen": rows.changes,
    }  # fmt: skip
    free = _said(edition)
    for slug, book in books.items():
        for name, cells in book.items():
            look = looks.get(name)
            for cell in cells:
                row = look(cell, slug) if look else {}
                yield from ((f"{slug} {name}", column, value) for column, value in _off(cell, row, free))


def _off(cell: Cell, row: Mapping[str, Any], free: set[str]) -> Iterator[tuple[str, object]]:
    period = str(row.get("period", ""))
    here = free | set(NUMBER.findall(f"{period} {period_words(period) if period else ''}"))
    for column, value in cell.items():
        if row and column in NUMBERED:
            traced = _same(value, row[NUMBERED[column]])
        elif row and column == "Tot en met":
            traced = str(value)[:10] == last_day(period).isoformat()
        elif isinstance(value, int | float) and column not in ("Versie", "Periode"):
            traced = False
        else:
            traced = set(NUMBER.findall(str(value))) <= here
        if not traced:
            yield column, value


def _same(written: object, row: object) -> bool:
    """Equal, but for the last bits, which a workbook does not keep."""
    if isinstance(written, int | float) and isinstance(row, int | float):
        return math.isclose(written, row, rel_tol=1e-12, abs_tol=1e-12)
    return written == row


def _said(edition: Edition) -> set[str]:
    """Numbers of our own sentences and definitions, and of what an edition says of itself."""
    said = [text for section in sentences("nl").values() for text in section.values()]
    said += [str(getattr(entry, name)) for entry in CATALOGUE for name in entry.__slots__]
    said += [group_words(breakdown, group) for breakdown, groups in GROUPS.items() for group in groups]
    said += [str(edition.threshold), edition.version, edition.software, edition.label, *edition.inputs.values()]
    said += [f"{card.as_of} 00:00:00" for card in edition.cities if card.as_of]
    said += [one.reason for one in edition.revisions]
    said += [
        f"{one.delivery} {one.since:%d/%m/%Y} {one.as_of:%d/%m/%Y} {one.made_on:%d/%m/%Y}"
        for card in edition.cities
        for one in card.delivered
    ]
    return {found for text in said for found in NUMBER.findall(text)}


def test_every_number_in_every_cell_of_ten_workbooks_is_of_a_published_row(
    books: dict[str, dict[str, list[Cell]]], revised: Edition
):
    wrong = list(_wrong(books, Rows(revised), revised))
    assert not wrong, wrong[:8]


def test_every_workbook_has_all_sheets_and_thousands_of_numbers(books: dict[str, dict[str, list[Cell]]]):
    assert {tuple(book) for book in books.values()} == {
        ("Leesmij", "Kerncijfers", "Cijfers", "Vergelijking", "Definities", "Wijzigingen", "Herkomst")
    }
    numbers = [
        value
        for book in books.values()
        for cells in book.values()
        for cell in cells
        for column, value in cell.items()
        if column in NUMBERED and value is not None
    ]
    assert len(numbers) > 5_000 * len(books)
    assert all(book["Wijzigingen"] for book in books.values())


def test_a_published_value_that_moves_is_found_in_every_sheet(
    books: dict[str, dict[str, list[Cell]]], revised: Edition
):
    rows = Rows(revised)
    rows.rows = {key: {**row, "value": row["value"] + 1000} for key, row in rows.rows.items() if row["value"]}
    found = {where for where, _, _ in _wrong({"gent": books["gent"]}, rows, revised)}
    assert found == {f"gent {name}" for name in ("Kerncijfers", "Cijfers", "Vergelijking", "Wijzigingen")}


def test_a_sheet_without_rows_is_left_out_and_not_announced(made: Edition):
    book = _read(city_workbook(made, "gent"))
    assert "Wijzigingen" not in book
    assert not [cell for cell in book["Leesmij"] if "Wijzigingen" in str(cell.values())]


def test_the_first_sheet_explains_every_status_and_dates_are_dates(made: Edition):
    content = city_workbook(made, "gent")
    book = _read(content)
    told = {cell["Onderwerp"] for cell in book["Leesmij"]}
    used = {cell["Status"] for name in ("Kerncijfers", "Cijfers", "Vergelijking") for cell in book[name]}
    assert {f"Status: {status}" for status in used} <= told
    kinds = fastexcel.read_excel(content).load_sheet("Cijfers").to_polars().schema["Tot en met"]
    assert kinds.is_temporal()
