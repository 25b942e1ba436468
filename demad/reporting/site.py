"""The files of an edition: the folder of a city, and the pages around them."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from demad.reporting.archive import packed
from demad.reporting.chart_files import chart_files, table_csv
from demad.reporting.compare import compare_page
from demad.reporting.council import council_page
from demad.reporting.edition import Edition
from demad.reporting.feed import signal_files
from demad.reporting.feed_files import FEED
from demad.reporting.html import render_page
from demad.reporting.index import index_page
from demad.reporting.indicator_pages import indicator_page, indicator_table, indicators_with_page
from demad.reporting.pdf import city_pdf, council_pdf
from demad.reporting.policy_pages import CALENDAR, REVISIONS, calendar_page, revisions_page
from demad.reporting.revision_page import FILE, PAGE, has_revisions, revision_page, revision_table
from demad.reporting.text_pages import (
    accessibility_page,
    brussels_in_french,
    brussels_page,
    definitions_page,
    press_page,
    protection_page,
)
from demad.reporting.typeset_before import TypesetBefore
from demad.reporting.view import city_page
from demad.reporting.words import speaking, words
from demad.reporting.workbook import city_workbook
from demad.store import write_all

FORMATS = ("html", "pdf", "xlsx")
"""What every site holds of a city."""
ON_DEMAND = ("png",)
"""What is made when somebody asks for it."""
CHARTS = "grafieken.zip"
"""Every chart of a city as PNG, SVG and CSV."""
COMPARE = "vergelijken.html"
"""The last of the pages around the cities: a sign that they are whole."""
INDICATORS = "cijfer"
"""Folder with a page for each indicator, and its totals as CSV."""


def write_city(
    folder: Path,
    edition: Edition,
    slug: str,
    *,
    font_folder: Path,
    formats: Collection[str] = FORMATS,
    before: Path | None = None,
) -> None:
    """Write the folder of a city anew, so that no file in it is of another edition; its page last, as a sign.

    html: the page, and its early warnings as a feed and a file; pdf: the report and the council's A4; xlsx: the
    workbook; png: every chart as a file, packed. ``before``: folder of the PDFs that were typeset before, by city.
    """
    target = folder / slug
    typeset = TypesetBefore(before / slug, edition.software) if before else None
    with speaking(edition.look.language):
        page, look = city_page(edition, slug), edition.look
        made: dict[str, bytes] = {}
        if "png" in formats:
            made[CHARTS] = packed(chart_files(page, look, font_folder))
        if "pdf" in formats:
            made[f"{slug}.pdf"] = city_pdf(page, look, font_folder, typeset)
            made["raad.pdf"] = council_pdf(council_page(page, edition.contact), look, font_folder, typeset)
        if "xlsx" in formats:
            made[f"{slug}.xlsx"] = city_workbook(edition, slug)
        if "html" in formats:
            made |= signal_files(edition, slug)
            made["index.html"] = render_page(page, edition, font_folder, _links(slug, formats)).encode()
    shutil.rmtree(target, ignore_errors=True)
    write_all(target, made)


def _links(slug: str, formats: Collection[str]) -> tuple[tuple[str, str], ...]:
    pdf = ((f"{slug}.pdf", words("page.file_pdf")), ("raad.pdf", words("page.file_council")))
    xlsx = ((f"{slug}.xlsx", words("page.file_xlsx")),)
    drawn = ((CHARTS, words("page.file_charts")),)
    feed = ((FEED, words("page.file_signals")),)
    wanted = (("pdf", pdf), ("xlsx", xlsx), ("png", drawn), ("html", feed))
    return tuple(link for kind, links in wanted if kind in formats for link in links)


def write_index(folder: Path, edition: Edition, *, font_folder: Path, around: bool = True) -> None:
    """Write the index, and unless ``around`` is false the other pages around the cities.

    The index leads to the cities that have a page in the folder: in another language that may be one.
    """
    if around:
        write_around(folder, edition, font_folder=font_folder)
    there = {card.slug for card in edition.cities if (folder / card.slug / "index.html").exists()}
    with speaking(edition.look.language):
        write_all(folder, {"index.html": index_page(edition, font_folder, there).encode()})


def write_around(folder: Path, edition: Edition, *, font_folder: Path) -> None:
    """Write the pages around the cities but for the index: an indicator each, the pages of text, the comparison last.

    They do not depend on which cities have a page.
    """
    with speaking(edition.look.language):
        shown = indicators_with_page(edition)
        tables = {f"{INDICATORS}/{id}.csv": table_csv(indicator_table(edition, id)) for id in shown}
        pages = {
            "definities.html": definitions_page(edition, font_folder),
            "brussel.html": brussels_page(edition, font_folder),
            "bruxelles.html": brussels_in_french(edition, font_folder),
            "schrijven.html": press_page(edition, font_folder),
            CALENDAR: calendar_page(edition, font_folder),
            REVISIONS: revisions_page(edition, font_folder),
            "bescherming.html": protection_page(edition, font_folder),
            "toegankelijkheid.html": accessibility_page(edition, font_folder),
            **{f"{INDICATORS}/{id}.html": indicator_page(edition, id, font_folder) for id in shown},
        }
        if has_revisions(edition):
            pages[PAGE] = revision_page(edition, font_folder)
            tables[FILE] = table_csv(revision_table(edition))
        pages[COMPARE] = compare_page(edition, font_folder)
    shutil.rmtree(folder / INDICATORS, ignore_errors=True)
    write_all(folder, tables | {name: text.encode() for name, text in pages.items()})
