"""The page of a revision: what stood there, what stands there now and why, for readers; the file has every row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demad.disclosure import Policy
from demad.reporting.chart_files import table_csv
from demad.reporting.edition import CityCard, CityState, Edition, Revision
from demad.reporting.revision_page import has_revisions, revision_page, revision_table
from demad.tables.figures import BENCHMARK
from tests.figures import figure, published

WHY = "Gent voerde beslissingen <van maart> laat in."


@pytest.fixture(scope="module")
def plain() -> Edition:
    return Edition(
        figures=published(figure()), compared=BENCHMARK.empty(),
        cities=(CityCard("gent", "Gent", CityState.CURRENT, None, 0),),
        label="Release 2025", provisional=False, software="", inputs={}, policy=Policy(), contact="Kenniscentrum",
        version="0.2.0",
    )  # fmt: skip


def row(**given: object) -> Revision:
    known = {"city": "gent", "indicator": "caseload_stock", "period": "2025-12", "before": 1000.0, "after": 1230.0}
    return Revision(**{**known, "reason": WHY, **given})  # pyright: ignore[reportArgumentType]


def test_a_release_without_revisions_has_no_page(plain: Edition):
    assert not has_revisions(plain)
    assert has_revisions(replace(plain, retracted=(row(withdrawn="2025-r2"),)))


def test_the_page_says_before_after_group_and_why(plain: Edition, font_folder: Path):
    hidden = row(breakdown="sex", group="F", after=None)
    page = revision_page(replace(plain, revisions=(row(), hidden)), font_folder)
    for said in ("1.000</td><td>1.230", "1.000</td><td>\u2013", "Iedereen", "Geslacht: ", "december 2025"):
        assert said in page
    assert "Gent voerde beslissingen &lt;van maart&gt; laat in." in page
    assert 'href="wijzigingen.csv"' in page
    assert "ingetrokken" not in page


def test_what_a_withdrawn_release_said_otherwise_stands_apart_under_its_name(plain: Edition, font_folder: Path):
    page = revision_page(replace(plain, retracted=(row(withdrawn="2025-r2"),)), font_folder)
    assert "Anders dan in release 2025-r2, die ingetrokken is" in page
    assert "Waarom zijn er cijfers aangepast?" not in page


def test_a_page_shows_the_first_and_says_where_the_rest_is(plain: Edition, font_folder: Path):
    rows = [row(period=f"{2018 + number // 12}-{number % 12 + 1:02d}") for number in range(60)]
    rows += [row(variant="wide", city="all")]
    made = replace(plain, revisions=tuple(rows))
    page = revision_page(made, font_folder)
    assert "U ziet er hier 40 van de 60" in page
    assert "december 2022" in page
    assert "januari 2018" not in page
    text = table_csv(revision_table(made)).decode("utf-8-sig")
    assert len(text.splitlines()) == 1 + 61
    assert "Alle steden samen" in text
