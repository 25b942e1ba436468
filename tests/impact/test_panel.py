"""The quarterly series: counted a second time by hand from published figures and protected tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from demad.disclosure import Policy, PublishedFigures
from demad.errors import UsageRefused
from demad.impact import MEASURES, panel_of
from demad.protection import ProtectedTables, pool, protect
from demad.records.secrets import seeded
from tests.figures import count, figure, published
from tests.indicators.by_hand import of_tables

CITIES = ("aalst", "gent")
QUARTERS = ("2019Q1", "2019Q2", "2019Q3")
POLICY = Policy()
FLOWS = ("inflow_count", "outflow_count")


@pytest.fixture(scope="module")
def tables() -> ProtectedTables:
    """Exits to work by k, many in Gent, few in Aalst."""
    chance = np.random.default_rng(5)
    return pool(
        protect(
            of_tables(
                city,
                spell_risk=[
                    {
                        "period": quarter,
                        "k": k,
                        "n": 400,
                        "d_work": int(chance.integers(0, 10 if city == "gent" else 2)),
                    }
                    for quarter in (*QUARTERS, "2018Q4")
                    for k in range(1, 9)
                ],
            ),
            seeded(city),
            base=5,
            exact_stock=True,
        )
        for city in CITIES
    )


@pytest.fixture(scope="module")
def shown() -> PublishedFigures:
    rows = [
        count(100 + 5 * place, indicator=id, city=city, period=quarter)
        for id in FLOWS
        for city in CITIES
        for place, quarter in enumerate(QUARTERS)
        if (id, city, quarter) != ("outflow_count", "aalst", "2019Q2")
    ]
    rows += [
        figure(indicator=id, city=city, period=f"2019-{month:02d}", value=float(500 + month), denominator=people)
        for id, people in (("caseload_stock", None), ("caseload_rate", 90_000))
        for city in CITIES
        for month in range(1, 9)
    ]
    rows.append(figure(indicator="outflow_count", city="aalst", period="2019Q2", status="suppressed"))
    rows.append(count(900, city="gent", period="2018Q4", status="provisional"))
    rows.append(count(900, city="all", period="2019Q1"))
    return published(*rows)


def test_exits_stand_beside_the_three_stocks_of_their_quarter(shown, tables):
    panel = panel_of(shown, tables, POLICY, "outflow_rate")
    assert (panel.measure, panel.cities, panel.quarters) == ("outflow", CITIES, QUARTERS)
    gent = panel.row("gent")
    assert panel.events[gent].tolist()[:2] == [100.0, 105.0]
    assert panel.exposure[gent].tolist()[:2] == [501 + 502 + 503, 504 + 505 + 506]


def test_what_is_hidden_or_not_whole_is_no_number(shown, tables):
    panel = panel_of(shown, tables, POLICY, "outflow_count")
    assert [math.isnan(value) for value in panel.events[panel.row("aalst")]] == [False, True, True]
    assert [math.isnan(value) for value in panel.events[panel.row("gent")]] == [False, False, True]  # two stocks of Q3


def test_new_spells_stand_beside_the_inhabitants(shown, tables):
    panel = panel_of(shown, tables, POLICY, "inflow_rate")
    assert panel.exposure[panel.row("aalst")].tolist()[:2] == [270_000, 270_000]


def test_exits_to_work_are_one_rounded_count_a_quarter_and_small_ones_are_hidden(shown, tables):
    panel = panel_of(shown, tables, POLICY, "outflow_work_oe")
    for city in CITIES:
        for place, quarter in enumerate(QUARTERS):
            rows = tables["durations"].filter(city=city, period=quarter, breakdown="total", variant="main")
            by_hand = sum(rows["d_work"].to_list())
            found = panel.events[panel.row(city)][place]
            assert by_hand % 5 == 0
            whole = place < 2 and (city, quarter) != ("aalst", "2019Q2")
            assert (found == by_hand) if whole and by_hand >= POLICY.threshold else math.isnan(found)
    assert not math.isnan(panel.events[panel.row("gent")][0])
    assert math.isnan(panel.events[panel.row("aalst")][0])


def test_a_window_that_overlaps_is_refused_with_what_can_be_asked(shown, tables):
    for id in ("caseload_stock", "still_on_12m", "return_12m"):
        with pytest.raises(UsageRefused, match=r"D-740.*outflow_count"):
            panel_of(shown, tables, POLICY, id)


def test_every_measure_is_of_an_indicator_that_exists_and_needs_figures(tables):
    from demad.catalogue import indicator

    assert all(indicator(id).id == id for id in MEASURES)
    with pytest.raises(UsageRefused, match="D-741"):
        panel_of(published(count(100, period="2025")), tables, POLICY, "outflow_count")
    with pytest.raises(UsageRefused, match="D-741"):
        panel_of(published(count(100, period="2019Q1")), tables, POLICY, "outflow_count").row("leuven")
