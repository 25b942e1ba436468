"""English is the twin of Dutch: the same keys, the same values to fill in, and every definition of the catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from demad.catalogue import CATALOGUE
from demad.errors import UsageRefused
from demad.reference.events import policy_events
from demad.reporting.edition import Edition, Look
from demad.reporting.html import render_page
from demad.reporting.view import city_page
from demad.reporting.words import LOCALES, figure, period_words, sentences, speaking, words

FIELDS = ("population", "formula", "numerator", "denominator", "interval", "worked_example")


def _said(language: str) -> dict[str, str]:
    return {f"{section}.{name}": text for section, texts in sentences(language).items() for name, text in texts.items()}


def _visible(html: str) -> str:
    """What is read or heard: no style, no ids, no addresses, no codes of indicators."""
    plain = re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)
    plain = re.sub(r'\s(?:id|href|aria-labelledby|class|style|d|xlink:href|clip-path)="[^"]*"', "", plain)
    return re.sub(r"\b\w+_(?:leefloon|\w+)_?\w*, version", "", plain)


def _taken(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_english_has_the_same_keys_and_fills_in_the_same():
    dutch, english = _said("nl"), _said("en")
    extra = {f"event.{event.day}" for event in policy_events()} | {"trend.rule"}
    assert set(english) - extra == set(dutch)
    assert not [key for key, text in dutch.items() if _taken(text) != _taken(english[key])]


@pytest.mark.parametrize("field", ["label", *FIELDS])
def test_english_says_what_every_indicator_is(field: str):
    with speaking("en"):
        assert not [entry.id for entry in CATALOGUE if not entry.translated["en"].get(field)]


def test_numbers_and_periods_follow_the_language():
    with speaking("en"):
        assert [figure(1234.0, "persons"), figure(1.5, "ratio"), period_words("2025-12")] == [
            "1,234",
            "1.50",
            "December 2025",
        ]
    assert figure(1234.0, "persons") == "1.234"


def test_a_report_in_english_holds_no_dutch(made: Edition, font_folder: Path):
    spoken = replace(made, look=Look(language="en"), label="draft")
    with speaking("en"):
        page = city_page(spoken, "gent")
        html = render_page(page, spoken, font_folder)
    assert '<html lang="en">' in html
    for dutch in ("Middelste stad", "niet getoond", "kwartaal", "leefloon", "Gunstig", "Lees:", "Geen oordeel", "mnd"):
        assert dutch not in _visible(html).replace("minimum income (leefloon)", ""), dutch
    assert "minimum income (leefloon)" in _visible(html)


def test_a_language_without_words_is_refused():
    assert set(LOCALES) == {"nl", "en"}
    with pytest.raises(UsageRefused) as refused, speaking("fr"):
        words("page.title")
    assert refused.value.code == "D-512"
