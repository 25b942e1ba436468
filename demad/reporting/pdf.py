"""Block trees become PDF: the report of a city, the one page for its council, and pictures for slides."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demad.reporting.blocks import Block, Cards, Figure, Page, Section, Strip
from demad.reporting.drawings import WIDE_POINTS, light, size
from demad.reporting.edition import Look
from demad.reporting.palette import palette
from demad.reporting.typeset import typeset_pdf, typeset_png
from demad.reporting.typeset_before import TypesetBefore
from demad.reporting.words import words

SLIDE_PPI = 170
_WORDS = {
    "columns": ("indicator", "now", "change", "course", "place", "meaning"),
    "page": (
        "brand",
        "read",
        "how",
        "how_text",
        "figures_behind",
        "figures_behind_how",
        "not_shown",
        "source",
        "report",
        "council",
    ),
}  # fmt: skip


def city_pdf(page: Page, look: Look, font_folder: Path, before: TypesetBefore | None = None) -> bytes:
    """The whole report of a city: page one is the summary, the tables of the charts stand at the end."""
    data, drawings = _with_drawings(page, look)
    return typeset_pdf("city.typ", data, drawings, font_folder, before)


def council_pdf(page: Page, look: Look, font_folder: Path, before: TypesetBefore | None = None) -> bytes:
    """One A4 from the tree of :func:`demad.reporting.council.council_page`."""
    data, drawings = _with_drawings(page, look)
    return typeset_pdf("council.typ", data, drawings, font_folder, before)


def pictures(page: Page, figures: Sequence[Figure], look: Look, font_folder: Path) -> dict[str, bytes]:
    """Each chart as a PNG that can go on a slide by itself: title, chart, how to read it, source."""
    if not figures:
        return {}
    shown = dataclasses.replace(page, sections=(Section("grafieken", "", tuple(figures)),))
    data, drawings = _with_drawings(shown, look)
    made = typeset_png("slide.typ", data, drawings, font_folder, ppi=SLIDE_PPI)
    return {figure.id: picture for figure, picture in zip(figures, made, strict=True)}


def _with_drawings(page: Page, look: Look) -> tuple[dict[str, Any], dict[str, str]]:
    """The tree as JSON, and the charts it names as files."""
    drawings: dict[str, str] = {}
    sections = [
        {
            "title": section.title,
            "id": section.id,
            "blocks": [_block(block, drawings, look) for block in section.blocks],
        }
        for section in page.sections
    ]
    said = {name: words(f"{part}.{name}", city=page.name) for part, names in _WORDS.items() for name in names}
    said |= {"everywhere": words("headline.everywhere"), "cards_how": words("card.how")}
    head = {"name": page.name, "subtitle": page.subtitle, "label": page.label, "colours": palette(look)}
    head |= {"language": page.language, "publisher": look.publisher}
    return {**head, "words": said, "sections": sections}, drawings


def _block(block: Block, drawings: dict[str, str], look: Look) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": type(block).__name__, **dataclasses.asdict(block)}
    if isinstance(block, Figure):
        fields["svg"] = _kept(block.svg, drawings, look)
        fields["wide"] = size(block.svg)[0] > WIDE_POINTS
        fields["alt"] = f"{block.title}. {block.alt}"
    elif isinstance(block, Cards):
        for item in fields["items"]:
            item["place"] = _kept(item["place"], drawings, look)
    elif isinstance(block, Strip):
        for row in fields["rows"]:
            row["course"] = _kept(row["course"], drawings, look)
            row["place"] = _kept(row["place"], drawings, look)
    return fields


def _kept(svg: str, drawings: dict[str, str], look: Look) -> str:
    if not svg:
        return ""
    name = f"drawing-{len(drawings) + 1}.svg"
    drawings[name] = light(svg, look)
    return name
