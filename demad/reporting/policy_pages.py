"""Pages that the Code of Practice for European statistics asks: when figures come, how they change, how to cite."""

from __future__ import annotations

from pathlib import Path

from demad.reporting.blocks import Listing, Prose, Section, Sentence, Table
from demad.reporting.edition import Edition
from demad.reporting.html import render
from demad.reporting.words import day, period_words, words

CALENDAR = "kalender.html"
REVISIONS = "herzieningen.html"


def calendar_page(edition: Edition, font_folder: Path) -> str:
    """`kalender.html`: the days of the releases, fixed beforehand in `demad.toml`; none planned is said so."""
    sections = [
        Section("planned", words("calendar.planned"), _planned(edition)),
        _listed("calendar", "who", 2, {}),
    ]
    return _page(edition, font_folder, "calendar", sections)


def _planned(edition: Edition) -> tuple[Listing | Prose | Table, ...]:
    if not edition.look.calendar:
        return (Prose((Sentence(words("calendar.none", contact=edition.contact)),)),)
    there = set(edition.published["period"].unique())
    rows = tuple(
        (period_words(period), day(when), words(f"calendar.{'there' if period in there else 'awaited'}"))
        for period, when in edition.look.calendar
    )
    columns = (words("calendar.period"), words("calendar.day"), words("calendar.state"))
    said = Listing(tuple(words(f"calendar.planned_{number}") for number in (1, 2)))
    return said, Table(columns, rows, words("calendar.table"))


def revisions_page(edition: Edition, font_folder: Path) -> str:
    """`herzieningen.html`: why a published figure changes, what happens then, and how to cite a release."""
    look = edition.look
    filled = {"publisher": look.publisher, "label": edition.label, "licence": look.licence, "contact": edition.contact}
    cited = [words("revising.cite_1", **filled), words("revising.cite_2", **filled)]
    if look.doi:
        cited.insert(1, words("revising.cite_doi", doi=f"https://doi.org/{look.doi}"))
    elif look.address:
        cited.insert(1, words("revising.cite_address", address=look.address))
    sections = [
        _listed("revising", "why", 3, filled),
        _listed("revising", "how", 4, filled),
        _listed("revising", "fault", 2, filled),
        Section("cite", words("revising.cite"), (Listing(tuple(cited)),)),
    ]
    return _page(edition, font_folder, "revising", sections)


def _listed(page: str, name: str, count: int, filled: dict[str, str]) -> Section:
    said = tuple(words(f"{page}.{name}_{number}", **filled) for number in range(1, count + 1))
    return Section(name, words(f"{page}.{name}"), (Listing(said),))


def _page(edition: Edition, font_folder: Path, page: str, sections: list[Section]) -> str:
    title, subtitle = words(f"{page}.title"), words(f"{page}.subtitle")
    return render(
        "text.html.j2", edition, font_folder, heading=title, subtitle=subtitle, sections=sections, links=(), up=""
    )
