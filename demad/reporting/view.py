"""A city report as a tree of blocks. Written once here; every renderer draws it."""

from __future__ import annotations

from demad.reporting.blocks import Page
from demad.reporting.edition import Edition
from demad.reporting.readings import Readings, readings
from demad.reporting.themes.ahead import ahead
from demad.reporting.themes.certainty import certainty
from demad.reporting.themes.closing import core_definitions, provenance, questions
from demad.reporting.themes.comparison import comparison
from demad.reporting.themes.duration import duration
from demad.reporting.themes.evolution import evolution
from demad.reporting.themes.glance import core, glance
from demad.reporting.themes.leavers import leavers
from demad.reporting.themes.news import news
from demad.reporting.themes.outflow import outflow
from demad.reporting.themes.returns import returns
from demad.reporting.themes.sustainable import sustainable
from demad.reporting.words import day, period_words, spoken_language, words

THEMES = (
    glance,
    core,
    news,
    evolution,
    ahead,
    duration,
    outflow,
    sustainable,
    returns,
    leavers,
    comparison,
    certainty,
    questions,
    provenance,
)
"""The themes in the order a manager reads them, each from the readings of a city to a section."""


def city_page(edition: Edition, slug: str) -> Page:
    """The whole report of one city, in the language that is spoken now."""
    read = readings(edition, slug)
    sections = (*(theme(read) for theme in THEMES), core_definitions())
    return Page(slug, read.name, _masthead(read), edition.label, spoken_language(), sections)


def _masthead(r: Readings) -> str:
    """Until when the figures and the data go, and whether the city looked at them."""
    month, until = _figures_until(r), r.card.as_of
    said = (
        words("page.figures_until", month=month) if month else "",
        words("page.until", day=day(until)) if until else words("page.title"),
        words("page.signed" if r.slug in r.edition.signed else "page.unsigned"),
    )
    return " · ".join(part for part in said if part)


def _figures_until(read: Readings) -> str:
    """The last month of the newest quarter whose exits are certain: that is how far most figures reach."""
    newest = max((row["period"] for row in read.course("outflow_count", "Q")), default="")
    return period_words(f"{newest[:4]}-{int(newest[-1]) * 3:02d}") if newest else ""
