"""The page and the file of a revision: which published figures changed, before and after, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from demad.catalogue import indicator
from demad.reporting.blocks import Block, Prose, Section, Sentence, Source, Table
from demad.reporting.edition import Edition, Revision
from demad.reporting.html import render
from demad.reporting.words import breakdown_words, catalogue_words, figure, group_words, number, period_words, words
from demad.tables.months import last_month

PAGE, FILE = "wijzigingen.html", "wijzigingen.csv"
_POOL = "all"
_MOST = 40  # rows of a city on the page; the file has all


def has_revisions(edition: Edition) -> bool:
    """Whether this release changes a published figure, so that it has the page."""
    return bool(edition.revisions or edition.retracted)


def revision_page(edition: Edition, font_folder: Path) -> str:
    """`wijzigingen.html`: the reasons, what changed of each city, and what differs from a withdrawn release."""
    sections = [
        *((_reasons(edition.revisions),) if edition.revisions else ()),
        *_retracted(edition),
        *(_of_city(edition, slug, rows) for slug, rows in _by_city(edition.revisions)),
    ]
    return render(
        "text.html.j2", edition, font_folder, heading=words("revision.title"), subtitle=words("revision.subtitle"),
        sections=sections, links=((FILE, words("revision.file")), ("index.html", words("page.all_cities"))), up="",
    )  # fmt: skip


def revision_table(edition: Edition) -> Table:
    """Every changed figure, as a file: all series and groups."""
    names = ("city", "indicator", "period", "group", "series", "old", "new", "why")
    rows = tuple(
        (
            _city(edition, one.city),
            catalogue_words(one.indicator, "label"),
            one.period,
            _group(one),
            one.variant,
            *_values(one),
            _reason(one),
        )
        for one in (*edition.revisions, *edition.retracted)
    )
    return Table(tuple(words(f"table.{name}") for name in names), rows, words("revision.title"))


def _reasons(revised: Sequence[Revision]) -> Section:
    counted = Counter(one.reason for one in revised)
    rows = tuple(
        (reason, number(count)) for reason, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    )
    table = Table((words("table.why"), words("revision.count")), rows, words("revision.why_table"))
    return Section("redenen", words("revision.why"), (table, Prose((Sentence(words("revision.hidden")),))))


def _retracted(edition: Edition) -> Iterable[Section]:
    """A section for each withdrawn release of which readers may have taken figures over that are otherwise now."""
    rows = sorted(edition.retracted, key=lambda one: one.withdrawn)
    for release, found in groupby(rows, key=lambda one: one.withdrawn):
        told = list(found)
        said = Prose((Sentence(words("revision.withdrawn_text", release=release, count=number(len(told)))),))
        title = words("revision.withdrawn", release=release)
        yield Section(f"ingetrokken-{release}", title, (said, *_shown(edition, told, title, of_withdrawn=True)))


def _of_city(edition: Edition, slug: str, rows: Sequence[Revision]) -> Section:
    name = _city(edition, slug)
    return Section(slug, name, _shown(edition, rows, words("revision.city", city=name)))


def _by_city(revised: Iterable[Revision]) -> Iterable[tuple[str, list[Revision]]]:
    """The cities by slug, all of them together last."""
    rows = sorted(revised, key=lambda one: (one.city == _POOL, one.city))
    return ((slug, list(found)) for slug, found in groupby(rows, key=lambda one: one.city))


def _shown(
    edition: Edition, rows: Sequence[Revision], caption: str, *, of_withdrawn: bool = False
) -> tuple[Block, ...]:
    """The main series: totals first, the newest first; a sentence says where the rest is.

    Of a withdrawn release each row names its city, and the reason is the same for all.
    """
    main = [one for one in rows if one.variant == "main"]
    order = sorted(main, key=lambda one: (one.breakdown != "total", -last_month(one.period), one.indicator, one.group))
    taken = order[:_MOST]
    first, last = (("city",), ()) if of_withdrawn else ((), ("why",))
    names = (*first, "indicator", "period", "group", "old", "new", *last)
    cells = tuple(
        (
            *((_city(edition, one.city),) if of_withdrawn else ()),
            catalogue_words(one.indicator, "label"),
            period_words(one.period),
            _group(one),
            *_values(one),
            *(() if of_withdrawn else (one.reason,)),
        )
        for one in taken
    )
    sources = tuple(
        (Source(one.indicator, one.city, one.period, one.breakdown, one.group, table="revisions"),) for one in taken
    )
    table = Table(tuple(words(f"table.{name}") for name in names), cells, caption, sources)
    count = {"shown": number(len(taken)), "count": number(len(rows))}
    rest = (Prose((Sentence(words("revision.most", **count)),)),) if len(rows) > len(taken) else ()
    return (*((table,) if taken else ()), *rest)


def _values(one: Revision) -> tuple[str, str]:
    unit = indicator(one.indicator).unit
    return figure(one.before, unit), figure(one.after, unit)


def _group(one: Revision) -> str:
    if one.breakdown == "total":
        return words("group.total")
    return f"{breakdown_words(one.breakdown)}: {group_words(one.breakdown, one.group)}"


def _reason(one: Revision) -> str:
    return words("revision.reason_withdrawn", release=one.withdrawn) if one.withdrawn else one.reason


def _city(edition: Edition, slug: str) -> str:
    if slug == _POOL:
        return words("indicator_page.pool")
    return next((card.name for card in edition.cities if card.slug == slug), slug.capitalize())
