"""The pages of an edition: a report for each city, the index, the definitions, the accessibility statement."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from demad.catalogue import indicator
from demad.reporting import charts
from demad.reporting.chart_files import chart_files
from demad.reporting.compare import compare_page
from demad.reporting.council import council_page
from demad.reporting.edition import CityCard, Edition
from demad.reporting.html import CHARTS, render, render_page
from demad.reporting.pdf import city_pdf, council_pdf
from demad.reporting.themes.certainty import state_table
from demad.reporting.themes.closing import definitions
from demad.reporting.themes.glance import CORE
from demad.reporting.view import city_page
from demad.reporting.words import figure, words
from demad.reporting.workbook import city_workbook
from demad.store import write_atomic

FORMATS = ("html", "pdf", "xlsx")


@dataclass(frozen=True, slots=True)
class _Cell:
    value: str
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    link: str
    state: str
    cells: tuple[_Cell, ...]


def write_city(
    folder: Path, edition: Edition, slug: str, *, font_folder: Path, formats: Collection[str] = FORMATS
) -> None:
    """Write the folder of a city anew, so that no file in it is of another edition.

    html: the page and its charts as files; pdf: the report and the council's A4; xlsx: the workbook.
    """
    charts.prepare(font_folder)
    page, target = city_page(edition, slug), folder / slug
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    if "html" in formats:
        write_atomic(target / "index.html", render_page(page, edition, font_folder, _links(slug, formats)).encode())
        (target / CHARTS).mkdir()
        for name, content in chart_files(page, edition.look, font_folder).items():
            write_atomic(target / CHARTS / name, content)
    if "pdf" in formats:
        write_atomic(target / f"{slug}.pdf", city_pdf(page, edition.look, font_folder))
        write_atomic(target / "raad.pdf", council_pdf(council_page(page, edition.contact), edition.look, font_folder))
    if "xlsx" in formats:
        write_atomic(target / f"{slug}.xlsx", city_workbook(edition, slug))


def _links(slug: str, formats: Collection[str]) -> tuple[tuple[str, str], ...]:
    pdf = ((f"{slug}.pdf", words("page.file_pdf")), ("raad.pdf", words("page.file_council")))
    xlsx = ((f"{slug}.xlsx", words("page.file_xlsx")),)
    return (*(pdf if "pdf" in formats else ()), *(xlsx if "xlsx" in formats else ()))


def write_index(folder: Path, edition: Edition, *, font_folder: Path) -> None:
    """Write `index.html`, `vergelijken.html`, `definities.html` and `toegankelijkheid.html`."""
    columns = [indicator(id).label for id in CORE]
    rows = [_row(edition, card) for card in sorted(edition.cities, key=lambda card: card.name)]
    pages = {
        "index.html": render(
            "index.html.j2",
            edition,
            font_folder,
            columns=columns,
            rows=rows,
            medians=[_median(edition, id) for id in CORE],
            states=state_table(edition),
        ),
        "vergelijken.html": compare_page(edition, font_folder),
        "definities.html": render(
            "text.html.j2",
            edition,
            font_folder,
            heading=words("theme.definitions"),
            paragraphs=(),
            table=None,
            blocks=definitions().blocks,
        ),
        "toegankelijkheid.html": render(
            "text.html.j2",
            edition,
            font_folder,
            heading="Toegankelijkheid",
            paragraphs=_accessibility(edition),
            table=None,
            blocks=(),
        ),
    }
    for name, text in pages.items():
        write_atomic(folder / name, text.encode())


def _row(edition: Edition, card: CityCard) -> _Row:
    link = "" if card.state == "missing" else f"{card.slug}/index.html"
    cells = tuple(_cell(edition.latest(id, card.slug), id) for id in CORE)
    return _Row(card.name, link, words(f"city.{card.state}"), cells)


def _cell(row: dict | None, id: str) -> _Cell:
    if row is None:
        return _Cell("\u2013", "hidden", words("city.missing"))
    return _Cell(figure(row["value"], indicator(id).unit), row["verdict"], words(f"verdict.{row['verdict']}"))


def _median(edition: Edition, id: str) -> str:
    rows: Iterable[dict | None] = (edition.latest(id, card.slug) for card in edition.cities)
    newest = max((row for row in rows if row), key=lambda row: row["period"], default=None)
    return figure(newest["median"], indicator(id).unit) if newest else "\u2013"


def _accessibility(edition: Edition) -> tuple[str, ...]:
    return (
        "Deze pagina's streven naar WCAG 2.1 niveau AA. Elke grafiek heeft een tekst en een tabel.",
        "Kleur staat nooit alleen: elk oordeel heeft ook een vorm en een woord. De pagina's werken zonder JavaScript.",
        f"Werkt er iets niet voor jou? Meld het aan {edition.contact}.",
    )
