"""One page for each indicator: the cities beside each other, over time, and what the figure counts."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Point, Section, Source, Table
from demad.reporting.edition import Edition
from demad.reporting.html import render
from demad.reporting.index import newest_of_all
from demad.reporting.readings import Row
from demad.reporting.themes.closing import definition
from demad.reporting.words import between, catalogue_words, figure, period_words, words

_MOST_PERIODS = 10
_POOL = "all"
_HUNDRED = ("share", "fraction")


def indicators_with_page(edition: Edition) -> list[str]:
    """The indicators of the catalogue that were computed for any city."""
    found = set(edition.compared.filter(variant="main", breakdown="total")["indicator"].unique())
    return [entry.id for entry in CATALOGUE if entry.id in found]


def indicator_page(edition: Edition, id: str, font_folder: Path) -> str:
    """The page of one indicator."""
    newest = newest_of_all(edition, id)
    beside: tuple[Block, ...] = (_beside(edition, id, newest),) if newest else ()
    sections = (
        *((Section("steden", words("indicator_page.beside"), beside),) if beside else ()),
        Section("tijd", words("indicator_page.over_time"), (_over_time(edition, id),)),
        Section("definitie", words("indicator_page.definition"), (definition(id),)),
    )
    links = (
        (f"../vergelijken.html#indicator={id}", words("indicator_page.compare")),
        ("../index.html", words("indicator_page.report")),
    )
    label = catalogue_words(id, "label")
    return render(
        "text.html.j2", edition, font_folder, heading=label, subtitle=catalogue_words(id, "population"),
        sections=sections, links=links, up="../",
    )  # fmt: skip


def _beside(edition: Edition, id: str, newest: dict[str, Row]) -> Block:
    unit = indicator(id).unit
    cards = [card for card in sorted(edition.cities, key=lambda card: card.name) if card.slug in newest]
    any_row = next(iter(newest.values()))
    columns = tuple(words(f"table.{name}") for name in ("city", "value", "between"))
    rows = [newest[card.slug] for card in cards]
    cells = [
        (card.name, figure(row["value"], unit), between(row["low"], row["high"], unit))
        for card, row in zip(cards, rows, strict=True)
    ]
    sources = [(Source(id, card.slug, any_row["period"]),) for card in cards]
    if any_row["median_all"] is not None:
        cells.append((words("table.middle_all"), figure(any_row["median_all"], unit), figure(None, unit)))
        sources.append((Source(id, any_row["city"], any_row["period"]),))
    title = f"{catalogue_words(id, 'label')}, {period_words(any_row['period'])}"
    table = Table(columns, tuple(cells), title, tuple(sources))
    points = [Point(card.name, row["value"], row["low"], row["high"]) for card, row in zip(cards, rows, strict=True)]
    if unit not in _HUNDRED or not any(point.value is not None for point in points):
        return table
    svg = charts.dots(
        points, scale=100, unit="%", middle=any_row["median_all"], middle_name=words("short.middle"),
        hidden=words("short.hidden"),
    )  # fmt: skip
    alt = " ".join(words("alt.item", label=name, value=value) for name, value, _ in cells)
    subtitle = words("chart.compare_sub", unit=words("per.share"), period=period_words(any_row["period"]))
    return Figure(id, title, subtitle, svg, alt, words("chart.compare_read_all"), table)


def _over_time(edition: Edition, id: str) -> Table:
    """The last periods of every city, one column a period: the same month or quarter of each year."""
    rows = edition.published.filter(pl.col("status") != "provisional", variant="main", indicator=id, breakdown="total")
    unit = indicator(id).unit
    if unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    newest = str(rows["period"].max() or "")
    periods = sorted(set(rows.filter(pl.col("period").str.slice(4) == newest[4:])["period"]))[-_MOST_PERIODS:]
    values = {(row["city"], row["period"]): row for row in rows.iter_rows(named=True)}
    names = [(card.slug, card.name) for card in sorted(edition.cities, key=lambda card: card.name)]
    names.append((_POOL, words("indicator_page.pool")))
    shown = [(slug, name) for slug, name in names if any((slug, period) in values for period in periods)]
    cells = tuple((name, *(_cell(values.get((slug, period)), unit) for period in periods)) for slug, name in shown)
    sources = tuple(tuple(Source(id, slug, period) for period in periods) for slug, _ in shown)
    columns = (words("table.city"), *(period_words(period) for period in periods))
    label = catalogue_words(id, "label")
    return Table(columns, cells, words("indicator_page.table", label=label), sources)


def _cell(row: Row | None, unit: str) -> str:
    if row is not None and row["value"] is None:
        return words(f"remark.{row['status']}")
    return figure(row["value"] if row else None, unit)
