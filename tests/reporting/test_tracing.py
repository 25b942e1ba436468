"""Every number that a reader can see comes from a published row: sentences, labels, alt texts, tables, workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import permutations
from typing import Any
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pytest

from demad.catalogue import CATALOGUE
from demad.reporting.blocks import Cards, Figure, Headline, Note, Page, Prose, Questions, Source, Strip, Table
from demad.reporting.edition import Edition
from demad.reporting.words import group_words, period_words, sentences
from demad.reporting.workbook import city_workbook
from demad.tables.terms import GROUPS

NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
UNITS = {entry.id: entry.unit for entry in CATALOGUE}
DIGITS = {"months": (0, 1), "ratio": (2,), "per 1000": (1,), "% a month": (1,)}
KEY = ["indicator", "city", "period", "breakdown", "group"]


class Ledger:
    """Published rows and what was made of them, to look numbers up in; formats by itself."""

    def __init__(self, made: Edition) -> None:
        judged = made.compared.filter(variant="main").select(
            *KEY,
            "median",
            "lower_quartile",
            "upper_quartile",
            "median_all",
            "year_before",
            "bound_low",
            "bound_high",
            "unknown",
        )  # fmt: skip
        published = made.published.filter(variant="main").join(judged, on=KEY, how="left")
        self.rows = {tuple(row[name] for name in KEY): row for row in published.iter_rows(named=True)}
        self.beside = {
            name: {
                _place(name, row): row for row in table.iter_rows(named=True) if row.get("variant", "main") == "main"
            }
            for name, table in made.tables.items()
        }

    def allowed(self, sources: Iterable[Source]) -> set[str]:
        """Everything that may be written of these rows."""
        found: set[str] = set()
        values: list[float] = []
        for source in sources:
            found |= _numbers(period_words(source.period)) | {source.period[:4]}
            row, unit = self._row(source), UNITS[source.indicator]
            unit = "share" if source.table == "reason_bounds" else unit
            shown = [value for name, value in row.items() if isinstance(value, int | float) and name not in ("place",)]
            for value in shown:
                found |= _written(value, "count" if source.table == "what_if" and value >= 1 else unit)
                found |= _written(value, "count") if float(value).is_integer() else set()
            if row.get("year_before") is not None and row["value"] is not None:
                found |= _written(row["value"] - row["year_before"], unit)
                found |= _written(row["value"] / row["year_before"] - 1, "share") if row["year_before"] else set()
            if source.indicator == "gpmi_year_share":
                found |= _of_bands(row)
            if unit == "ratio":
                found |= _written(row["value"] - 1, "share") if row.get("value") is not None else set()
            values += [float(row["value"])] if row.get("value") is not None else []
        found |= {text for a, b in permutations(values, 2) if b for text in _written(a / b, "share")}
        whole = [round(value * 100) for value in values if value <= 1]
        found |= {str(a - b) for a, b in permutations(whole, 2)}
        if len(whole) == 5:
            found.add(str(100 - sum(whole) + whole[0]))
        return found

    def _row(self, source: Source) -> dict[str, Any]:
        if source.table == "published":
            return self.rows[source.indicator, source.city, source.period, source.breakdown, source.group]
        return self.beside[source.table][_place(source.table, {**_fields(source)})]


def _fields(source: Source) -> dict[str, str]:
    return {"indicator": source.indicator, "city": source.city, "period": source.period}


def _of_bands(row: dict[str, Any]) -> set[str]:
    """The federal bands, the year they begin, and how many people, to fives, a city is from each of them."""
    found = {"0", "20", "40", "60", "80", "5", "7,5", "10", "12,5", "15", "2028"}
    if row.get("numerator") is None:
        return found
    for percent in (20, 40, 60, 80):
        hundredths = percent * row["denominator"] - 100 * row["numerator"]
        found.add(_dutch(max(5, -(-hundredths // 500) * 5), 0))
    return found


def _place(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("city", "period") if table == "reason_bounds" else ("indicator", "city", "period", "place")
    keep = names if table == "peers" else names[:3]
    return tuple(row.get(name) for name in keep)


def _written(value: float, unit: str) -> set[str]:
    """A value as Dutch writes it, without its sign."""
    if unit in ("share", "fraction"):
        return {_dutch(value * 100, 0)}
    return {_dutch(value, digits) for digits in DIGITS.get(unit, (0,))}


def _dutch(value: float, digits: int) -> str:
    exact = Decimal(str(abs(round(value, 9)))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    text = f"{exact:,f}"
    return text.translate(str.maketrans(",.", ".,"))


def _numbers(text: str) -> set[str]:
    return {found.rstrip(".") for found in NUMBER.findall(text)}


def _constants() -> set[str]:
    """Numbers that stand in our own sentences, labels of indicators and names of groups."""
    said = [text for section in sentences("nl").values() for text in section.values()]
    said += [entry.label for entry in CATALOGUE]
    said += [group_words(breakdown, group) for breakdown, groups in GROUPS.items() for group in groups]
    return {number for text in said for number in _numbers(re.sub(r"\{\w+\}", "", text))}


def _chart_labels(svg: str) -> Iterator[str]:
    """What is written on a chart, but for the ticks of its axes."""

    def walk(node: ET.Element) -> Iterator[str]:
        if re.fullmatch(r"[xy]tick_\d+", node.get("id", "")):
            return
        if node.tag.endswith("}text"):
            yield "".join(node.itertext())
        for child in node:
            yield from walk(child)

    return walk(ET.fromstring(svg))  # noqa: S314 - our own drawing


def _untraced(page: Page, ledger: Ledger, edition: Edition) -> Iterator[tuple[str, str]]:
    free = _constants() | {str(edition.threshold), str(edition.policy.base)} | _numbers(edition.version)
    for section in page.sections:
        for block in section.blocks:
            for text, allowed in _texts(block, ledger):
                for number in sorted(_numbers(text) - allowed - free):
                    yield f"{section.id}: {text}", number


def _texts(block: object, ledger: Ledger) -> Iterator[tuple[str, set[str]]]:
    if isinstance(block, Headline):
        yield block.text, ledger.allowed(source for one in block.said for source in one.sources)
        yield block.common, set()
        yield from ((one.text, ledger.allowed(one.sources)) for one in (*block.said, *block.bullets))
    elif isinstance(block, Cards):
        for card in block.items:
            said = (card.text, card.place_alt, card.verdict_words, card.meaning)
            yield from ((text, ledger.allowed(card.sources)) for text in said)
            if card.table:
                yield from _cells(card.table, ledger)
    elif isinstance(block, Note):
        if block.sources:
            yield block.text, ledger.allowed(block.sources)
    elif isinstance(block, Prose):
        yield from ((one.text, ledger.allowed(one.sources) | _DATES(one.text)) for one in block.sentences)
    elif isinstance(block, Questions):
        yield from ((one.text, ledger.allowed(one.sources)) for one in block.items)
    elif isinstance(block, Strip):
        for row in block.rows:
            said = (row.label, row.detail, row.value, row.change, row.change_words, row.course_alt, row.place_alt)
            yield from ((text, ledger.allowed(row.sources)) for text in said)
    elif isinstance(block, Table):
        yield from _cells(block, ledger)
    elif isinstance(block, Figure):
        yield from _cells(block.table, ledger)
        in_table = {number for row in block.table.rows for cell in row for number in _numbers(cell)}
        in_table |= {number for name in block.table.columns for number in _numbers(name)}
        sources = {source for row in block.table.sources for source in row}
        in_table |= {number for source in sources for number in _numbers(period_words(source.period))}
        said = (block.title, block.subtitle, block.alt, block.read, block.note, *_chart_labels(block.svg))
        yield from ((text, in_table) for text in said)


def _DATES(text: str) -> set[str]:  # noqa: N802
    """Days and months of events and deliveries: dates, not figures."""
    return {part for found in re.findall(r"(\d{1,2} \w+ \d{4}|\w+ \d{4})", text) for part in _numbers(found)}


def _cells(table: Table, ledger: Ledger) -> Iterator[tuple[str, set[str]]]:
    if not table.sources:
        return
    for row, sources in zip(table.rows, table.sources, strict=True):
        label = {number for source in sources for number in _numbers(source.group)}
        yield from ((cell, ledger.allowed(sources) | label) for cell in row)


def test_every_number_of_the_reports_traces_to_a_published_row(made: Edition, pages: dict[str, Page]):
    ledger = Ledger(made)
    found = [lost for page in pages.values() for lost in _untraced(page, ledger, made)]
    assert not found, found[:8]


def test_every_report_has_thousands_of_numbers_to_trace(made: Edition, pages: dict[str, Page]):
    ledger = Ledger(made)
    counted = sum(
        len(_numbers(text))
        for page in pages.values()
        for section in page.sections
        for block in section.blocks
        for text, _ in _texts(block, ledger)
    )
    assert counted > 1_500 * len(pages)


def test_a_number_that_no_row_has_is_found(made: Edition, pages: dict[str, Page]):
    page = pages["gent"]
    other = Ledger(made)
    for key, row in other.rows.items():
        if key[1] == "gent" and row["value"] is not None:
            other.rows[key] = {**row, "value": row["value"] * 1.37 + 5, "low": None, "high": None, "median": None}
    assert len(list(_untraced(page, other, made))) > 100


@pytest.mark.parametrize("slug", ["gent", "turnhout"])
def test_every_figure_of_the_workbook_is_a_published_value(made: Edition, slug: str):
    book = fastexcel.read_excel(city_workbook(made, slug))
    rows = pl.DataFrame(book.load_sheet("Cijfers"))
    published = made.published.filter(variant="main", city=slug)
    names = {"Cijfer": "value", "Laag": "low", "Hoog": "high", "Teller": "numerator", "Noemer": "denominator"}
    groups = {
        (breakdown, group): group_words(breakdown, group)
        for breakdown, group in published.select("breakdown", "group").unique().iter_rows()
    }
    expected = {
        (row["indicator"], row["period"], groups[row["breakdown"], row["group"]], *(row[n] for n in names.values()))
        for row in published.iter_rows(named=True)
    }
    written = {
        (row["Code"], str(row["Periode"]), row["Groep"], *(row[name] for name in names))
        for row in rows.iter_rows(named=True)
    }
    assert rows.height == published.height
    assert written == expected
