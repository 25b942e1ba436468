"""The kinds of block a report is made of. Every renderer draws each kind once. No figures, no HTML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval; None where it is not shown.

    ``instead``: what is drawn where there is none, if not that it is hidden.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    emphasised: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The published row a figure comes from; ``table`` other than published: what was made of published rows."""

    indicator: str
    city: str
    period: str
    breakdown: str = "total"
    group: str = "total"
    table: str = "published"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column is the row's header.

    ``sources``: for each row the published rows its numbers come from; empty where a table holds no figures.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    sources: tuple[tuple[Source, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with a sentence as title, how to read it, a text for who cannot see it, and its table.

    Every number in its words stands in its table. ``narrow``: the same chart for a screen that ``svg`` does not fit.
    """

    id: str
    title: str
    subtitle: str
    svg: str
    alt: str
    read: str
    table: Table
    note: str = ""
    narrow: str = ""


@dataclass(frozen=True, slots=True)
class StripRow:
    """One indicator of the strip table."""

    id: str
    label: str
    detail: str
    value: str
    change: str
    change_words: str
    course: str
    course_alt: str
    place: str
    place_alt: str
    verdict: str
    verdict_words: str
    meaning: str
    sources: tuple[Source, ...] = ()
    trend: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """The core indicators in one image."""

    city: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the published rows its numbers come from."""

    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """What is the city's own, the few sentences that hold it up, and apart what nearly all cities share.

    ``said``: the sentences of ``text`` with the rows their numbers come from.
    """

    text: str
    bullets: tuple[Sentence, ...]
    said: tuple[Sentence, ...] = ()
    common: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of page one: a sentence, its place between the cities, what can be said of it, and its table."""

    id: str
    title: str
    text: str
    place: str
    place_alt: str
    verdict: str
    verdict_words: str
    meaning: str
    sources: tuple[Source, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """A few figures beside each other."""

    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph that must not be missed: why a figure is not there, a break in the series, a shock."""

    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences that belong together."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A city's own words, in paragraphs; always said to be its own."""

    title: str
    paragraphs: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """Numbered questions for a team to talk about."""

    items: tuple[Sentence, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What one indicator counts: its name and (term, words) pairs; ``folded``: those one click away."""

    id: str
    name: str
    terms: tuple[tuple[str, str], ...]
    folded: tuple[tuple[str, str], ...] = ()


Block = Headline | Cards | Strip | Figure | Table | Note | Prose | Quote | Listing | Questions | Definition


@dataclass(frozen=True, slots=True)
class Section:
    """A theme: a heading and its blocks."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    slug: str
    name: str
    subtitle: str
    label: str
    language: str = "nl"
    sections: tuple[Section, ...] = field(default=())
