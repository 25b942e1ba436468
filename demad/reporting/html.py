"""Block trees become HTML pages that carry everything with them. Templates only from `reports/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from demad.reference.places import data_folder
from demad.reporting.blocks import Page
from demad.reporting.charts import with_own_ids
from demad.reporting.fonts import font_faces
from demad.reporting.words import words

CHARTS = "grafieken"
"""Folder beside the page with each chart as SVG, PNG and CSV."""


def render(template: str, font_folder: Path, **filled: object) -> str:
    """One page from a template of `reports/`; every text is escaped, charts are ours and go in as they are."""
    style = (data_folder("reports") / "style.css").read_text(encoding="utf-8")
    css = Markup(font_faces(font_folder) + "\n" + style)  # noqa: S704 - our own files
    return _environment().get_template(template).render(css=css, **filled)


def render_page(page: Page, font_folder: Path, files: tuple[tuple[str, str], ...] = ()) -> str:
    """The report of one city, with links (address, words) to the same report as other files."""
    return render("city.html.j2", font_folder, page=page, files=files, chart_folder=CHARTS)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(data_folder("reports"))
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["words"] = words
    made.filters["chart"] = _chart
    made.filters["kind"] = lambda block: type(block).__name__
    return made


def _chart(svg: str, prefix: str) -> Markup:
    return Markup(with_own_ids(svg, prefix))  # noqa: S704 - made by charts.py, its texts escaped by matplotlib
