"""Every colour can be read on its paper, in light and in dark; a second theme proves that colours are settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demad.errors import UsageRefused
from demad.reference.settings import Settings
from demad.reporting.edition import Edition, Look
from demad.reporting.html import render_page
from demad.reporting.look import look_of
from demad.reporting.palette import contrast, mixed, palette
from demad.reporting.view import city_page

GREEN = Settings(
    publisher="Stad Gent", licence="CC BY 4.0", logo="logo.svg", colour="#1d6b3a", colour_in_dark="#7fd6a0"
)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["ink", "muted", "city", "attention"])
def test_text_has_a_contrast_of_4_5_on_paper_and_on_its_tints(name: str, dark: bool):
    colours = palette(Look(), dark=dark)
    assert contrast(colours[name], colours["paper"]) >= 4.5
    assert contrast(colours[name], colours["soft"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_drawn_has_a_contrast_of_3(dark: bool):
    colours = palette(Look(), dark=dark)
    assert contrast(colours["others"], colours["paper"]) >= 3
    assert contrast(colours["city"], colours["band"]) >= 3


def test_the_two_judging_colours_differ_in_more_than_hue():
    colours = palette(Look())
    assert contrast(colours["city"], colours["attention"]) >= 1.3


def test_a_tint_lies_between_two_colours():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


def test_a_second_theme_is_worn_by_every_page(tmp_path: Path, made: Edition, font_folder: Path):
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    look = look_of(tmp_path, GREEN)
    dressed = replace(made, look=look)
    html = render_page(city_page(dressed, "gent"), dressed, font_folder)
    assert "--city:#1d6b3a" in html
    assert "--city:#7fd6a0" in html
    assert "#0b4f8a" not in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert "CC BY 4.0" in html


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (Settings(colour="groen"), "D-513"),
        (Settings(colour="#ffee00"), "D-513"),
        (Settings(colour_in_dark="#101010"), "D-513"),
        (Settings(logo="weg.svg"), "D-514"),
        (Settings(logo="../buiten.svg"), "D-514"),
        (Settings(logo="tekst.svg"), "D-514"),
        (Settings(language="fr"), "D-512"),
    ],
)
def test_a_look_that_cannot_be_read_is_refused(tmp_path: Path, settings: Settings, code: str):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "buiten.svg").write_text("<svg/>", encoding="utf-8")
    (root / "tekst.svg").write_text("geen beeld", encoding="utf-8")
    with pytest.raises(UsageRefused) as refused:
        look_of(root, settings)
    assert refused.value.code == code
