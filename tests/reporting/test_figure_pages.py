"""A page of one figure: all cities over time, one of them forward by its address, verdicts, groups, plain words."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import polars as pl
import pytest

from demad.catalogue import indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Point
from demad.reporting.charts.dots import framed
from demad.reporting.edition import Edition
from demad.reporting.index import newest_of_all
from demad.reporting.over_time import _shock


def _page(site: Path, id: str) -> str:
    return (site / "cijfer" / f"{id}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("id", ["still_on_12m", "outflow_oe", "caseload_rate"])
def test_every_city_has_a_line_a_name_and_a_place_in_the_address(site: Path, made: Edition, id: str):
    text = _page(site, id)
    for card in made.cities:
        assert f'class="stad" id="{card.slug}"' in text
        assert f'id="verloop-stad-{card.slug}"' in text
        assert f'id="verloop-naam-{card.slug}"' in text
        assert f'href="#{card.slug}"' in text


def test_counts_have_small_charts_and_no_lines_together(site: Path):
    text = _page(site, "caseload_stock")
    assert 'id="veelvoud-grafiek"' in text
    assert 'id="verloop-grafiek"' not in text
    assert "elke stad op haar eigen schaal" in text


@pytest.mark.parametrize("id", ["still_on_12m", "return_12m"])
def test_the_table_says_the_verdict_of_every_city_in_its_own_words(site: Path, made: Edition, id: str):
    text = _page(site, id)
    for row in newest_of_all(made, id).values():
        said = verdicts.said(row)
        assert f"{said[:1].upper()}{said[1:]}".replace("'", "&#39;") in text


def test_who_counts_is_in_plain_sight_and_the_formula_one_click_away(site: Path):
    text = _page(site, "still_on_12m")
    part = text[text.index('id="def-still_on_12m"') :]
    assert part.index("Wie telt mee") < part.index("<details>") < part.index("Hoe we tellen")


def test_the_totals_of_a_figure_are_a_file_beside_its_page(site: Path, made: Edition):
    lines = (site / "cijfer" / "still_on_12m.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = made.published.filter(variant="main", indicator="still_on_12m", breakdown="total")
    assert len(lines) == rows.height + 1
    assert lines[0] == "Stad;Periode;Cijfer;Laag;Hoog;Opmerking"


def test_every_figure_of_a_city_page_leads_to_its_own_page_with_the_city_forward(site: Path):
    text = (site / "gent" / "index.html").read_text(encoding="utf-8")
    figures = re.findall(r"<figure class=\"chart.*?</figure>", text, flags=re.DOTALL)
    assert all(re.search(r'href="\.\./cijfer/\w+\.html#gent"', figure) for figure in figures)
    strip = text[text.index('<table class="strip">') :]
    assert strip[: strip.index("</table>")].count(".html#gent") == 9
    cards = text[text.index('class="cards"') :]
    assert cards[: cards.index('class="how"')].count(".html#gent") == 3
    assert 'href="../vergelijken.html#stad=gent"' in text


@pytest.mark.parametrize("middle", [0.1, 0.44, 0.97, None])
def test_the_line_of_the_median_lies_within_the_frame(middle: float | None):
    ends = [0.4, 0.45, 0.5]
    left, right = framed(ends, middle, 100)
    assert all(left < end * 100 < right for end in (*ends, middle) if end is not None)


def test_groups_of_different_breakdowns_stand_in_blocks_apart(font_folder: Path):
    assert font_folder
    points = [Point(name, 0.41, 0.3, 0.5) for name in ("18-24", "25-34", "Belg", "EU-burger")]
    drawn = charts.dots(
        points, scale=100, unit="%", middle=None, middle_name="", hidden="", blocks=((0, "Leeftijd"), (2, "Afkomst"))
    )
    levels = [float(at) for at in re.findall(r'y="([\d.]+)"[^>]*>41%', drawn)]
    gaps = [round(after - before, 3) for before, after in itertools.pairwise(levels)]
    assert len(gaps) == 3
    assert gaps[1] > 1.5 * gaps[0]
    assert "Leeftijd" in drawn


def test_people_who_are_still_on_benefit_are_never_orange(font_folder: Path):
    assert font_folder
    parts = [
        charts.Part(count, name) for count, name in ((20, "a"), (10, "b"), (5, "c"), (5, "d"), (10, "e"), (50, "f"))
    ]
    assert "--attention" not in charts.squares(parts)


def test_before_and_after_lie_on_either_side_of_the_first_wave_of_a_year():
    event, before, after = _shock(["2025Q2", "2025Q4", "2026Q1", "2026Q2"]) or (None, "", "")
    assert event is not None
    assert (event.day.isoformat(), before, after) == ("2026-01-01", "2025Q4", "2026Q2")
    assert _shock(["2023Q2", "2023Q4"]) is None
    assert _shock(["2024", "2025"]) is None


def test_a_page_holds_the_groups_of_its_catalogue(site: Path, made: Edition):
    text = _page(site, "still_on_12m")
    kept = made.published.filter(pl.col("breakdown") != "total", indicator="still_on_12m", variant="main")
    assert set(kept["breakdown"].unique()) == set(indicator("still_on_12m").breakdowns)
    assert text[text.index('id="groepen"') :].count("<table") == len(indicator("still_on_12m").breakdowns)
