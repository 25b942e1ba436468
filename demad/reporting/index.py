"""The first page of a site: the cities by name, the nine core indicators of each, and what else there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.catalogue import indicator
from demad.reporting import verdicts
from demad.reporting.edition import CityCard, Edition
from demad.reporting.html import render
from demad.reporting.readings import Row
from demad.reporting.revision_page import PAGE, has_revisions
from demad.reporting.themes.certainty import state_table
from demad.reporting.themes.glance import CORE
from demad.reporting.words import catalogue_words, figure, words

_FILES = {
    "cijfers-excel.csv": "file_excel",
    "cijfers-excel-uitleg.csv": "file_explanation",
    "cijfers.csv": "file_csv",
    "schattingen.csv": "file_expected",
    "vooruitblik.csv": "file_ahead",
    "cijfers.pq": "file_query",
    "cijfers.parquet": "file_parquet",
    "datapackage.json": "file_package",
    "catalogus.jsonld": "file_catalogue",
    "api/index.json": "file_api",
    "swing/data.csv": "file_swing",
}
_OF_TABLE = {"schattingen.csv": "nowcast", "vooruitblik.csv": "projection"}
"""Files that are only there where their table has a value."""


@dataclass(frozen=True, slots=True)
class _Cell:
    value: str
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    link: str
    state: str
    cells: tuple[_Cell, ...]


def index_page(edition: Edition, font_folder: Path, there: Collection[str]) -> str:
    """`index.html`: compare the cities; ``there``: those that have a page, by slug."""
    newest = {id: newest_of_all(edition, id) for id in CORE}
    cards = sorted(edition.cities, key=lambda card: card.name)
    return render(
        "index.html.j2",
        edition,
        font_folder,
        columns=[(catalogue_words(id, "label"), f"cijfer/{id}.html") for id in CORE],
        rows=[_line(newest, card, there) for card in cards],
        medians=[_median(newest[id], id) for id in CORE],
        states=state_table(edition),
        revised=PAGE if has_revisions(edition) else "",
        files=[(name, words(f"index.{key}")) for name, key in _FILES.items() if _is_written(edition, name)],
    )


def _is_written(edition: Edition, name: str) -> bool:
    table = edition.tables.get(_OF_TABLE.get(name, ""))
    return name not in _OF_TABLE or (table is not None and table["value"].count() > 0)


def newest_of_all(edition: Edition, id: str) -> dict[str, Row]:
    """The rows by city of the newest settled period in which any city has one; year totals for flows."""
    rows = edition.compared_of(id).filter(pl.col("status") != "provisional", breakdown="total")
    if indicator(id).unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    rows = rows.filter(pl.col("period") == pl.col("period").max())
    return {row["city"]: row for row in rows.iter_rows(named=True)}


def _line(newest: dict[str, dict[str, Row]], card: CityCard, there: Collection[str]) -> _Line:
    link = f"{card.slug}/index.html" if card.slug in there else ""
    cells = tuple(_cell(newest[id].get(card.slug), id) for id in CORE)
    return _Line(card.name, link, words(f"city.{card.state}"), cells)


def _cell(row: Row | None, id: str) -> _Cell:
    if row is None:
        return _Cell("\u2013", "hidden", words("city.missing"))
    if row["value"] is None:
        return _Cell("\u2013", "hidden", words(f"remark.{row['status']}"))
    return _Cell(figure(row["value"], indicator(id).unit), verdicts.css_class(row), verdicts.short(row))


def _median(rows: dict[str, Row], id: str) -> str:
    return figure(next((row["median_all"] for row in rows.values()), None), indicator(id).unit)
