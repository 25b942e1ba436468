"""The kinds of block a report is made of. Every renderer draws each kind once. No figures, no HTML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval; None where it is not shown."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column is the row's header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with a sentence as title, how to read it, a text for who cannot see it, and its table."""

    id: str
    title: str
    subtitle: str
    svg: str
    alt: str
    read: str
    table: Table
    note: str = ""


@dataclass(frozen=True, slots=True)
class StripRow:
    """One indicator of the strip table."""

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


@dataclass(frozen=True, slots=True)
class Strip:
    """The core indicators in one image."""

    city: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """One sentence and the few that hold it up."""

    text: str
    bullets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph that must not be missed."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of sentences."""

    items: tuple[str, ...]


Block = Headline | Strip | Figure | Table | Note | Listing


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
    sections: tuple[Section, ...] = field(default=())
