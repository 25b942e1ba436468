"""Block trees become HTML pages that carry everything with them. Templates only from `reports/`."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from demad.reference.places import data_folder
from demad.reporting.blocks import Page, Source, Table
from demad.reporting.charts import with_own_ids
from demad.reporting.drawings import WIDE_POINTS, size
from demad.reporting.edition import Edition, Look
from demad.reporting.fonts import font_faces
from demad.reporting.palette import palette, variables
from demad.reporting.words import words


class Cover(Protocol):
    """What the head and foot of every page say; an edition is one."""

    @property
    def look(self) -> Look:
        """How the installation presents itself."""
        ...

    @property
    def label(self) -> str:
        """What the page is of: a release, a draft."""
        ...

    @property
    def contact(self) -> str:
        """Where readers can ask questions."""
        ...


def render(template: str, cover: Cover, font_folder: Path, **filled: object) -> str:
    """One page from a template of `reports/`; every text is escaped, charts are ours and go in as they are."""
    look = cover.look
    shared: dict[str, object] = {"label": cover.label, "contact": cover.contact, "look": look}
    shared |= {"css": _css(look, font_folder), "scripts": ()}
    return _environment().get_template(template).render(shared | filled)


def render_page(page: Page, edition: Edition, font_folder: Path, files: tuple[tuple[str, str], ...] = ()) -> str:
    """The report of one city, with links (address, words) to the same report as other files."""
    return render("city.html.j2", edition, font_folder, page=page, files=files, scripts=(script("saving.js"),))


@dataclass(frozen=True, slots=True)
class Script:
    """A script of ours inside a page; the page runs it and no other, by its hash."""

    text: Markup
    hash: str


@lru_cache(maxsize=4)
def script(name: str) -> Script:
    """A script of `reports/`, for a page to carry."""
    text = (data_folder("reports") / name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Script(Markup(text), f"sha256-{digest}")  # noqa: S704 - our own file


def row_pages(table: Table) -> tuple[str, ...]:
    """The figure that each row is about, where the rows of a table are about different figures."""
    about = tuple(sources[0].indicator if sources else "" for sources in table.sources)
    return about if len(set(about) - {""}) > 1 else ()


def one_city(sources: tuple[Source, ...]) -> str:
    """The city that a row is about; empty where it is about none or several."""
    cities = {source.city for source in sources}
    return cities.pop() if len(cities) == 1 else ""


def address(contact: str) -> str:
    """Where a link to the contact leads: a mail or a page; empty where it is only a name."""
    if re.fullmatch(r"[^@\s:/]+@[^@\s:/]+", contact):
        return f"mailto:{contact}"
    return contact if re.fullmatch(r"https://\S+", contact) else ""


def _css(look: Look, font_folder: Path) -> Markup:
    style = (data_folder("reports") / "style.css").read_text(encoding="utf-8")
    light, dark = variables(palette(look)), variables(palette(look, dark=True))
    colours = f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return Markup("\n".join((font_faces(font_folder), colours, style)))  # noqa: S704 - our own files and colours


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(data_folder("reports"))
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["words"] = words  # pyright: ignore[reportArgumentType]  # jinja2 names its own functions only
    made.filters["chart"] = _chart  # pyright: ignore[reportArgumentType]
    made.filters["wide"] = lambda svg: size(str(svg))[0] > WIDE_POINTS
    made.filters["row_pages"] = row_pages  # pyright: ignore[reportArgumentType]
    made.filters["one_city"] = one_city  # pyright: ignore[reportArgumentType]
    made.filters["address"] = address
    made.filters["kind"] = lambda block: type(block).__name__
    return made


def _chart(svg: str, prefix: str) -> Markup:
    return Markup(with_own_ids(svg, prefix))  # noqa: S704 - made by charts/, its texts escaped there
