"""One page for each indicator: all cities over time and now, what can be said, the groups, and what it counts."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Block, Figure, Point, Prose, Section, Sentence, Source, Table
from demad.reporting.edition import CityCard, Edition
from demad.reporting.html import render, script
from demad.reporting.index import newest_of_all
from demad.reporting.over_time import over_time, scale, unit_words
from demad.reporting.readings import Row
from demad.reporting.themes.closing import plain_definition
from demad.reporting.themes.drawn import instead
from demad.reporting.themes.shock import THEMES, shocks
from demad.reporting.words import (
    between,
    breakdown_words,
    catalogue_words,
    figure,
    group_words,
    period_words,
    words,
)
from demad.tables.terms import PUBLISHED_GROUPS

_MOST_PERIODS = 6
_POOL = "all"
_COUNTS = ("persons", "spells")


def indicators_with_page(edition: Edition) -> list[str]:
    """The indicators of the catalogue that were computed for any city."""
    found = set(edition.compared.filter(variant="main", breakdown="total")["indicator"].unique())
    return [entry.id for entry in CATALOGUE if entry.id in found]


def indicator_page(edition: Edition, id: str, font_folder: Path) -> str:
    """The page of one indicator; an address that ends on ``#<slug>`` brings that city forward."""
    newest, shown = newest_of_all(edition, id), _cities(edition, id)
    course = _course(edition, id)
    drawn = over_time(course, id, shown)
    banner = shocks(edition, _POOL) if indicator(id).theme in THEMES else ()
    sections = (
        Section("tijd", words("indicator_page.over_time"), (*banner, *drawn, _over_time(edition, id, shown))),
        *((Section("steden", words("indicator_page.beside"), _beside(newest, id, shown)),) if newest else ()),
        *_groups(edition, id, shown),
        Section("definitie", words("indicator_page.definition"), (plain_definition(id),)),
    )
    links = (
        (f"../vergelijken.html#indicator={id}", words("indicator_page.compare")),
        (f"{id}.csv", words("indicator_page.csv")),
        ("../index.html", words("indicator_page.report")),
    )
    return render(
        "indicator.html.j2", edition, font_folder, heading=catalogue_words(id, "label"),
        subtitle=catalogue_words(id, "population"), sections=sections, links=links, up="../",
        cities=[(card.slug, card.name) for card in shown], scripts=(script("saving.js"),),
    )  # fmt: skip


def indicator_table(edition: Edition, id: str) -> Table:
    """Every total of the main series, as a file: city, period, figure, interval, remark."""
    names = {card.slug: card.name for card in edition.cities} | {_POOL: words("indicator_page.pool")}
    rows = edition.published_of(id).filter(breakdown="total").sort("city", "period")
    unit = indicator(id).unit
    cells = tuple(
        (
            names[row["city"]], row["period"], *(figure(row[name], unit) for name in ("value", "low", "high")),
            words(f"remark.{row['status']}"),
        )
        for row in rows.iter_rows(named=True)
        if row["city"] in names
    )  # fmt: skip
    columns = tuple(words(f"table.{name}") for name in ("city", "period", "value", "low", "high", "note"))
    return Table(columns, cells, catalogue_words(id, "label"))


def _cities(edition: Edition, id: str) -> list[CityCard]:
    """The cities with a figure of this indicator, by name."""
    known = set(edition.published_of(id).filter(breakdown="total")["city"].unique())
    return [card for card in sorted(edition.cities, key=lambda card: card.name) if card.slug in known]


def _course(edition: Edition, id: str) -> pl.DataFrame:
    """Totals of one length of period: years of counts, else the periods as they are."""
    rows = edition.compared_of(id).filter(pl.col("status") != "provisional", breakdown="total")
    if indicator(id).unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    return rows.sort("period")


def _beside(newest: dict[str, Row], id: str, shown: list[CityCard]) -> tuple[Block, ...]:
    """Dots with their uncertainty, and a table with what can be said of each city."""
    unit = indicator(id).unit
    cards = [card for card in shown if card.slug in newest]
    any_row = next(iter(newest.values()))
    rows = [newest[card.slug] for card in cards]
    judged = any(verdicts.said(row) for row in rows)
    names = ("city", "value", "between", "verdict") if judged else ("city", "value", "between")
    cells: list[tuple[str, ...]] = [
        (card.name, _cell(row, unit), between(row["low"], row["high"], unit), *((_judged(row),) if judged else ()))
        for card, row in zip(cards, rows, strict=True)
    ]
    sources = [(Source(id, card.slug, any_row["period"]),) for card in cards]
    if any_row["median_all"] is not None:
        cells.append(
            (words("table.middle_all"), figure(any_row["median_all"], unit), *[figure(None, unit)] * (len(names) - 2))
        )
        sources.append((Source(id, any_row["city"], any_row["period"]),))
    title = f"{catalogue_words(id, 'label')}, {period_words(any_row['period'])}"
    table = Table(tuple(words(f"table.{name}") for name in names), tuple(cells), title, tuple(sources))
    points = [
        Point(card.name, row["value"], row["low"], row["high"], instead=instead(row))
        for card, row in zip(cards, rows, strict=True)
    ]
    if unit in _COUNTS or not any(point.value is not None for point in points):
        return (table,)
    scaled = scale(unit)
    svg = charts.dots(
        points, middle=any_row["median_all"], middle_name=words("short.middle"), hidden=words("short.hidden"), **scaled
    )
    alt = " ".join(words("alt.item", label=name, value=value) for name, value, *_ in cells)
    subtitle = words("chart.compare_sub", unit=unit_words(unit), period=period_words(any_row["period"]))
    has_intervals = any(point.low is not None for point in points)
    read = words("chart.compare_read_all" if has_intervals else "chart.compare_read_dots")
    dots = Figure("stippen", title, subtitle, svg, alt, read, table)
    return (dots, *((_neutral(id),) if judged and not indicator(id).direction else ()), table)


def _neutral(id: str) -> Prose:
    return Prose((Sentence(f"{words('verdict_tail.neutral')} {words('indicator_page.neutral')}"),))


def _judged(row: Row) -> str:
    """The verdict in its own words, with a capital."""
    said = verdicts.said(row)
    return f"{said[:1].upper()}{said[1:]}"


def _groups(edition: Edition, id: str, shown: list[CityCard]) -> tuple[Section, ...]:
    """A table a breakdown: every city and every group, in the newest period of that breakdown."""
    rows = edition.published_of(id).filter(pl.col("breakdown") != "total", pl.col("status") != "provisional")
    tables = tuple(
        table
        for breakdown in indicator(id).breakdowns
        if (table := _group_table(rows.filter(breakdown=breakdown), id, breakdown, shown))
    )
    return (Section("groepen", words("indicator_page.groups"), tables),) if tables else ()


def _group_table(rows: pl.DataFrame, id: str, breakdown: str, shown: list[CityCard]) -> Table | None:
    if rows.is_empty():
        return None
    period, unit = str(rows["period"].max()), indicator(id).unit
    found = {(row["city"], row["group"]): row for row in rows.filter(period=period).iter_rows(named=True)}
    groups = [group for group in PUBLISHED_GROUPS[breakdown] if any((card.slug, group) in found for card in shown)]
    if not groups or not any(row["value"] is not None for row in found.values()):
        return None
    cells = tuple((card.name, *(_cell(found.get((card.slug, group)), unit) for group in groups)) for card in shown)
    sources = tuple(
        tuple(Source(id, card.slug, period, breakdown, group) for group in groups if (card.slug, group) in found)
        for card in shown
    )
    columns = (words("table.city"), *(group_words(breakdown, group) for group in groups))
    return Table(columns, cells, f"{breakdown_words(breakdown)}, {period_words(period)}", sources)


def _over_time(edition: Edition, id: str, shown: list[CityCard]) -> Table:
    """The last periods of every city and of all together, one column a period: the same month or quarter."""
    rows = edition.published_of(id).filter(pl.col("status") != "provisional", breakdown="total")
    unit = indicator(id).unit
    if unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    newest = str(rows["period"].max() or "")
    periods = sorted(set(rows.filter(pl.col("period").str.slice(4) == newest[4:])["period"]))[-_MOST_PERIODS:]
    values = {(row["city"], row["period"]): row for row in rows.iter_rows(named=True)}
    names = [*((card.slug, card.name) for card in shown), (_POOL, words("indicator_page.pool"))]
    kept = [(slug, name) for slug, name in names if any((slug, period) in values for period in periods)]
    cells = tuple((name, *(_cell(values.get((slug, period)), unit) for period in periods)) for slug, name in kept)
    sources = tuple(tuple(Source(id, slug, period) for period in periods) for slug, _ in kept)
    columns = (words("table.city"), *(period_words(period) for period in periods))
    label = catalogue_words(id, "label")
    return Table(columns, cells, words("indicator_page.table", label=label), sources)


def _cell(row: Row | None, unit: str) -> str:
    if row is not None and row["value"] is None:
        return words(f"remark.{row['status']}")
    return figure(row["value"] if row else None, unit)
