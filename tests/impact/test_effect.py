"""A measured effect: what is refused, what is left out, what is found, and what placebos say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bench.impact import START, WORLDS, alarms, drawn
from demad.errors import UsageRefused
from demad.impact import Finding, Panel, measured_effect
from demad.impact.window import quarter_name, quarter_number

pytest.importorskip("statsmodels", reason="demad[impact] is not installed")
LARGE, SMALL = "city04", "city12"


@pytest.fixture(scope="module")
def panel() -> Panel:
    return drawn(WORLDS[0], 1, treated=4, effect=0.4)


@pytest.fixture(scope="module")
def found(panel):
    return measured_effect(panel, LARGE, START)


def test_a_large_change_of_a_large_city_is_seen(found):
    assert found.finding is Finding.SEEN
    assert found.change.low < 0.4 < found.change.high
    assert found.as_large == 0
    assert found.smallest < 0.2


def test_what_is_told_is_of_the_quarters_that_are_used(found):
    assert (found.before, found.after, found.first) == (24, 4, "2025Q3")
    assert found.quarters[0] == "2019Q3"
    assert len(found.observed) == len(found.expected) == len(found.quarters) == 28


def test_the_smallest_change_does_not_know_what_came_after(panel, found):
    nothing = drawn(WORLDS[0], 1, treated=4)
    assert measured_effect(nothing, LARGE, START).smallest == pytest.approx(found.smallest)


def test_a_change_that_cannot_be_seen_is_refused_before_anybody_looks(panel):
    with pytest.raises(UsageRefused, match="D-745"):
        measured_effect(panel, SMALL, START, least=0.1)


def test_too_few_quarters_are_refused(panel):
    for start in (date(2026, 1, 1), date(2018, 1, 1)):
        with pytest.raises(UsageRefused, match="D-743"):
            measured_effect(panel, LARGE, start)


def test_three_cities_are_too_few_to_compare_with(panel):
    with pytest.raises(UsageRefused, match="D-744"):
        measured_effect(panel, LARGE, START, controls=("city00", "city01", "city02", LARGE))


def test_a_city_that_hides_a_quarter_is_dropped_and_the_measured_city_is_refused(panel):
    events = panel.events.copy()
    events[2, -1] = np.nan
    holed = replace(panel, events=events)
    assert measured_effect(holed, LARGE, START).dropped == ("city02",)
    events[4, -2] = np.nan
    with pytest.raises(UsageRefused, match="D-741"):
        measured_effect(replace(panel, events=events), LARGE, START)


def test_a_city_that_delivered_a_quarter_less_is_judged_until_there(panel):
    events = panel.events.copy()
    events[4, -1] = np.nan
    with pytest.raises(UsageRefused, match="D-743"):
        measured_effect(replace(panel, events=events), LARGE, START)  # three quarters after are left
    assert measured_effect(replace(panel, events=events), LARGE, date(2025, 4, 1)).after == 4


def test_a_quarter_that_the_date_divides_is_left_out_and_so_is_phasing_in(panel):
    assert measured_effect(panel, LARGE, date(2025, 5, 1)).left_out == ("2025Q2",)
    assert measured_effect(panel, LARGE, date(2025, 1, 1), phase_in=2).left_out == ("2025Q1", "2025Q2")


def test_the_order_of_the_cities_changes_nothing(panel, found):
    back = tuple(reversed(range(13)))
    turned = replace(
        panel,
        cities=tuple(panel.cities[place] for place in back),
        events=panel.events[list(back)],
        exposure=panel.exposure[list(back)],
    )
    other = measured_effect(turned, LARGE, START)
    assert other.change.value == pytest.approx(found.change.value, abs=1e-9)
    assert (other.as_large, other.finding) == (found.as_large, found.finding)


def test_quarters_are_numbered_in_order():
    assert [quarter_name(quarter_number(one)) for one in ("2019Q4", "2020Q1")] == ["2019Q4", "2020Q1"]
    assert quarter_number("2020Q1") == quarter_number("2019Q4") + 1


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_where_nothing_happened_at_most_six_in_a_hundred_are_alarms(world):
    judged, real, seen = alarms(world, 1000)
    assert judged >= 950
    assert real / judged <= 0.06
    assert seen / judged <= 0.03
