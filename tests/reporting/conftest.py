"""One edition and its pages for all tests of reports; made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from demad.reporting import charts
from demad.reporting.blocks import Page
from demad.reporting.edition import Edition
from demad.reporting.site import write_city, write_index
from demad.reporting.view import city_page
from tests.reporting.editions import edition

TEN = (
    "aalst", "antwerpen", "brugge", "genk", "gent", "hasselt", "kortrijk", "leuven", "oostende", "turnhout",
)  # fmt: skip


@pytest.fixture(scope="session")
def font_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    charts.prepare(folder)
    return folder


@pytest.fixture(scope="session")
def made(font_folder: Path) -> Edition:
    assert font_folder
    return edition()


@pytest.fixture(scope="session")
def pages(made: Edition) -> dict[str, Page]:
    """The reports of ten cities."""
    return {slug: city_page(made, slug) for slug in TEN}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, made: Edition, font_folder: Path) -> Path:
    """The folders of two cities and every page around them."""
    folder = tmp_path_factory.mktemp("site")
    for slug in ("gent", "turnhout"):
        write_city(folder, made, slug, font_folder=font_folder)
    write_index(folder, made, font_folder=font_folder)
    return folder
