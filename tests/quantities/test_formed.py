"""Quantities by hand: what is folded, what rests on ages or study, and what the pool of all cities is."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from demad.errors import DemadError
from demad.quantities import POOLED, ExactTables, exact, form
from demad.tables.quantities import QUANTITIES
from demad.tables.terms import FOLDED, GROUPS, PUBLISHED_GROUPS
from tests.indicators.by_hand import Tables, of_tables

DECEMBER, JANUARY = 2019 * 12 + 11, 2019 * 12
AGES = {"<18": 3, "18-24": 10, "25-34": 20, "35-44": 15, "45-54": 9, "55-64": 7, "65+": 2}


def exactly(tables: Tables) -> dict[str, pl.DataFrame]:
    return form(tables, folds={}, young=("18-24",), monthly=True, detail=False)


def published(tables: Tables) -> dict[str, pl.DataFrame]:
    return form(tables, folds=FOLDED, young=("<18", "18-24"), monthly=False, detail=True)


def cells(breakdown: str, column: str, groups: dict[str, int], **key: object) -> list[dict]:
    return [{**key, "breakdown": breakdown, "group": group, column: n} for group, n in groups.items()]


def test_every_group_of_the_full_lists_is_published_under_one_name():
    for breakdown, groups in GROUPS.items():
        folded = {FOLDED.get(breakdown, {}).get(group, group) for group in groups}
        assert folded == set(PUBLISHED_GROUPS[breakdown])


def test_the_young_and_those_of_working_age_are_quantities_of_the_total():
    stock = [{"month": DECEMBER, "stock": 66}, *cells("age", "stock", AGES, month=DECEMBER)]
    for formed, young in ((exactly, 10), (published, 13)):
        total = formed(of_tables(stock=stock))["stocks"].filter(breakdown="total")
        assert total.select("stock", "working_age", "young").rows() == [(66, 61, young)]


def test_folded_ages_keep_apart_who_is_of_working_age():
    stock = [{"month": DECEMBER, "stock": 66}, *cells("age", "stock", AGES, month=DECEMBER)]
    ages = published(of_tables(stock=stock))["stocks"].filter(breakdown="age").select("group", "stock", "working_age")
    assert ages.rows() == [("25-34", 20, 20), ("35-44", 15, 15), ("45-54", 9, 9), ("55+", 9, 7), ("<25", 13, 10)]


def test_students_are_counted_among_those_of_whom_it_is_known():
    study = cells("student", "stock", {"yes": 5, "no": 40, "unknown": 21}, month=DECEMBER)
    total = exactly(of_tables(stock=[{"month": DECEMBER, "stock": 66}, *study]))["stocks"].filter(breakdown="total")
    assert total.select("student", "student_known").rows() == [(5, 45)]


def test_stocks_of_groups_stand_in_december_alone():
    men = [{"month": month, "breakdown": "sex", "group": "M", "stock": 9} for month in (DECEMBER - 1, DECEMBER)]
    rows = exactly(of_tables(stock=men))["stocks"]
    assert rows["month"].to_list() == [DECEMBER]


def test_flows_of_a_quarter_a_year_and_a_reason():
    # January 3 new and 2 who left to work; March 4 back, 1 unknown and 5 who moved.
    flow = [
        {"month": JANUARY, "in_new": 3, "out_work": 2},
        {"month": JANUARY + 2, "in_return": 4, "in_unknown": 1, "out_moved": 5},
    ]
    wanted = ("period", "inflow", "in_new", "in_new_or_return", "outflow")
    rows = exactly(of_tables(flow=flow))["flows"]
    total = rows.filter(breakdown="total").select(wanted).rows()
    assert total == [("2019-01", 3, 3, 3, 2), ("2019-03", 5, 0, 4, 5), ("2019Q1", 8, 3, 7, 7)]
    reasons = rows.filter(pl.col("outflow") > 0, breakdown="reason").select("group", "period", "outflow").rows()
    assert reasons == [("moved", "2019", 5), ("work", "2019", 2)]
    assert published(of_tables(flow=flow))["flows"].filter(breakdown="total")["period"].to_list() == ["2019Q1"]


def test_exits_are_those_of_all_reasons_and_of_the_causes_that_are_shown():
    reasons = {"d_work": 4, "d_training": 2, "d_temporary_activation": 1, "d_death": 3, "d_unknown": 1}
    row = {"period": "2019Q1", "k": 2, "n": 50, **reasons}
    shown = exactly(of_tables(spell_risk=[row]))["durations"]
    assert shown.select("n", "d", "d_work", "d_activation", "d_unknown").rows() == [(50, 11, 4, 7, 1)]


def test_returns_are_followed_for_two_years():
    rows = [{"period": "2019Q1", "m": m, "n": 30, "d_return": 1} for m in (24, 25)]
    assert exactly(of_tables(return_risk=rows))["returns"].select("m", "d").rows() == [(24, 1)]


def test_take_up_has_no_ages_and_forms_of_care_twice_where_it_is_published():
    forms = [("zorgvorm", "pleegzorg"), ("zorgvorm", "context"), ("age", "18-24"), ("sex", "X")]
    rows = [
        {"support": "gpmi", "period": "2019", "m": 0, "breakdown": breakdown, "group": group, "n": 4, "d_event": 1}
        for breakdown, group in forms
    ]
    shown = published(of_tables(care_leaver_risk=rows))["take_up"].select("breakdown", "group", "n", "d").rows()
    assert sorted(shown) == [
        ("sex", "other", 4, 1),
        ("zorgvorm", "other_care", 4, 1),
        ("zorgvorm", "placed", 4, 1),
        ("zorgvorm_detail", "context", 4, 1),
        ("zorgvorm_detail", "pleegzorg", 4, 1),
    ]
    assert set(exactly(of_tables(care_leaver_risk=rows))["take_up"]["breakdown"]) == {"age", "sex", "zorgvorm"}


def test_the_pool_is_the_sum_of_the_cities_over_the_months_that_all_of_them_have():
    first = of_tables("gent", stock=[{"month": DECEMBER, "stock": 40}], population=[{"year": 2019, "persons": 9}])
    second = of_tables("genk", stock=[{"month": DECEMBER, "stock": 2}])
    later = second["span"].with_columns(first_month=pl.col("first_month") + 5, full_history=pl.lit(True))
    tables = exact([first, {**second, "span": later}])
    pooled = {name: tables[name].filter(city=POOLED) for name in ("stocks", "span", "population")}
    assert pooled["stocks"]["stock"].to_list() == [42]
    assert pooled["span"].select("first_month", "full_history", "as_of").rows() == [
        (2015 * 12 + 5, False, date(2020, 12, 31))
    ]
    assert pooled["population"].is_empty()  # Genk has no inhabitants in 2019


def test_the_sum_stands_in_its_place_whatever_the_order_of_cities_and_of_their_rows():
    months = [{"month": month, "stock": month % 7} for month in range(JANUARY, DECEMBER + 1)]
    cities = [of_tables(slug, stock=months) for slug in ("aalst", "gent", "turnhout")]
    mixed = [{**one, "stock": one["stock"].reverse()} for one in reversed(cities)]
    sorted_ones, others = exact(cities), exact(mixed)
    for table in QUANTITIES:
        name = table.name.lower()
        assert sorted_ones[name].equals(others[name]), name
    stocks = sorted_ones["stocks"]
    assert stocks.equals(stocks.sort(QUANTITIES[0].key))
    assert stocks["city"].unique(maintain_order=True).to_list() == ["aalst", "all", "gent", "turnhout"]


def test_of_no_city_and_of_a_city_without_anybody_there_is_nothing():
    for tables in (exact([]), exact([of_tables()])):
        assert {table.name for table in QUANTITIES if tables[table.name.lower()].height} <= {"SPAN"}


def test_a_table_that_is_not_there_or_has_other_columns_is_a_fault():
    tables = exact([of_tables()]).tables
    with pytest.raises(KeyError):
        ExactTables({name: table for name, table in tables.items() if name != "flows"})
    with pytest.raises(DemadError, match="D-900"):
        ExactTables({**tables, "flows": tables["flows"].drop("inflow")})
