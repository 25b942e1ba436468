"""The calendar of the releases and how figures are revised, as `demad.toml` says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from demad.reference.places import cache_folder
from demad.reference.settings import Planned, load_settings
from demad.reporting.edition import Edition, Look
from demad.reporting.look import look_of
from demad.reporting.policy_pages import calendar_page, revisions_page
from demad.reporting.words import speaking

FONTS = cache_folder() / "fonts"
TOML = """
contact = "data@stad.example"
doi = "10.1234/abc"
[[calendar]]
period = "2030Q1"
day = 2030-06-15
[[calendar]]
period = "2025"
day = 2026-03-15
"""


def _text(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>|<script.*?</script>", "", page, flags=re.DOTALL))


@pytest.fixture
def look(tmp_path: Path) -> Look:
    (tmp_path / "demad.toml").write_text(TOML, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.calendar == (Planned("2025", date(2026, 3, 15)), Planned("2030Q1", date(2030, 6, 15)))
    return look_of(tmp_path, settings)


def test_the_calendar_has_every_planned_release_by_day_and_whether_it_is_there(made: Edition, look: Look):
    said = _text(calendar_page(replace(made, look=look), FONTS))
    assert said.index("15 maart 2026") < said.index("staat in deze cijfers") < said.index("15 juni 2030")
    assert said.index("15 juni 2030") < said.index("nog niet in deze cijfers")


def test_a_calendar_without_days_says_so_and_whom_to_ask(made: Edition):
    said = _text(calendar_page(made, FONTS))
    assert "nog geen dagen gepland" in said
    assert made.contact in said
    assert "<table" not in calendar_page(made, FONTS)


def test_revisions_and_how_to_cite_stand_on_one_page_with_licence_and_doi(made: Edition, look: Look):
    said = _text(revisions_page(replace(made, look=look), FONTS))
    assert all(words in said for words in (look.licence, made.label, "https://doi.org/10.1234/abc", look.publisher))
    assert "doi.org" not in _text(revisions_page(made, FONTS))
    with speaking("en"):
        assert "How we revise figures" in _text(revisions_page(made, FONTS))
