"""What is said of bars follows from what is drawn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from demad.reporting.blocks import Source
from demad.reporting.themes.cascade import in_words
from demad.reporting.themes.drawn import bars_said


@pytest.mark.parametrize(("ticks", "told"), [([None, 0.4], True), ([None, None], False), ([], False)])
def test_the_median_is_named_only_where_one_is_drawn(ticks: list[float | None], told: bool):
    city: Any = SimpleNamespace(name="Gent")
    assert ("mediaan" in bars_said(city, ticks)) is told


class Shown:
    """Of a city the steps with a value, as the theme asks for them."""

    def __init__(self, **values: tuple[float, float, float]) -> None:
        names = ("value", "low", "high")
        self._rows: dict[str, dict[str, float]] = {
            f"careleaver_{name}_12m": dict(zip(names, row, strict=True)) for name, row in values.items()
        }

    def latest(self, id: str) -> dict[str, float] | None:
        return self._rows.get(id)

    def source(self, row: object) -> Source:
        assert row
        return Source("careleaver_leefloon_12m", "gent", "2025Q4")


def told(**values: tuple[float, float, float]) -> list[str]:
    shown: Any = Shown(**values)
    (prose,) = in_words(shown)
    return [sentence.text for sentence in prose.sentences]


def about(value: float, half: float) -> tuple[float, float, float]:
    return value, value - half, value + half


def test_a_step_that_is_the_first_to_be_shown_says_of_whom_and_within_how_long():
    alone = told(leefloon=about(0.33, 0.1))
    assert alone[0].startswith("Van 100 jongeren die de jeugdhulp verlieten")
    assert "binnen een jaar" in alone[0]
    assert "33" in alone[0]
    without = told(known=about(0.6, 0.1), kept=about(0.2, 0.1))
    assert "een leefloon dat" in without[1]  # no step before it spoke of one


@pytest.mark.parametrize(("half", "is_said"), [(0.04, True), (0.15, False)])
def test_where_most_are_lost_is_said_only_where_that_is_more_than_chance(half: float, *, is_said: bool):
    steps = told(known=about(0.6, half), applied=about(0.45, half), leefloon=about(0.4, half), kept=about(0.25, half))
    assert any("grootste daling" in text for text in steps) is is_said
    assert len(steps) == 4 + is_said


def test_two_falls_of_one_size_have_no_largest():
    steps = told(known=about(0.7, 0.03), applied=about(0.69, 0.03), leefloon=about(0.4, 0.03), kept=about(0.3, 0.03))
    assert len(steps) == 4
