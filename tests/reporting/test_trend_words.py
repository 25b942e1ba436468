"""A figure is said to rise or fall only where the rule of the catalogue allows an arrow; a break is said."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from demad.catalogue import TREND_RULE
from demad.reporting.blocks import Strip
from demad.reporting.edition import Edition
from demad.reporting.text_pages import definitions_page
from demad.reporting.view import city_page
from demad.reporting.words import speaking

STOCKS = ("caseload_stock", "caseload_change_yoy")


def _trends(made: Edition, *, arrow: str = "none", breaks: int = 0, period: str = "2025Q4") -> dict[str, str]:
    told = made.tables["trends"].with_columns(arrow=pl.lit(arrow), breaks=pl.lit(breaks), period=pl.lit(period))
    strip = city_page(replace(made, tables={**made.tables, "trends": told}), "gent").sections[1].blocks[0]
    assert isinstance(strip, Strip)
    return {row.id: row.trend for row in strip.rows}


@pytest.mark.parametrize(
    ("arrow", "breaks", "said"),
    [
        ("up", 0, "Stijgt over de jaren"),
        ("down", 0, "Daalt over de jaren"),
        ("none", 0, ""),
        ("none", 1, "Breuk in de reeks"),
        ("up", 1, "Breuk in de reeks"),
    ],
)
def test_a_word_stands_where_an_arrow_may_and_a_stock_has_none(made: Edition, arrow: str, breaks: int, said: str):
    found = _trends(made, arrow=arrow, breaks=breaks)
    assert {found.pop(id) for id in (*STOCKS, "outflow_oe")} == {""}
    assert set(found.values()) == {said}


def test_a_trend_until_another_period_than_the_figure_says_nothing(made: Edition):
    assert set(_trends(made, arrow="up", period="2025Q2").values()) == {""}


def test_the_strip_says_what_the_table_of_trends_says(made: Edition):
    table = made.tables["trends"].filter(city="gent", period="2025Q4", breaks=0)
    allowed = {row["indicator"]: row["arrow"] for row in table.iter_rows(named=True)}
    strip = city_page(made, "gent").sections[1].blocks[0]
    assert isinstance(strip, Strip)
    words = {"up": "Stijgt over de jaren", "down": "Daalt over de jaren"}
    assert {row.id: row.trend for row in strip.rows} == {
        row.id: words.get(allowed.get(row.id, "none"), "") for row in strip.rows
    }


def test_the_rule_stands_on_the_page_of_definitions_in_both_languages(made: Edition, font_folder: Path):
    assert TREND_RULE in html.unescape(definitions_page(made, font_folder))
    with speaking("en"):
        assert "at least five points that do not overlap" in definitions_page(made, font_folder)
