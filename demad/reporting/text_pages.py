"""Pages of text: what every indicator counts, reading from Brussels, writing about the figures, accessibility."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.blocks import Listing, Prose, Section, Sentence, Source, Table
from demad.reporting.edition import Edition
from demad.reporting.html import render
from demad.reporting.index import newest_of_all
from demad.reporting.themes.closing import definition, trend_rule
from demad.reporting.themes.glance import CORE
from demad.reporting.words import catalogue_words, day, figure, has_words, period_words, speaking, words

_POOL = "all"
STATED_ON = date(2026, 11, 29)
"""The day on which somebody last went through what the accessibility statement says."""
FRENCH = "brussel-fr"
"""The words of the one page that is in French too."""


def definitions_page(edition: Edition, font_folder: Path) -> str:
    """`definities.html`: the whole catalogue, by theme."""
    themes = dict.fromkeys(entry.theme for entry in CATALOGUE)
    sections = [
        Section(
            theme_key(theme),
            theme_words(theme),
            tuple(definition(entry.id) for entry in CATALOGUE if entry.theme == theme),
        )
        for theme in themes
    ]
    sections.append(Section("verloop", words("columns.course"), (trend_rule(),)))
    return _page(edition, font_folder, words("theme.definitions"), "", sections)


def theme_key(theme: str) -> str:
    """A theme of the catalogue as it stands in keys and addresses."""
    return theme.replace(" ", "_").replace("-", "_")


def theme_words(theme: str) -> str:
    """A theme of the catalogue in words."""
    key = f"indicator_theme.{theme_key(theme)}"
    return words(key) if has_words(key) else theme.capitalize()


def brussels_page(edition: Edition, font_folder: Path) -> str:
    """`brussel.html`: why Brussels has no row, and what a reader there can use."""
    sections = [
        _section("why", 2),
        _section("care", 2),
        Section("context", words("brussels.context"), (_said("brussels.context_1"), _pooled(edition))),
        _section("sources", 2),
    ]
    links = ((words("brussels.other_address"), words("brussels.other_language")),)
    title, subtitle = words("brussels.title"), words("brussels.subtitle")
    return _page(edition, font_folder, title, subtitle, sections, links)


def brussels_in_french(edition: Edition, font_folder: Path) -> str:
    """`bruxelles.html`: the same page for French-speaking readers; the only page in French."""
    with speaking(FRENCH):
        return brussels_page(edition, font_folder)


def _section(name: str, count: int) -> Section:
    said = tuple(Sentence(words(f"brussels.{name}_{number}")) for number in range(1, count + 1))
    return Section(name, words(f"brussels.{name}"), (Prose(said),))


def _said(key: str) -> Prose:
    return Prose((Sentence(words(key)),))


def _pooled(edition: Edition) -> Table:
    """The cities together and the middle city, for the core indicators and all about care leavers."""
    ids = [*CORE, *(entry.id for entry in CATALOGUE if entry.theme == "youth-care leavers" and entry.id not in CORE)]
    cells, sources = [], []
    for id in ids:
        rows = newest_of_all(edition, id)
        if not rows:
            continue
        row = next(iter(rows.values()))
        pooled = edition.published.filter(
            variant="main", indicator=id, city=_POOL, period=row["period"], breakdown="total"
        )
        together = pooled["value"][0] if pooled.height else None
        unit = indicator(id).unit
        named = words(f"label.{id}") if has_words(f"label.{id}") else catalogue_words(id, "label")
        label = f"{named}, {period_words(row['period'])}"
        cells.append((label, figure(together, unit), figure(row["median_all"], unit)))
        sources.append((Source(id, _POOL, row["period"]), Source(id, row["city"], row["period"])))
    columns = (words("table.indicator"), words("indicator_page.pool"), words("table.middle_all"))
    return Table(columns, tuple(cells), words("brussels.table"), tuple(sources))


def protection_page(edition: Edition, font_folder: Path) -> str:
    """`bescherming.html`: the privacy policy, for who is responsible for the data; read in a minute."""
    policy = edition.policy
    filled = {
        "base": str(policy.base),
        "threshold": str(policy.threshold),
        "fewest": str(policy.threshold - policy.base + 1),
        "most": str(policy.threshold + policy.base - 1),
        "hidden": str(policy.threshold - 1),
        "least": str(policy.least_denominator),
    }
    counts = {"done": 3, "read": 4, "exact": 2 if policy.exact_stock else 0, "secret": 3, "tried": 3, "left": 2}
    sections = [
        Section(name, words(f"protection.{name}"), (Prose(tuple(_filled(name, count, filled))),))
        for name, count in counts.items()
        if count
    ]
    return _page(edition, font_folder, words("protection.title"), words("protection.subtitle"), sections)


def _filled(name: str, count: int, filled: dict[str, str]) -> list[Sentence]:
    return [Sentence(words(f"protection.{name}_{number}", **filled)) for number in range(1, count + 1)]


_VERDICTS = {
    "clear": ("clear_higher", "clear_lower"),
    "apart": ("apart_higher", "apart_lower"),
    "nearly": ("nearly",),
    "maybe": ("maybe_higher", "maybe_lower"),
    "chance": ("chance",),
    "unsaid": ("unsaid",),
}


def press_page(edition: Edition, font_folder: Path) -> str:
    """`schrijven.html`: how to write about these figures, for the press; no figure stands in it."""
    filled = {"publisher": edition.look.publisher, "label": edition.label, "contact": edition.contact}
    counts = {"ranking": 3, "differ": 2, "not_said": 4, "careful": 5, "source": 2}
    sections = []
    for name, count in counts.items():
        said = Listing(tuple(words(f"press.{name}_{number}", **filled) for number in range(1, count + 1)))
        blocks = (said, _what_to_write()) if name == "differ" else (said,)
        sections.append(Section(name, words(f"press.{name}"), blocks))
    return _page(edition, font_folder, words("press.title"), words("press.subtitle"), sections)


def _what_to_write() -> Table:
    """Each verdict in the few words of the pages, and what somebody can write of it."""
    rows = tuple(
        (" / ".join(words(f"verdict_short.{code}") for code in codes), words(f"press.write_{kind}"))
        for kind, codes in _VERDICTS.items()
    )
    return Table((words("press.differ_found"), words("press.differ_write")), rows, words("press.differ_how"))


def accessibility_page(edition: Edition, font_folder: Path) -> str:
    """`toegankelijkheid.html`: the statement that the law asks, in the order of decision (EU) 2018/1523."""
    counts = {"scope": 2, "status": 1, "known": 3, "made": 3, "feedback": 1, "enforcement": 1}
    filled = {"publisher": edition.look.publisher, "contact": edition.contact}
    filled |= {"day": day(STATED_ON), "version": edition.version}
    sections = [
        Section(
            name,
            words(f"access.{name}"),
            (Listing(tuple(words(f"access.{name}_{number}", **filled) for number in range(1, count + 1))),),
        )
        for name, count in counts.items()
    ]
    return _page(edition, font_folder, words("access.title"), words("access.subtitle"), sections)


def _page(
    edition: Edition,
    font_folder: Path,
    heading: str,
    subtitle: str,
    sections: list[Section],
    links: tuple[tuple[str, str], ...] = (),
) -> str:
    return render(
        "text.html.j2", edition, font_folder, heading=heading, subtitle=subtitle, sections=sections, links=links, up=""
    )
