"""The note about a measure: it says what was found and no more, its limits always, and hides what is hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from demad.impact import Effect, Finding
from demad.impact.effect import Change, Mirror
from demad.impact.window import quarter_name
from demad.reference.cities import load_cities
from demad.reporting.edition import Look
from demad.reporting.effect_note import NoteFrame, effect_note, said_of

QUARTERS = tuple(quarter_name(number) for number in range(2019 * 4 + 2, 2026 * 4 + 2))
NOTHING = Change(-0.01, -0.07, 0.06)
EFFECT = Effect(
    measure="work",
    city="gent",
    controls=("aalst", "antwerpen", "brugge", "leuven"),
    dropped=("turnhout",),
    first="2025Q3",
    left_out=(),
    before=24,
    after=4,
    smallest=0.104,
    change=NOTHING,
    p_value=0.8,
    finding=Finding.NOT_SEEN,
    after_half=NOTHING,
    after_year=NOTHING,
    placebo_dates=(0.02, -0.005, -0.03, 0.0),
    as_large=3,
    placebo_cities=4,
    year_before=0.4,
    mirror=Mirror((("antwerpen", 0.7), ("leuven", 0.3)), 0.05, 0.03, 1, 4, fits=True),
    quarters=QUARTERS,
    observed=tuple(1.0 + place % 4 / 10 for place in range(len(QUARTERS))),
    expected=(1.1,) * len(QUARTERS),
    low=(0.9,) * len(QUARTERS),
    high=(1.3,) * len(QUARTERS),
)
SEEN = replace(EFFECT, change=Change(0.21, 0.1, 0.33), p_value=0.001, finding=Finding.SEEN, as_large=0)
FRAME = NoteFrame(
    look=Look(),
    contact="Kenniscentrum",
    names={slug: city.name for slug, city in load_cities(None).items()},
    start=date(2025, 7, 1),
    breaks={"antwerpen": (date(2025, 1, 1),)},
    base=5,
)


@pytest.fixture
def text(font_folder):
    def of(effect: Effect, frame: NoteFrame = FRAME) -> str:
        page = effect_note(effect, frame, font_folder)
        body = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))

    return of


def test_what_could_be_seen_stands_before_what_was_seen(text):
    said = text(EFFECT)
    assert said.index("Pas een verschil van 10%") < said.index("week de uitstroom naar werk niet duidelijk af")
    assert "tussen −7% en +6%" in said


@pytest.mark.parametrize(
    ("effect", "said", "never"),
    [
        (SEEN, "Vanaf juli 2025 lag de uitstroom naar werk 21% hoger dan verwacht.", "niet duidelijk"),
        (replace(SEEN, finding=Finding.MAYBE), "Misschien lag de uitstroom naar werk", "21% hoger dan verwacht"),
        (replace(SEEN, change=Change(-0.2, -0.3, -0.1)), "20% lager dan verwacht", "hoger dan verwacht"),
        (EFFECT, "niet duidelijk af", "hoger dan verwacht"),
    ],
)
def test_a_difference_is_called_what_it_is(text, effect, said, never):
    assert said in text(effect)
    assert never not in text(effect)


def test_placebos_and_limits_always_stand_in_it(text):
    said = text(EFFECT)
    assert "Waar het vandaan komt, zeggen deze cijfers niet." in said
    assert "op 4 vroegere data. Bij 2 ervan" in said
    assert "Bij 3 ervan was het verschil minstens zo sterk." in said
    assert "altijd minstens 20 op de 100" in said
    assert "De twee wegen wijzen niet dezelfde kant op." in said
    assert "Hervorming, eerste golf (1 januari 2026)" in said
    assert "Antwerpen kreeg op 1 januari 2025 andere grenzen." in said
    assert "omdat een kwartaal verborgen is: Turnhout." in said


def test_a_city_that_was_not_itself_and_a_mix_that_does_not_fit_are_told(text):
    said = text(replace(EFFECT, year_before=-2.4, mirror=replace(EFFECT.mirror, fits=False), left_out=("2025Q2",)))
    assert "lag Gent al lager dan gewoonlijk" in said
    assert "Geen mengeling van andere steden" in said
    assert "3% hoger dan die mengeling" not in said
    assert "toen nog begon: 2de kwartaal 2025." in said


def test_an_event_of_another_city_or_of_long_ago_is_not_named(text):
    assert "Fusie" not in text(replace(EFFECT, city="gent"))
    assert "Fusie" in text(replace(EFFECT, city="hasselt"))
    assert "lockdown" not in text(EFFECT)


def test_it_is_in_english_too_and_the_command_says_the_same(text):
    english = replace(FRAME, look=replace(FRAME.look, language="en"))
    assert "21% higher than expected" in text(SEEN, english)
    assert said_of(SEEN, FRAME).startswith("Pas een verschil van 10%")
    assert "21% hoger dan verwacht" in said_of(SEEN, FRAME)


@pytest.mark.parametrize("measure", ["outflow", "work", "activation", "inflow"])
def test_every_measure_has_its_words(text, measure):
    assert text(replace(SEEN, measure=measure))
