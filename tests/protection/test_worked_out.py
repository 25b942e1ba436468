"""Rules 1 to 4 of section 3.6 by hand. Every sum is p(u) = 5 x floor((u + o) / 5) with the offset o of its cell."""

from __future__ import annotations

import pytest

from demad.bundles.manifest import LEAST_BASE
from demad.disclosure import Policy, publish
from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool, protect
from demad.protection.city_rounding import WIDE_RESTS
from demad.protection.offsets import offset
from demad.records.secrets import Secret
from tests.indicators.by_hand import every_month, of_tables

SECRET = Secret(bytes(range(32)))
OFFSETS = {
    "total|total|2019Q1": 2,
    "total|total|2019Q2": 3,
    "total|total|2019Q3": 4,
    "total|total|2019Q4": 1,
    "stocks|total|total|2019Q4": 2,
    "stocks|sex|M|2019": 1,
    "stocks|sex|other|2019": 3,
    "stocks|age|<25|2019": 3,
    "stocks|student|yes|2019": 1,
    "stocks|student|unknown|2019": 1,
    "years|total|total|2019": 1,
    "years|sex|M|2019": 2,
    "sex|M|2019": 2,
    "reason|work|2019": 2,
    "reason|choice_or_conditions|2019": 4,
    "zorgvorm|placed|2019": 1,
    "zorgvorm_detail|pleegzorg|2019": 0,
    "case_mix|<25/1/BE/1-3|2019": 0,
}
JANUARY, DECEMBER = 2019 * 12, 2019 * 12 + 11


def protected(slug: str = "gent", **rows: list[dict]) -> ProtectedTables:
    return protect(of_tables(slug, **rows), SECRET)


def counts(tables: ProtectedTables, name: str, *columns: str, **where: object) -> list[tuple]:
    return tables[name].filter(**where).select(columns).rows()


@pytest.mark.parametrize("cell", OFFSETS)
def test_the_offsets_of_the_sums_below(cell):
    assert offset(SECRET, cell, 5) == OFFSETS[cell]


# Rule 1: only the monthly stock of everybody is exact.


def test_the_stock_of_main_is_exact_and_what_the_wide_series_has_more_is_rounded():
    # December, o = 2: main 103; wide 120: 103 + p(17) = 103 + 15. With a GPMI 41: p(41) = 40; 44: p(44) = 45.
    rows = [{"stock": 103, "gpmi": 41}, {"stock": 120, "gpmi": 44, "variant": "wide"}]
    tables = protected(stock=[{"month": DECEMBER, **row} for row in rows])
    assert counts(tables, "stocks", "variant", "stock", "gpmi") == [("main", 103, 40), ("wide", 118, 45)]


def test_a_policy_that_exempts_nothing_rounds_the_stock_as_well():
    tables = protect(of_tables(stock=[{"month": DECEMBER, "stock": 103}]), SECRET, exact_stock=False)
    assert counts(tables, "stocks", "stock") == [(105,)]  # p(103), o = 2


def test_of_an_exact_stock_the_rest_is_rounded_where_a_part_is_nearly_all_of_it():
    # December, o = 2: main 103, to the nearest five 105. Start unknown for 4: 105 - p(4) = 100. Wide 120, unknown 6:
    # p(114) = 115. Of 18 to 64: 101; 105 - p(2) = 105. Study unknown for 12, o = 1 as that group: 105 - p(12) = 95.
    rows = [{"stock": 103, "start_unknown": 4}, {"stock": 120, "start_unknown": 6, "variant": "wide"}]
    ages = [{"breakdown": "age", "group": "25-34", "stock": 101}, {"breakdown": "student", "group": "no", "stock": 91}]
    tables = protected(stock=[{"month": DECEMBER, **row} for row in [*rows, *ages]])
    shown = counts(tables, "stocks", "variant", "start_known", breakdown="total")
    assert shown == [("main", 100), ("wide", 115)]
    main = {"variant": "main", "breakdown": "total"}
    assert counts(tables, "stocks", "working_age", "student_known", **main) == [(105, 95)]


def test_rounded_to_ten_the_rest_of_the_wide_stock_is_rounded_as_well():
    # As bundles are, o = 7: main 53, wide 53 + p(8) = 63, to the nearest ten 60. Start unknown for 1: 50 - p(1) = 50;
    # of wide for 4: 60 - p(4) = 50. Rounded itself, p(57) = 60. A part of the 61 that another offset rounds to 70 says
    # that at least 61 - 53 = 8 are not in main, and p(8) = 0 under a small one that at most 9 are.
    rows = [{"stock": 53, "start_unknown": 1}, {"stock": 61, "start_unknown": 4, "variant": "wide"}]
    tables = protect(of_tables(stock=[{"month": DECEMBER, **row} for row in rows]), SECRET, base=WIDE_RESTS)
    assert (offset(SECRET, "stocks|total|total|2019Q4", WIDE_RESTS), WIDE_RESTS) == (7, LEAST_BASE)
    shown = counts(tables, "stocks", "variant", "stock", "start_known", breakdown="total")
    assert shown == [("main", 53, 50), ("wide", 63, 50)]


def test_the_young_and_students_of_a_total_are_rounded_as_those_of_their_group():
    # Under 25: 23, o = 3: 25. Students 13, o = 1: 10; of the quarter, o = 2, it would have been 15.
    ages, studies = {"breakdown": "age", "group": "18-24"}, {"breakdown": "student", "group": "yes"}
    rows = [{"stock": 103}, {**ages, "stock": 23}, {**studies, "stock": 13}]
    tables = protected(stock=[{"month": DECEMBER, **row} for row in rows])
    assert counts(tables, "stocks", "young", "student", breakdown="total") == [(25, 10)]
    assert counts(tables, "stocks", "stock", breakdown="age") == [(25,)]
    assert counts(tables, "stocks", "stock", breakdown="student") == [(10,)]


@pytest.mark.parametrize(("people", "shown"), [(2, 0), (3, 5), (9, 5), (10, 10), (11, 11)])
def test_a_total_stock_under_ten_is_nought_or_five(people, shown):
    tables = protected(stock=[{"month": DECEMBER, "stock": people}])
    assert counts(tables, "stocks", "stock") == ([(shown,)] if shown else [])


def test_groups_are_folded_before_they_are_rounded():
    # sex: M 61, o = 1: 60. X 2 and unknown 2: other 4, o = 3: 5; apart both 2 would have been 5 as well: 10 of 4.
    groups = [("M", 61), ("X", 2), ("unknown", 2)]
    stock = [{"month": DECEMBER, "breakdown": "sex", "group": group, "stock": n} for group, n in groups]
    tables = protected(stock=[{"month": DECEMBER, "stock": 65}, *stock])
    assert counts(tables, "stocks", "group", "stock", breakdown="sex") == [("M", 60), ("other", 5)]


def test_flows_have_no_months_and_reasons_are_rounded_on_the_year():
    # First quarter, o = 2: inflow 5 + 4 + 3 = 12: 10; of which new 12 as well: 10. Outflow 3 + 2 + 4 = 9: 10.
    # Reasons of the year: work 3 + 2 = 5, o = 2: 5; own choice 4, with conditions in one group, o = 4: 5.
    months = [(5, 3, 0), (4, 2, 0), (3, 0, 4)]
    flow = [
        {"month": JANUARY + place, "in_new": new, "out_work": work, "out_own_choice": choice}
        for place, (new, work, choice) in enumerate(months)
    ]
    tables = protected(flow=flow)
    shown = counts(tables, "flows", "period", "inflow", "in_new", "outflow", breakdown="total")
    assert shown == [("2019Q1", 10, 10, 10)]
    reasons = counts(tables, "flows", "group", "period", "outflow", breakdown="reason")
    assert reasons == [("choice_or_conditions", "2019", 5), ("work", "2019", 5)]


def test_origins_have_the_roundings_of_flows_where_flows_count_them_and_else_their_own():
    # First quarter, o = 2: inflow 40: 40; known 33: 35; end of unemployment 14: 15. So unknown 40 - 35 = 5, and known
    # but for unemployment 35 - 15 = 20. Work 8 and elsewhere 6 + 5 = 11 have offsets of their own.
    flow = [{"month": JANUARY, "in_new": 40, "in_origin_known": 33, "in_unemployment": 14}]
    given = {"unemployment_ended": 14, "work": 8, "first": 6, "other": 5, "unknown": 7}
    origins = [{"period": "2019Q1", "origin": origin, "inflow": n} for origin, n in given.items()]
    shown = dict(counts(protected(flow=flow, origin_inflow=origins), "origins", "group", "inflow"))
    work, elsewhere = (
        5 * ((n + offset(SECRET, f"origin|{group}|2019Q1", 5)) // 5) for group, n in (("work", 8), ("elsewhere", 11))
    )
    assert shown == {"total": 20, "unemployment_ended": 15, "unknown": 5, "work": work, "elsewhere": elsewhere}


def test_distinct_persons_are_rounded_and_person_months_follow_the_stocks():
    # Everybody: 12 x 103 as they are shown. Men: 12 x 61 = 732, a mean of 61, o = 2: 60; 12 x 60 = 720.
    # Distinct, of years: 151, o = 1: 150; men 88, o = 2: 90.
    men = {"breakdown": "sex", "group": "M"}
    tables = protected(
        stock=every_month("2019-01", 12, stock=103) + every_month("2019-01", 12, stock=61, **men),
        year_persons=[{"year": 2019, "persons": 151}, {"year": 2019, "persons": 88, **men}],
    )
    assert counts(tables, "years", "breakdown", "persons", "person_months") == [("sex", 90, 720), ("total", 150, 1236)]


# Rule 2: risk tables as cumulative counts.


def test_of_a_period_table_who_is_at_risk_is_rounded_by_step_and_exits_as_they_add_up():
    # o = 2: n 52, 40, 31, 13: 50, 40, 30, 15. D 3, 7, 7, 13: 5, 5, 5, 15; back to steps: 5, 0, 0, 10.
    # Of which to work D 0, 1, 1, 3: 0, 0, 0, 5.
    steps = [(52, 0, 3), (40, 1, 3), (31, 0, 0), (13, 2, 4)]
    rows = [
        {"period": "2019Q1", "k": k, "n": n, "d_work": work, "d_moved": moved}
        for k, (n, work, moved) in enumerate(steps, start=1)
    ]
    shown = counts(protected(spell_risk=rows), "durations", "k", "n", "d", "d_work")
    assert shown == [(1, 50, 5, 0), (2, 40, 0, 0), (3, 30, 0, 0), (4, 15, 10, 5)]


def test_a_step_without_people_keeps_its_rounded_exits_until_the_window_is_summed():
    # o = 1: D 3, 4: 0, 5; n 30, 3: 30, 0. Five exits of nobody; with another quarter of 10 they are five of 10.
    first = [{"period": "2019Q4", "k": 1, "n": 30, "d_moved": 3}, {"period": "2019Q4", "k": 2, "n": 3, "d_moved": 1}]
    assert counts(protected(spell_risk=first), "durations", "k", "n", "d") == [(1, 30, 0), (2, 0, 5)]


def test_a_cohort_is_its_rounded_start_less_its_rounded_losses():
    # o = 1: n 23, 20, 12: p(23) = 20; lost 3, 11: 0, 10; so 20, 20, 10. Returns D 2, 8: 0, 5. Exits 23: 20, as n(1).
    cohort = [(23, 2, 23), (20, 6, 0), (12, 0, 0)]
    rows = [
        {"period": "2019Q4", "m": m, "n": n, "d_return": back, "exits": exits}
        for m, (n, back, exits) in enumerate(cohort, start=1)
    ]
    shown = counts(protected(return_risk=rows), "returns", "m", "n", "d", "exits")
    assert shown == [(1, 20, 0, 20), (2, 20, 5, 0), (3, 10, 0, 0)]


def test_care_leavers_have_two_groups_in_a_city_forms_apart_for_all_and_no_ages():
    # Foster care 6 and with family 4 are placed, 10, o = 1: 10. Foster care apart, o = 0: 5.
    leavers = [("zorgvorm", "pleegzorg", 6), ("zorgvorm", "verblijf", 4), ("age", "18-24", 10)]
    rows = [
        {"support": "any", "period": "2019", "m": 0, "breakdown": breakdown, "group": group, "n": n}
        for breakdown, group, n in leavers
    ]
    shown = counts(protected(care_leaver_risk=rows), "take_up", "breakdown", "group", "n")
    detail = [row for row in shown if row[:2] == ("zorgvorm_detail", "pleegzorg")]
    assert ("zorgvorm", "placed", 10) in shown
    assert detail == [("zorgvorm_detail", "pleegzorg", 5)]
    assert not [row for row in shown if row[0] == "age"]


# Rule 3: a window adds protected tables.


def test_a_year_is_the_sum_of_its_protected_quarters_and_all_cities_the_sum_of_theirs():
    # 13 exits a quarter, o = 2, 3, 4, 1: 15, 15, 15, 10: 55 (of 52). Twice the same city: 110.
    flow = [{"month": JANUARY + 3 * quarter, "out_moved": 13} for quarter in range(4)]
    both = evaluate(pool([protected("gent", flow=flow), protected("genk", flow=flow)])).frame
    year = both.filter(indicator="outflow_count", variant="main", breakdown="total", period="2019")
    assert dict(year.select("city", "value").rows()) == {"gent": 55, "genk": 55, "all": 110}


def test_a_group_has_one_rounding_for_the_year():
    # Men: 13 a quarter, 52 in the year, o = 2: 50.
    men = {"breakdown": "sex", "group": "M"}
    flow = [{"month": JANUARY + 3 * quarter, "out_moved": 13, **men} for quarter in range(4)]
    shown = counts(protected(flow=flow), "flows", "period", "outflow", breakdown="sex")
    assert shown == [("2019", 50)]


# Rule 4: O / E.


def test_observed_exits_are_rounded_by_the_quarter_and_expected_ones_by_the_stratum():
    # O of Gent: 26 a quarter, o = 2, 3, 4, 1: 25, 25, 30, 25: 105. E: n 1013, o = 0: 1010; of the other city 3010
    # person-months and 298: 295 exits; E = 1010 x 295 / 3010 = 98.99.
    stratum = {"period": "2019", "age": "<25", "household": "1", "nationality": "BE", "band": "1-3"}
    exits = [{"period": f"2019Q{quarter}", "k": 1, "n": 300, "d_moved": 26} for quarter in range(1, 5)]
    gent = protected("gent", case_mix_risk=[{**stratum, "n": 1013, "d": 104}], spell_risk=exits)
    genk = protected("genk", case_mix_risk=[{**stratum, "n": 3011, "d": 298}])
    figures = evaluate(pool([gent, genk]))
    row = publish(figures, Policy()).precise.filter(
        indicator="outflow_oe", city="gent", variant="main", period="2019Q4"
    )
    assert row.select("numerator", "denominator").row(0) == (105, 99)
    assert row["value"].item() == pytest.approx(105 / (1010 * 295 / 3010))
