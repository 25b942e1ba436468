"""The structure of the PDF: title, language, tags, every figure with a text, headings in order, one page of council."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from demad.reporting.blocks import Figure, Page
from demad.reporting.council import council_page
from demad.reporting.edition import Edition
from demad.reporting.pdf import city_pdf, council_pdf


@pytest.fixture(scope="module")
def report(made: Edition, pages: dict[str, Page], font_folder: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(city_pdf(pages["gent"], made.look, font_folder)))


def _tags(node: Any) -> Iterator[tuple[str, Any]]:
    """Structure elements in reading order: tag and element."""
    element = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(element, list):
        for child in element:
            yield from _tags(child)
    elif isinstance(element, dict):
        if "/S" in element:
            yield str(element["/S"]), element
        if "/K" in element:
            yield from _tags(element["/K"])


def _tree(reader: pypdf.PdfReader) -> list[tuple[str, Any]]:
    return list(_tags(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_it_says_what_it_is_and_in_which_language(report: pypdf.PdfReader):
    root = report.trailer["/Root"]
    assert report.metadata is not None
    until = "Cijfers tot december 2025 · gegevens tot en met 31 maart 2026 · nog niet nagekeken door de stad"
    assert report.metadata.title == f"Gent · {until}"
    assert root["/Lang"] == "nl-BE"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_every_figure_has_a_text(report: pypdf.PdfReader, pages: dict[str, Page]):
    figures = [element for tag, element in _tree(report) if tag == "/Figure"]
    charts = sum(isinstance(block, Figure) for section in pages["gent"].sections for block in section.blocks)
    assert len(figures) >= charts > 20
    assert all(len(str(figure.get("/Alt", ""))) > 15 for figure in figures)


def test_headings_are_in_order(report: pypdf.PdfReader):
    levels = [int(tag[2:]) for tag, _ in _tree(report) if tag in ("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_have_headers(report: pypdf.PdfReader):
    tags = [tag for tag, _ in _tree(report)]
    assert tags.count("/Table") > 20
    assert tags.count("/TH") >= tags.count("/Table")


def test_themes_are_bookmarks(report: pypdf.PdfReader, pages: dict[str, Page]):
    def titles(entries: Any) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield str(entry.title)

    assert {section.title for section in pages["gent"].sections} <= set(titles(report.outline))


def test_page_one_is_the_summary_alone(report: pypdf.PdfReader):
    first = report.pages[0].extract_text()
    assert "In één oogopslag" in first
    assert "Wat is er nieuw?" not in first
    assert first.count("Lees:") == 1


def test_the_body_takes_fourteen_pages_at_most(report: pypdf.PdfReader):
    """Twelve until the year ahead, applications, the GPMI and what became of who started had charts of their own."""
    numbered = [
        number for number, page in enumerate(report.pages) if "De cijfers achter de grafieken" in page.extract_text()
    ]
    assert numbered[0] <= 14


@pytest.mark.parametrize("slug", ["gent", "turnhout"])
def test_the_council_gets_one_page(made: Edition, pages: dict[str, Page], font_folder: Path, slug: str):
    paper = council_pdf(council_page(pages[slug], made.contact), made.look, font_folder)
    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) == 1


def test_every_row_of_every_table_has_a_header_and_every_column_too(report: pypdf.PdfReader):
    rows = [element for tag, element in _tree(report) if tag == "/TR"]
    scopes = [_scopes(row) for row in rows]
    assert len(rows) > 100
    assert all(found and (found[0] == "/Row" or set(found) == {"/Column"}) for found in scopes)
    assert sum(found[0] == "/Row" for found in scopes) > 100
    assert sum(set(found) == {"/Column"} for found in scopes) > 10


def _scopes(row: Any) -> list[str]:
    """What each cell of a row is a header of; nothing for a cell that is none."""
    kids = row["/K"] if isinstance(row["/K"], list) else [row["/K"]]
    found = []
    for kid in (one.get_object() for one in kids):
        attributes = kid.get("/A", {})
        listed = attributes if isinstance(attributes, list) else [attributes]
        scope = [str(one.get_object()["/Scope"]) for one in listed if "/Scope" in one.get_object()]
        found.append(scope[0] if kid["/S"] == "/TH" and scope else "")
    return found
