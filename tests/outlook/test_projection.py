"""The year ahead by scenario: it starts from the published stock, and says why where there is none."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.estimators.caseload_ahead import STATES, Hazards
from demad.outlook import projection
from demad.outlook.projection import Start, best_pace, drawn, inflow_of, season, started
from demad.protection import ProtectedTables, sealed
from demad.reference.scenarios import BASELINE, Kind, Status, scenario_of, scenarios
from demad.tables.months import month_number
from demad.tables.outlook import PROJECTION
from tests.outlook.conftest import LAST

ASKED = tuple(one for one in scenarios() if one.kind != Kind.WAVE)


@pytest.fixture(scope="module")
def start(protected: ProtectedTables) -> Start:
    found = started(protected)
    assert isinstance(found, Start)
    return found


def test_it_starts_from_the_published_stock_of_the_newest_settled_month(protected, start):
    stocks = protected["stocks"].filter(variant="main", breakdown="total", month=LAST - 1)
    assert start.month == LAST - 1
    assert start.stock.sum() == stocks["stock"].item()
    assert (start.stock >= 0).all()
    assert (start.hazards.exits <= start.hazards.at_risk).all()


def test_a_quarter_in_which_nobody_came_or_went_is_a_quarter_of_the_last_year(protected, start):
    """The table has no row of it: passed over, the last four quarters with rows would be taken for a year."""
    without = protected["flows"].filter(pl.col("period") != "2020Q1")
    found = started(sealed({**protected.tables, "flows": without}, protected.base))
    assert isinstance(found, Start)
    assert start.newest == 1  # 2020Q2
    assert start.quarters[-2] > 0
    assert found.quarters.tolist() == [*start.quarters[:-2], 0, start.quarters[-1]]
    assert found.newest == start.newest


def test_without_exits_and_inflow_it_is_the_stock_in_every_month(start):
    still = replace(
        start, hazards=Hazards(np.zeros(STATES), start.hazards.at_risk), quarters=np.zeros_like(start.quarters)
    )
    assert (drawn(still, scenario_of(BASELINE)).stock == start.stock.sum()).all()


def test_a_projection_adds_up_who_is_there_and_who_comes_and_is_printed_to_five(protected):
    found = projection({"gent": protected}, ASKED, least=10, workers={"gent": 20})
    assert found.height == 12 * len(ASKED)
    assert found["status"].unique().to_list() == ["projection"]
    assert (found["of_here"] + found["of_inflow"] == found["value"]).all()
    numbers = found.select("value", "low_80", "high_80", "low_95", "high_95", "of_here", "of_inflow")
    assert all(value % 5 == 0 for row in numbers.iter_rows() for value in row)
    ends = found.select("low_95", "low_80", "high_80", "high_95")
    assert all(list(row) == sorted(row) for row in ends.iter_rows())
    assert set(found.filter(pl.col("reason") != "")["scenario"]) == {"beste-kwart"}  # alone it has that pace
    assert (found["workers"] - found["value"] / 20).abs().max() < 0.06
    assert found.filter(scenario=BASELINE).sort("period")["period"][0] == "2020-09"
    assert found.equals(projection({"gent": protected}, ASKED, least=10, workers={"gent": 20}))


def test_who_rounds_its_own_counts_who_is_small_and_who_has_no_history_has_none_and_it_says_why(protected):
    bare = {name: table for name, table in protected.tables.items() if name != "elapsed"}
    cities = {"brugge": replace(protected, tables=bare), "gent": protected}
    found = projection(cities, ASKED[:1], least=10_000)
    assert set(found.select("city", "status", "reason").unique().rows()) == {
        ("brugge", "not_computable", "bundle"),
        ("gent", "suppressed", "small"),
    }
    assert found["value"].null_count() == found.height
    young = protected["span"].with_columns(first_month=pl.lit(month_number(date(2019, 1, 1)), pl.Int32))
    assert started(replace(protected, tables={**protected.tables, "span": young})) == "history"
    assert projection({}, ASKED, least=10).equals(PROJECTION.empty())


def test_the_season_is_found_again_and_a_year_without_one_is_flat():
    level, shape = np.repeat([100.0, 110, 120, 130], 4), np.tile([1.2, 0.8, 1.1, 0.9], 4)
    assert season(level * shape * 100, newest=3) == pytest.approx([1.2, 0.8, 1.1, 0.9], rel=0.06)
    few = season(level * shape / 100, newest=3)
    assert np.abs(few - 1).max() < 0.05  # twenty people show no season
    assert season(np.full(12, 50.0), newest=1) == pytest.approx(np.ones(4))


def test_inflow_goes_on_at_the_pace_of_the_year_or_of_the_last_quarter(start):
    flat = replace(start, quarters=np.array([*[90.0] * 11, 150.0]), newest=start.newest)
    year, quarter = (inflow_of(flat, kind).monthly for kind in (Kind.MEAN, Kind.LAST_QUARTER))
    assert year.mean() == pytest.approx((3 * 90 + 150) / 12, rel=0.05)
    assert quarter.mean() > year.mean()


def test_a_handful_of_people_with_empty_quarters_gives_no_wild_inflow(start):
    thin = replace(start, quarters=np.array([5.0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 5, 0]))
    for kind in (Kind.MEAN, Kind.LAST_QUARTER):
        found = inflow_of(thin, kind)
        assert found.monthly.max() < 1
        assert found.drift < 0.1


def test_a_wave_brings_a_share_of_its_people_and_one_that_is_over_is_refused(start):
    wave = scenario_of("golf-2026-07")
    before = replace(start, month=month_number(date(2026, 6, 1)))
    basis = drawn(before, scenario_of(BASELINE)).coming[:, 5].mean()
    more = drawn(before, wave, people=1000).coming[:, 5].mean() - basis
    assert 0.20 * 1000 * 0.6 < more < 0.36 * 1000
    with pytest.raises(UsageRefused, match="D-771"):
        drawn(before, wave)
    with pytest.raises(UsageRefused, match="D-771"):
        drawn(before, scenario_of(BASELINE), people=1000)
    with pytest.raises(UsageRefused, match="D-772"):
        drawn(replace(start, month=month_number(date(2027, 2, 1))), wave, people=100)


def test_the_pace_of_the_best_quarter_changes_nothing_for_who_keeps_it_and_needs_five_cities(start):
    cities = {
        name: replace(
            start, hazards=replace(start.hazards, exits=start.hazards.exits * pace), work=np.full(STATES, 0.5)
        )
        for name, pace in zip("abcde", (0.2, 0.4, 0.6, 0.8, 1.0), strict=True)
    }
    factors = best_pace(cities)
    assert factors["e"] == factors["d"] == 1.0
    assert factors["a"] == pytest.approx(4.0)
    assert set(best_pace({name: cities[name] for name in "abcd"}).values()) == {1.0}
    fewer = drawn(cities["a"], scenario_of("beste-kwart"), best=factors["a"]).stock[:, -1].mean()
    assert fewer < drawn(cities["a"], scenario_of(BASELINE)).stock[:, -1].mean()


def test_every_scenario_has_a_source_a_status_and_a_sensible_range_and_an_unknown_one_is_refused():
    known = scenarios()
    assert known[0].id == BASELINE
    assert len({one.id for one in known}) == len(known)
    assert all(one.source and one.label and one.status in Status for one in known)
    waves = [one.wave for one in known if one.kind == Kind.WAVE]
    assert [wave.month.isoformat() for wave in waves if wave] == [
        "2026-01-01",
        "2026-03-01",
        "2026-04-01",
        "2026-07-01",
    ]
    assert all(wave and 0 < wave.low < wave.middle < wave.high < 1 and wave.months > 0 for wave in waves)
    with pytest.raises(UsageRefused, match="D-770"):
        scenario_of("golf-2026-08")
