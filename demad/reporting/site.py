"""The pages of an edition: a report for each city, the index, the definitions, the accessibility statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from demad.catalogue import indicator
from demad.reporting import charts
from demad.reporting.edition import CityCard, Edition
from demad.reporting.glance import CORE
from demad.reporting.html import render, render_page
from demad.reporting.view import city_page, definitions, state_table
from demad.reporting.words import figure, words
from demad.store import write_atomic


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


def write_city(folder: Path, edition: Edition, slug: str, *, font_folder: Path) -> None:
    """Write `<city>/index.html`."""
    charts.prepare(font_folder)
    target = folder / slug
    target.mkdir(parents=True, exist_ok=True)
    write_atomic(target / "index.html", render_page(city_page(edition, slug), font_folder).encode())


def write_index(folder: Path, edition: Edition, *, font_folder: Path) -> None:
    """Write `index.html`, `definities.html` and `toegankelijkheid.html`."""
    columns = [indicator(id).label for id in CORE]
    rows = [_row(edition, card) for card in sorted(edition.cities, key=lambda card: card.name)]
    pages = {
        "index.html": render(
            "index.html.j2",
            font_folder,
            label=edition.label,
            columns=columns,
            rows=rows,
            medians=[_median(edition, id) for id in CORE],
            states=state_table(edition),
            contact=edition.contact,
        ),
        "definities.html": render(
            "text.html.j2",
            font_folder,
            label=edition.label,
            heading=words("page.definitions"),
            paragraphs=(),
            table=definitions(),
        ),
        "toegankelijkheid.html": render(
            "text.html.j2",
            font_folder,
            label=edition.label,
            heading="Toegankelijkheid",
            paragraphs=_accessibility(edition),
            table=None,
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
