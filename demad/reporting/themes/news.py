"""What is new: the year's changes, figures that were revised, and how recent the data are."""

from __future__ import annotations

from demad.catalogue import CATALOGUE, indicator
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Prose, Quote, Section, Sentence, Source, Table
from demad.reporting.edition import CityCard, Revision
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import remark
from demad.reporting.themes.glance import CORE, change_words
from demad.reporting.words import catalogue_words, day, difference, figure, number, period_words, words

_DATASETS = ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking", "controle")


def news(r: Readings) -> Section:
    """Since a year ago and since the previous edition."""
    revised = [revision for revision in r.edition.revisions if revision.city == r.slug]
    blocks: tuple[Block, ...] = (
        *_own_words(r),
        *_changes(r),
        changes_table(r),
        Prose((*_revised(revised), *_data_status(r.card), Sentence(words("said.check_first")))),
        *((revisions_table(revised),) if revised else ()),
        _sources(r),
    )
    return Section("nieuw", words("theme.news"), blocks)


def _changes(r: Readings) -> tuple[Figure, ...]:
    """Then and now of the core shares."""
    rows = [row for id in CORE if indicator(id).unit == "share" and (row := r.latest(id))]
    pairs = [(catalogue_words(row["indicator"], "label"), row["year_before"], row["value"]) for row in rows]
    if not any(before is not None and now is not None for _, before, now in pairs):
        return ()
    svg, narrow = (
        charts.dumbbells(pairs, scale=100, unit="%", hidden=words("short.hidden"), width=width)
        for width in (charts.WIDE, charts.HALF)
    )
    table = changes_table(r, [row["indicator"] for row in rows])
    alt = " ".join(
        words("alt.change", label=name, before=figure(before, "share"), now=figure(now, "share"))
        for name, before, now in pairs
    )
    title, read = words("chart.change_title", city=r.name), words("chart.change_read")
    return (Figure("verandering", title, words("chart.change_sub"), svg, alt, read, table, narrow=narrow),)


def changes_table(r: Readings, ids: list[str] | None = None) -> Table:
    """The core indicators a year ago and now, with the difference in the words of the test."""
    cells, sources = [], []
    for id in ids or [id for id in CORE if indicator(id).unit != "fraction"]:
        row, unit = r.latest(id), indicator(id).unit
        if row is None:
            cells.append(
                (catalogue_words(id, "label"), "\u2013", "\u2013", "\u2013", remark(None, delivered=r.delivered(id)))
            )
            sources.append(())
            continue
        said = change_words(row) if row["value"] is not None else remark(row, delivered=r.delivered(id))
        cells.append(
            (
                f"{catalogue_words(id, 'label')}, {period_words(row['period'])}",
                figure(row["year_before"], unit),
                figure(row["value"], unit),
                difference(row["difference"], unit),
                said,
            )
        )
        sources.append((r.source(row),))
    columns = tuple(words(f"table.{name}") for name in ("indicator", "before", "now", "difference", "word"))
    return Table(columns, tuple(cells), words("chart.change_table"), tuple(sources))


def _revised(revised: list[Revision]) -> tuple[Sentence, ...]:
    if not revised:
        return (Sentence(words("said.not_revised")),)
    one = len(revised) == 1
    return (Sentence(words("said.revised_one") if one else words("said.revised", count=number(len(revised)))),)


def revisions_table(revised: list[Revision]) -> Table:
    """Every published figure that changed, with its old and new value and the reason."""
    cells = tuple(
        (
            f"{catalogue_words(one.indicator, 'label')}, {period_words(one.period)}",
            figure(one.before, indicator(one.indicator).unit),
            figure(one.after, indicator(one.indicator).unit),
            one.reason,
        )
        for one in revised
    )
    sources = tuple(
        (Source(one.indicator, one.city, one.period, one.breakdown, one.group, table="revisions"),) for one in revised
    )
    columns = tuple(words(f"table.{name}") for name in ("indicator", "old", "new", "why"))
    return Table(columns, cells, words("table.revisions"), sources)


def _data_status(card: CityCard) -> tuple[Sentence, ...]:
    said = [words("said.data_until", city=card.name, day=day(card.as_of))] if card.as_of else []
    if card.age_days is not None:
        said.append(
            words("said.data_older", days=number(card.age_days)) if card.age_days else words("said.data_newest")
        )
    said.append(words("said.data_state", state=words(f"city.{card.state}")))
    return tuple(Sentence(one) for one in said)


def _sources(r: Readings) -> Table:
    """Which datasets the city's figures rest on.

    Those that it delivered or counted; where that is not known, one is there if anything that needs it has a value.
    """
    rows = tuple((words(f"source.{name}"), words(f"source.{_state(r, name)}")) for name in _DATASETS)
    return Table((words("table.source"), words("table.state")), rows, words("table.sources", city=r.name))


def _state(r: Readings, dataset: str) -> str:
    if known := {one.dataset for one in r.card.delivered}:
        return "present" if dataset in known else "absent"
    needing = [entry.id for entry in CATALOGUE if dataset in entry.source]
    found = (row for id in needing for row in r.all(id))
    return "present" if any(row["value"] is not None for row in found) else "absent"


def _own_words(r: Readings) -> tuple[Block, ...]:
    """The city's own explanation has its place; without one nothing stands there."""
    text = r.edition.explanations.get(r.slug, "").strip()
    if not text:
        return ()
    paragraphs = tuple(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
    return (Quote(words("said.own_words"), paragraphs, words("said.own_words_by", city=r.name)),)
