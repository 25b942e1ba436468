"""One edition and its pages for all tests of reports; made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from demad.reporting.blocks import Page
from demad.reporting.edition import Edition
from demad.reporting.fonts import fonts
from demad.reporting.site import write_city, write_index
from demad.reporting.view import city_page
from tests import lanes
from tests.once import made_once
from tests.reporting.editions import edition

# The daily lane takes one in five: Aalst and Gent, which other tests draw too.
TEN = (
    "aalst", "antwerpen", "brugge", "genk", "hasselt", "gent", "kortrijk", "leuven", "oostende", "turnhout",
)  # fmt: skip


@pytest.fixture(scope="session")
def font_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "fonts", fonts)


@pytest.fixture(scope="session")
def made(font_folder: Path) -> Edition:
    assert font_folder
    return edition()


class Pages(Mapping[str, Page]):
    """Reports by city, each made when it is first asked for: drawing the charts of one takes seconds."""

    def __init__(self, made: Edition, slugs: Sequence[str]) -> None:
        self._made, self._slugs, self._pages = made, slugs, dict[str, Page]()

    def __getitem__(self, slug: str) -> Page:
        if slug not in self._pages:
            self._pages[slug] = city_page(self._made, slug)
        return self._pages[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._slugs)

    def __len__(self) -> int:
        return len(self._slugs)


@pytest.fixture(scope="session")
def pages(made: Edition) -> Pages:
    """The reports of ten cities in the long lane; in the daily lane two of them are looked at as a whole."""
    return Pages(made, lanes.sampled(TEN, every=5))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, made: Edition, font_folder: Path) -> Path:
    """The folders of two cities and every page around them; made once, so do not write in it."""

    def write(folder: Path) -> None:
        for slug in ("gent", "turnhout"):
            write_city(folder, made, slug, font_folder=font_folder)
        write_index(folder, made, font_folder=font_folder)

    return made_once(tmp_path_factory, "site", write)
