"""What the charts draw: marks of an axis, broken lines, the spine, and a second drawing for narrow screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demad.catalogue import indicator
from demad.reporting import charts
from demad.reporting.blocks import Figure, Page
from demad.reporting.charts.canvas import CITY, Sheet
from demad.reporting.charts.frame import around, ticks, year_marks
from demad.reporting.drawings import WIDE_POINTS, size
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.words import words


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.2, 0.7), (3, 6073), (-40, 12), (0, 0.003), (47.2, 47.9)])
@pytest.mark.parametrize("whole", [True, False])
def test_marks_of_an_axis_lie_within_it_and_are_few(low: float, high: float, whole: bool):
    found = ticks(low, high, whole=whole)
    assert len(found) <= 6
    assert all(low - 1e-9 <= mark <= high + 1e-9 for mark in found)
    assert not whole or all(float(mark).is_integer() for mark in found)
    assert whole or len(found) >= 3


def test_an_axis_without_a_span_has_one_mark():
    assert ticks(5, 5) == [5]


def test_the_newest_year_keeps_its_mark_and_a_short_first_one_gives_way():
    periods = ["2021Q4", *(f"{year}Q{quarter}" for year in range(2022, 2027) for quarter in (1, 2, 3, 4))]
    places, say = year_marks(periods, 3, apart=3)
    assert [say(place) for place in places] == ["\u201922", "\u201924", "\u201926"]


def test_a_line_breaks_where_a_value_is_hidden_and_a_value_alone_is_a_dot():
    sheet = Sheet(1, 1)
    sheet.line([(0, 1.0), (1, 2.0), (2, None), (3, 4.0), (4, None)], CITY, 1)
    assert 'd="M0 1L1 2M3 4h0"' in sheet.svg()


def test_nothing_is_drawn_of_a_course_that_is_hidden_as_a_whole():
    hidden = (None,) * 8
    line = charts.Course(tuple(f"202{n}Q1" for n in range(8)), hidden, hidden, hidden, hidden)
    svg = charts.course(line, name="Gent", middle_name="Mediaan", scale=100, unit="%")
    assert "Gent" not in svg
    assert "circle" not in svg


def test_there_is_room_around_equal_values():
    assert around([3.0, None, 3.0])[0] < 3 < around([3.0])[1]


def test_every_chart_that_is_too_wide_for_a_phone_has_a_drawing_of_its_own_for_it(pages: dict[str, Page]):
    for page in pages.values():
        drawn = [block for section in page.sections for block in section.blocks if isinstance(block, Figure)]
        wide = [block for block in drawn if size(block.svg)[0] > WIDE_POINTS]
        assert wide
        assert all(0 < size(block.narrow)[0] == charts.HALF * 72 for block in wide)
        assert not [block.id for block in drawn if block.narrow and block not in wide]


def _spine(page: Page) -> Figure:
    return next(
        block
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Figure) and block.id == "ruggengraat"
    )


def test_the_good_side_of_the_spine_is_right_for_every_figure(made: Edition, pages: dict[str, Page]):
    for slug, page in pages.items():
        r, figure, sides = readings(made, slug), _spine(page), set()
        for line, (source,) in zip(figure.table.rows, figure.table.sources, strict=True):
            row = r.latest(source.indicator)
            assert row is not None
            better = (row["value"] - row["median"]) * indicator(source.indicator).direction
            side = "at" if abs(better) < 1e-12 else "right" if better > 0 else "left"
            label = line[0].rsplit(",", maxsplit=1)[0]
            assert f"{label}: {words(f'alt.spine_{side}')}" in figure.alt
            sides.add(side)
        assert {"left", "right"} <= sides


def test_the_spine_gives_a_sign_only_to_a_verdict_that_has_one(made: Edition, pages: dict[str, Page]):
    for slug, page in pages.items():
        r, figure = readings(made, slug), _spine(page)
        rows = [r.latest(source.indicator) for (source,) in figure.table.sources]
        marks = [row["mark"] for row in rows if row and row["mark"]]
        for svg in (figure.svg, figure.narrow):
            signs = re.findall(r'<path d="[^"]*z" fill="([^"]+)" stroke="([^"]+)"', svg)
            assert len(signs) == len(marks)
            assert sum(edge == "var(--attention)" for _, edge in signs) == sum(mark.startswith("bad") for mark in marks)
            assert sum(fill == "var(--paper)" for fill, _ in signs) == sum(mark.endswith("outlined") for mark in marks)


def test_the_table_of_a_course_of_all_cities_holds_every_period_that_is_drawn(site: Path, made: Edition):
    text = (site / "cijfer" / "still_on_12m.html").read_text(encoding="utf-8")
    figure = text[text.index('id="verloop-grafiek"') :]
    table = figure[figure.index("<tbody>") : figure.index("</tbody>")]
    rows = made.compared.filter(variant="main", indicator="still_on_12m", breakdown="total")
    assert table.count("<tr>") == rows.filter(rows["status"] != "provisional")["period"].n_unique()


def test_the_page_for_the_press_says_what_each_verdict_lets_somebody_write(site: Path):
    text = (site / "schrijven.html").read_text(encoding="utf-8")
    for verdict in ("clear_higher", "apart_lower", "nearly", "maybe_lower", "chance", "unsaid"):
        assert words(f"verdict_short.{verdict}") in text
    assert 'href="schrijven.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert 'href="../schrijven.html"' in (site / "gent" / "index.html").read_text(encoding="utf-8")
