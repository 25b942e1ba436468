"""The words of a report: plain Dutch, short sentences, few numbers, no claim of cause."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from demad.catalogue import CATALOGUE
from demad.errors import DemadError
from demad.reporting.blocks import Headline, Page, Prose, Questions
from demad.reporting.edition import Edition
from demad.reporting.view import city_page
from demad.reporting.words import difference, figure, number, period_words, sentences, words

PROSE = (
    "headline", "finding", "bullet", "said", "question", "council", "brussels", "access", "press", "chart", "impact",
)  # fmt: skip
"""Sections that people read as sentences, not as labels."""

FORBIDDEN = (
    "significant", "betrouwbaarheidsinterval", "cohort", "percentiel", "populatie", "teneinde", "middels",
    "inzake", "leefloner", "leefloners", "klanten", "anoniem", "anonieme", "cliënt", "cliënten",
)  # fmt: skip
CAUSAL = ("dankzij", "doordat", "waardoor", "ten gevolge", "omwille van", "veroorzaakt", "als gevolg van", "leidt tot")
_TAKEN = re.compile(r"\{(\w+)\}")
_NUMBERS = {
    "value",
    "median",
    "change",
    "before",
    "low",
    "high",
    "half",
    "total",
    "inflow",
    "outflow",
    "days",
    "count",
    "threshold",
}


def _said(language: str = "nl", sections: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [
        (f"{section}.{name}", text)
        for section, texts in sentences(language).items()
        for name, text in texts.items()
        if not sections or section in sections
    ]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!:])\s+", text) if part]


def _count_words(sentence: str) -> int:
    return len(re.findall(r"[\w{}’'-]+", sentence))


def _count_numbers(sentence: str) -> int:
    """Figures in a sentence; "op de 100", "per 1.000" and "van 18 tot 64" name a unit; a norm is no figure."""
    plain = re.sub(
        r"(op de|van de|van|elke|per|bij) (100|1\.000)|18 tot 64|art\. 60/61|EN 301 549|WCAG 2\.[12]|\(EU\) \d+/\d+",
        "",
        sentence,
        flags=re.I,
    )
    return len(re.findall(r"\d+", _TAKEN.sub("", plain))) + sum(name in _NUMBERS for name in _TAKEN.findall(plain))


def test_no_sentence_is_longer_than_22_words():
    long = [(key, part) for key, text in _said(sections=PROSE) for part in _sentences(text) if _count_words(part) > 22]
    assert not long


def test_sentences_have_15_words_on_average_at_most():
    lengths = [_count_words(part) for _, text in _said(sections=PROSE) for part in _sentences(text)]
    assert sum(lengths) / len(lengths) <= 15


def test_a_sentence_holds_one_number_or_two_where_they_are_a_range_or_a_pair():
    crowded = [
        (key, part) for key, text in _said(sections=PROSE) for part in _sentences(text) if _count_numbers(part) > 2
    ]
    pairs = [
        (key, part) for key, text in _said(sections=PROSE) for part in _sentences(text) if _count_numbers(part) == 2
    ]
    apart = [(key, part) for key, part in pairs if not re.search(r"\btussen\b|\btot\b|\bvan de\b|plaats", part)]
    assert (crowded, apart) == ([], [])


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_word_that_readers_must_look_up(word: str):
    found = [key for key, text in _said() if re.search(rf"\b{word}\b", text, flags=re.I)]
    assert not found


@pytest.mark.parametrize("word", CAUSAL)
def test_no_word_that_claims_a_cause(word: str):
    assert not [key for key, text in _said() if word in text.lower()]


def test_door_only_says_by_chance_through_time_or_divided_by():
    plain = {
        key: re.sub(r"gedeeld door|door toeval|door de tijd|nagekeken door de stad", "", text, flags=re.I)
        for key, text in _said()
    }
    assert not [key for key, text in plain.items() if re.search(r"\bdoor\b", text, flags=re.I)]


def test_no_abbreviation_in_prose():
    assert not [key for key, text in _said(sections=PROSE) if re.search(r"\bt\.o\.v\.|\bi\.p\.v\.|\bm\.b\.t\.", text)]


def test_nobody_is_ranked():
    assert not [key for key, text in _said() if re.search(r"\d+(ste|de) van|beste stad|slechtste", text)]


def test_templates_for_indicators_only_name_indicators_of_the_catalogue():
    ids = {entry.id for entry in CATALOGUE}
    for section in ("detail", "youth"):
        assert {name for name in sentences("nl")[section] if not name.startswith("oe_")} <= ids
    for section in ("finding", "question"):
        judged = [name.rsplit("_", 1) for name in sentences("nl")[section] if name.endswith(("_higher", "_lower"))]
        assert judged
        assert {id for id, _ in judged} <= ids


def test_a_missing_word_is_our_fault_and_says_which():
    with pytest.raises(DemadError, match=r"bullet\.none"):
        words("bullet.none")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.355, "share", "36%"),
        (0.355, "fraction", "+36%"),
        (-0.04, "fraction", "\u22124%"),
        (11.0, "months", "11 mnd"),
        (11.5, "months", "11,5 mnd"),
        (1234.0, "persons", "1.234"),
        (1.046, "ratio", "1,05"),
        (None, "share", "\u2013"),
    ],
)
def test_a_value_is_written_as_flanders_does(value: float | None, unit: str, said: str):
    assert figure(value, unit) == said


def test_a_difference_has_a_sign_and_nothing_is_minus_zero():
    assert difference(0.02, "share") == "+2 procentpunt"
    assert difference(-0.02, "share") == "\u22122 procentpunt"
    assert difference(None, "share") == "\u2013"
    assert difference(-0.004, "share") == "0 procentpunt"
    assert number(-0.0) == number(-0.2) == "0"


def test_periods_are_said_in_full():
    assert [period_words(period) for period in ("2025", "2025Q4", "2025-12")] == [
        "2025",
        "4de kwartaal 2025",
        "december 2025",
    ]


def test_every_headline_and_question_of_the_reports_is_short_enough(pages: dict[str, Page]):
    said = [
        sentence if isinstance(sentence, str) else sentence.text
        for page in pages.values()
        for section in page.sections
        for block in section.blocks
        for sentence in (
            (block.text, *block.bullets)
            if isinstance(block, Headline)
            else block.items
            if isinstance(block, Questions)
            else block.sentences
            if isinstance(block, Prose)
            else ()
        )
    ]
    assert len(said) > 10 * len(pages)
    assert not [part for text in said for part in _sentences(text) if _count_words(part) > 26 and ";" not in part]


def test_the_pace_of_leaving_is_said_as_a_percentage_with_the_verdict_of_its_row(made: Edition):
    judged = pl.when(pl.col("indicator") == "outflow_oe").then(pl.lit("apart_higher")).otherwise("verdict")
    page = city_page(replace(made, compared=made.compared.with_columns(verdict=judged)), "gent")
    section = next(section for section in page.sections if section.id == "vergelijken")
    texts = [one.text for block in section.blocks if isinstance(block, Prose) for one in block.sentences]
    value = made.published.filter(variant="main", indicator="outflow_oe", city="gent", period="2025Q4")["value"].item()
    variant = "more" if round(value * 100) > 100 else "less" if round(value * 100) < 100 else "same"
    filled = {"value": str(abs(round((value - 1) * 100))), "year": "2025"}
    assert words(f"said.oe_{variant}", **filled) in texts
    assert words("said.oe_verdict", said=words("verdict.apart_higher")) in texts
