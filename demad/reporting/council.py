"""The one A4 a council gets: what stands on page one of the report, five indicators, the chart, the questions."""

from __future__ import annotations

from dataclasses import replace

from demad.reporting.blocks import Block, Figure, Headline, Listing, Note, Page, Questions, Section, Strip
from demad.reporting.drawings import WIDE_POINTS, size
from demad.reporting.words import words

ASKED = ("caseload_stock", "still_on_12m", "cif_work_12m", "sustainable_activation_12m", "return_12m")
_CHARTS = 1


def council_page(page: Page, contact: str) -> Page:
    """The council's page of a city, from its report: nothing is computed or worded again."""
    blocks = [block for section in page.sections for block in section.blocks]
    glance = tuple(
        replace(block, bullets=block.bullets[-1:], common="")
        for block in page.sections[0].blocks
        if isinstance(block, Headline)
    )
    half = [block for block in blocks if isinstance(block, Figure) and size(block.svg)[0] <= WIDE_POINTS]
    drawn = tuple(replace(block, note="") for block in half[:_CHARTS])
    charts: tuple[Block, ...] = drawn or (Note(words("council.no_chart")),)
    questions = tuple(replace(block, title="") for block in page.sections[0].blocks if isinstance(block, Questions))
    sections = (
        Section("oogopslag", page.sections[0].title, glance),
        Section("kern", words("council.core"), tuple(_five(block) for block in blocks if isinstance(block, Strip))),
        Section("verloop", words("council.course"), charts),
        Section("vragen", words("theme.questions"), questions),
        Section("herkomst", words("council.reading"), (Listing(_reading(contact)),)),
    )
    return replace(page, subtitle=words("council.title"), sections=sections)


def _five(strip: Strip) -> Strip:
    return replace(strip, rows=tuple(row for row in strip.rows if row.id in ASKED))


def _reading(contact: str) -> tuple[str, ...]:
    return (
        words("council.counts"),
        words("council.hidden"),
        words("council.fair"),
        words("council.contact", contact=contact),
    )
