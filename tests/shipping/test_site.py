"""The documentation as a site: built without a warning, every link leads somewhere, nothing comes from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from demad.catalogue import CATALOGUE
from shipping.site_definitions import definitions

ASKED = ("zensical", "griffe", "latex2mathml")


def test_the_definitions_are_those_of_the_catalogue():
    page = definitions()
    assert set(re.findall(r"\{#(\w+)\}", page)) == {entry.id for entry in CATALOGUE}
    assert len(re.findall(r"^### ", page, re.MULTILINE)) == len(CATALOGUE)
    assert page.count("**Formule**") == len(CATALOGUE)


class Links(HTMLParser):
    """What a page names, and what can be named in it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {given[name] or "" for name in ("id", "name") if name in given}
        found = given.get("href" if tag in ("a", "link") else "src")
        if found and tag == "a":
            self.links.append(found)
        elif found and given.get("rel") != "canonical":
            self.loaded.append(found)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    absent = [name for name in ASKED if find_spec(name) is None]
    if absent:
        pytest.skip(f"demad[docs] is not installed: {', '.join(absent)}")
    from shipping.site import build_site

    return build_site(tmp_path_factory.mktemp("site") / "out").parent


@pytest.mark.slow
def test_every_link_of_the_built_site_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site: Path):
    pages = {page: Links(page) for page in site.rglob("*.html")}
    assert len(pages) > 40
    wrong = []
    for page, found in pages.items():
        if page.name == "404.html":  # its links are from the top of a server
            continue
        for link in (*found.links, *found.loaded):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            there = (page.parent / path).resolve() if path else page
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file() or (anchor and there in pages and anchor not in pages[there].anchors):
                wrong.append(f"{page.relative_to(site)}: {link}")
        wrong += [f"{page.relative_to(site)}: {link}" for link in found.loaded if re.match(r"(https?:)?//", link)]
    assert wrong == []


@pytest.mark.slow
def test_the_site_has_the_library_the_formulas_and_every_definition(site: Path):
    methods = (site / "docs" / "methods.html").read_text(encoding="utf-8")
    assert methods.count("<math ") >= 50
    assert "$`" not in methods
    assert 'id="demad.catalogue.indicator"' in (site / "docs" / "library" / "catalogue.html").read_text("utf-8")
    definitions_page = Links(site / "docs" / "definities.html")
    assert {entry.id for entry in CATALOGUE} <= definitions_page.anchors
