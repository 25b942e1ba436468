"""A handful of people in a month or a year, counted by hand: every cell of every table that they fill."""

from dataclasses import replace
from datetime import date

import polars as pl

from demad.counting import count_city, count_shard
from demad.counting.flow import count_flow
from demad.counting.long_stay import count_long_stay
from demad.counting.origin_inflow import count_origin_inflow
from demad.counting.persons import count_art60_months, count_gpmi_year, count_population, count_year_persons
from demad.counting.stock import count_stock
from demad.counting.ten_years import count_ten_years
from demad.counting.years_on import count_years_on
from demad.histories.ages import by_age
from demad.histories.shards import Shard
from demad.tables.observation import Observation
from demad.tables.people import APPLICATION, LEAVER, PERIOD, SUPPORT
from tests.counting.by_hand import (
    CUT,
    FULL,
    M,
    W,
    by_month,
    filled,
    of_main,
    segments,
    spells,
)


def test_stock_counts_how_long_the_spell_runs_by_then():
    people = pl.concat([segments((1, W - 40, M), (2, W, M + 1)), segments((3, W - 1, M), with_gpmi=True)])
    table = filled(count_stock(by_month(people), FULL, city="gent"), "month", breakdown="total")
    assert sorted(table) == list(range(W, M + 1))
    always = {"stock": 3, "gpmi": 1}
    assert table[W] == always | {"elapsed_over_12": 1, "elapsed_over_24": 1}
    assert table[W + 10] == always | {"elapsed_over_12": 1, "elapsed_over_24": 1}
    assert table[W + 11] == always | {"elapsed_over_12": 2, "elapsed_over_24": 1}
    assert table[W + 12] == always | {"elapsed_over_12": 3, "elapsed_over_24": 1}
    assert table[W + 19] == always | {"elapsed_over_12": 3, "elapsed_over_24": 1}
    assert table[W + 20] == always | {"elapsed_over_12": 3, "elapsed_over_24": 1, "elapsed_over_60": 1}
    assert table[M] == always | {"elapsed_over_12": 3, "elapsed_over_24": 2, "elapsed_over_60": 1}


def test_stock_of_a_start_that_nobody_saw_is_counted_apart():
    people = segments((1, W + 1, W + 14), (2, W + 2, W + 2), (2, W + 4, W + 15))
    table = filled(count_stock(by_month(people), CUT, city="gent"), "group", "month", breakdown="sex")
    assert table["M", W + 2] == {"stock": 2, "start_unknown": 1}
    assert table["M", W + 3] == {"stock": 1, "start_unknown": 1}
    assert table["M", W + 14] == {"stock": 2, "start_unknown": 1, "elapsed_over_12": 1}
    assert table["M", W + 15] == {"stock": 1, "elapsed_over_12": 1}


def test_who_turns_25_is_counted_in_the_next_age_band_from_january():
    people = segments((1, W - 3, W + 13), birth_year=1990)
    table = filled(count_stock(by_month(people), FULL, city="gent"), "group", "month", breakdown="age")
    assert {month: group for group, month in table} == dict.fromkeys(range(W, W + 14), "25-34")
    people = segments((1, W, M), birth_year=1991)
    table = filled(count_stock(by_month(people), FULL, city="gent"), "group", "month", breakdown="age")
    assert sorted(table) == [("18-24", W + m) for m in range(12)] + [("25-34", W + m) for m in range(12, 24)]
    years = filled(count_year_persons(by_month(people), FULL, city="gent"), "year", "group", breakdown="age")
    assert years == {(2015, "18-24"): {"persons": 1}, (2016, "25-34"): {"persons": 1}}


def test_a_long_stretch_is_cut_in_every_band_that_it_passes():
    parts = by_age(segments((1, 1990 * 12 + 5, 2016 * 12), birth_year=1972), gap=1).sort("start")
    assert parts.select("start", "end", "age").rows() == [
        (1990 * 12 + 5, 1996 * 12 + 11, "18-24"),
        (1997 * 12, 2006 * 12 + 11, "25-34"),
        (2007 * 12, 2016 * 12, "35-44"),
    ]


def test_spells_begin_run_and_end():
    told = {"from_other_law": True, "origin": "unemployment_ended"}
    people = spells(
        {"end": W + 3, "reason": "work"},
        {"start": W + 10, "end": W + 20, "inflow": "return", "reason": "moved"},
        {"person": 2, "start": W - 2, "end": W + 1, "left_censored": True, "inflow": None, "reason": "admin"} | told,
        {"person": 3, "start": W - 3, "end": W - 1, "reason": "work"},
        {"person": 4, "start": W + 20, "end": M, "inflow": "unknown"} | told,
        {"person": 5, "start": W + 15, "end": W + 15, "reason": "law_change", "origin": "work"},
        {"person": 6, "start": W + 21, "end": M},
        {"person": 7, "start": W + 5, "end": W + 7, "left_censored": True, "inflow": None},
    )
    covered = segments(
        (1, W, W + 1), (1, W + 3, W + 3), (1, W + 10, W + 20), (2, W - 2, W + 1), (3, W - 3, W - 1), (4, W + 20, M),
        (5, W + 15, W + 15), (6, W + 21, M), (7, W + 5, W + 5), (7, W + 7, W + 7),
    )  # fmt: skip
    table = count_flow(people, of_main(covered), FULL, city="gent")
    assert filled(table, "month", breakdown="sex", group="M") == filled(table, "month", breakdown="total")
    assert filled(table, "month", breakdown="total") == {
        W: {"active": 2, "left_censored": 1, "in_new": 1},
        W + 1: {"active": 2, "end_admin": 1},
        W + 2: {"active": 1, "bridged": 1},
        W + 3: {"active": 1, "out_work": 1},
        W + 5: {"active": 1, "left_censored": 1},
        W + 6: {"active": 1, "bridged": 1},
        W + 7: {"active": 1},
        W + 10: {"active": 1, "in_return": 1},
        **{W + m: {"active": 1} for m in (11, 12, 13, 14, 16, 17, 18, 19)},
        W + 15: {"active": 2, "in_new": 1, "in_origin_known": 1, "end_law": 1},
        W + 20: {
            "active": 2,
            "out_moved": 1,
            "in_unknown": 1,
            "in_from_other_law": 1,
            "in_unemployment": 1,
            "in_origin_known": 1,
        },
    }


def test_spells_that_begin_are_counted_by_quarter_and_origin():
    people = spells(
        {"origin": "work"},
        {"person": 2, "start": W + 2, "end": W + 5, "origin": "work", "inflow": "return"},
        {"person": 3, "start": W + 3, "end": W + 5, "origin": "unemployment_ended"},
        {"person": 4, "start": W + 4, "end": W + 5},
        {"person": 5, "start": W, "end": W + 5, "left_censored": True, "inflow": None, "origin": "work"},
        {"person": 6, "start": M, "end": M, "origin": "work"},
        {"person": 7, "start": W, "end": W, "variant": "gap3", "origin": "work"},
    )
    # O = M - 3: the start of person 6 is not certain yet; that of person 5 is not known; gap3 has no origins.
    assert filled(count_origin_inflow(people, FULL, city="gent"), "period", "origin", variant="main") == {
        ("2015Q1", "work"): {"inflow": 2},
        ("2015Q2", "unemployment_ended"): {"inflow": 1},
        ("2015Q2", "unknown"): {"inflow": 1},
    }


def test_a_year_counts_a_person_once_in_the_group_of_the_last_month():
    people = pl.concat([segments((1, W, W + 1)), segments((1, W + 11, W + 12), birth_year=1990)])
    table = count_year_persons(by_month(people), FULL, city="gent")
    assert filled(table, "year", breakdown="total") == {2015: {"persons": 1}, 2016: {"persons": 1}}
    assert filled(table, "year", "group", breakdown="age") == {
        (2015, "25-34"): {"persons": 1},
        (2016, "25-34"): {"persons": 1},
    }
    later, earlier = date(2015, 2, 1), date(2016, 11, 30)
    for begin, end, year in ((later, FULL.as_of, 2016), (FULL.since, earlier, 2015)):
        partly = count_year_persons(by_month(people), Observation(begin, end, full_history=True), city="gent")
        assert set(partly["year"]) == {year}


def test_who_is_in_art60_without_a_leefloon_of_either_law_is_apart():
    """Person 1 has a leefloon in the first two of three months, 2 never had one, 3 has an equivalent one throughout."""
    wide = segments((1, W - 5, W), (1, W + 1, W + 1), (3, W, W + 9))
    known = pl.DataFrame({"person": ["a", "c"], "number": [1, 3]}, schema_overrides={"number": pl.UInt32})
    runs = pl.DataFrame(
        {"person": ["a", "b", "c"], "first": [W - 3, W + 1, W], "last": [W + 2, W + 1, W]},
        schema_overrides={"first": pl.Int32, "last": pl.Int32},
    )
    assert filled(count_art60_months(runs, wide, known, FULL, city="gent"), "month") == {
        W: {"persons": 2},
        W + 1: {"persons": 2, "apart": 1},
        W + 2: {"persons": 1, "apart": 1},
    }


def test_of_those_over_two_years_in_january_who_leaves_in_the_year_is_out_also_after_a_return():
    """January 2015 is W; 2016 is not over in O. In it person 1 to 6 are in month 25 or later of a known spell."""
    exited = {"exited": True, "reason": "work", "start": W - 24}
    people = spells(
        {**exited, "end": W + 11, "next_start": W + 14},  # December; back later
        {**exited, "person": 2, "end": W + 12},  # January of the next year
        {"person": 3, "start": W - 24, "end": W + 3, "reason": "law_change"},
        {"person": 4, "start": W - 60, "end": W + 4, "reason": "admin"},
        {**exited, "person": 5, "end": W},
        {"person": 6, "start": W - 30, "end": M},
        {**exited, "person": 7, "start": W - 23, "end": W + 2},  # month 24
        {**exited, "person": 8, "end": W + 2},  # January is bridged: not in the stock
        {**exited, "person": 9, "end": W + 2, "left_censored": True},
    )
    main = segments(
        *((person, W - 60, M) for person in (1, 2, 3, 4, 5, 6, 7, 9)), (8, W - 24, W - 1), (8, W + 1, W + 2)
    )
    assert filled(count_long_stay(people, main, FULL, city="gent"), "year") == {2015: {"stayers": 6, "out": 2}}


def test_a_year_counts_a_person_with_a_gpmi_once_and_only_in_its_own_years():
    agreed, without = {"with_gpmi": True}, {"with_gpmi": False}
    people = pl.concat(
        [
            segments((1, W, W), **agreed),
            segments((1, W + 1, W + 3), **without),
            segments((1, W + 4, W + 4), **agreed),  # again in 2015: once
            segments((1, W + 11, W + 12), **agreed),  # and in 2016
            segments((2, W, W + 13), **without),
            segments((3, W + 13, W + 14), **agreed),  # 2016 alone
            segments((4, W - 3, W - 1), **agreed),  # before the window
        ]
    )
    found = filled(count_gpmi_year(people, FULL, city="gent"), "year")
    assert found == {2015: {"with_gpmi": 1}, 2016: {"with_gpmi": 2}}
    partly = Observation(date(2015, 2, 1), FULL.as_of, full_history=True)
    assert filled(count_gpmi_year(people, partly, city="gent"), "year") == {2016: {"with_gpmi": 2}}


def test_ten_years_count_a_person_once_and_a_return_only_where_the_exit_and_the_return_are_in_them():
    """Eleven whole years, 2015 to 2025: the ten to 2024 and the ten to 2025."""
    long = Observation(date(2015, 1, 1), date(2026, 3, 31), full_history=False)
    last = 2025 * 12 + 11
    exited = {"exited": True, "reason": "own_choice"}
    left = [
        (1, {"start": W, "end": W + 2, "next_start": W + 6}),  # gone and back in 2015
        (2, {"start": W, "end": W + 3, "next_start": last - 1}),  # back in 2025, gone in 2015: in neither
        (3, {"start": W + 12, "end": W + 14, "next_start": last}),  # gone in 2016, back in December 2025
        (4, {"start": W + 12, "end": W + 14, "next_start": last + 1}),  # back after it
        (5, {"start": W + 12, "end": W + 14, "next_start": W + 20, "reason": "moved"}),  # no return
        (6, {"start": W + 12, "end": W + 14, "next_start": W + 20, "exited": False, "reason": "law_change"}),
    ]
    own = spells(*({"person": person} | exited | changed for person, changed in left))
    again = [(person, changed["next_start"], changed["next_start"] + 1) for person, changed in left]
    main = pl.concat([segments(*((person, row["start"], row["end"]) for person, row in left)), segments(*again)])
    found = filled(count_ten_years(own, main.sort("person", "start"), long, city="gent"), "year")
    assert found == {2024: {"persons": 6, "returned": 1}, 2025: {"persons": 5, "returned": 1}}


def test_with_fewer_than_ten_years_all_of_them_are_one_window_and_with_two_there_is_none():
    own = spells({"end": W + 2, "exited": True, "reason": "work", "next_start": W + 30})
    main = segments((1, W, W + 2), (1, W + 30, W + 40), (2, W + 50, W + 51))
    three = Observation(date(2015, 1, 1), date(2018, 11, 30), full_history=True)
    assert filled(count_ten_years(own, main, three, city="gent"), "year") == {2017: {"persons": 1, "returned": 1}}
    two = Observation(date(2015, 1, 2), date(2018, 11, 30), full_history=True)
    assert count_ten_years(own, main, two, city="gent").is_empty()


def test_the_people_of_december_stand_in_the_band_of_their_months_among_the_last_sixty():
    """December 2015 and 2016, a full history: the sixty months to December 2015 begin in January 2011, W - 48."""
    people = pl.concat(
        [
            segments((1, W - 60, M)),  # always there: 60 and 60
            segments((2, W - 60, W - 49), (2, W - 2, W + 11)),  # what is older than five years counts no more: 14
            segments((3, W + 6, W + 11)),  # 6, and gone before December 2016
            segments((4, W + 5, W + 11), (4, M, M)),  # 7, and in 2016: 8
            segments((5, W - 37, W - 26), (5, W - 1, W + 11)),  # an interruption does not begin again: 12 + 13
            segments((6, W - 36, W + 11)),  # 48
            segments((7, W - 37, W + 11)),  # 49
            segments((8, W, W + 10)),  # not there in December
        ]
    )
    found = filled(count_years_on(people, FULL, city="gent"), "year", "band")
    of_2015 = {"1-6": 1, "7-12": 1, "13-24": 1, "25-48": 2, "49-60": 2}
    assert found == {
        **{(2015, band): {"persons": persons} for band, persons in of_2015.items()},
        (2016, "7-12"): {"persons": 1},
        (2016, "49-60"): {"persons": 1},
    }


def test_with_a_cut_history_a_december_needs_its_sixty_months_in_the_window():
    people = segments((1, W - 60, W + 71))
    long = Observation(date(2015, 1, 1), date(2020, 12, 31), full_history=False)
    late = Observation(date(2015, 1, 2), date(2020, 12, 31), full_history=False)
    assert filled(count_years_on(people, long, city="gent"), "year", "band").keys() == {
        (2019, "49-60"), (2020, "49-60")
    }  # fmt: skip
    assert filled(count_years_on(people, late, city="gent"), "year", "band").keys() == {(2020, "49-60")}


INHABITANTS = pl.DataFrame(
    [
        (2015, 18, 24, "M", 100),
        (2015, 25, 34, "V", 50),
        (2015, 25, 34, "V", 60),  # said again
        (2015, 18, 34, "M", 7),
        (2015, 17, 24, "M", 1),
        (2015, 60, 64, "V", 9),
        (2015, 60, 65, "V", 1),
    ],
    schema=["jaar", "leeftijd_van", "leeftijd_tot", "geslacht", "aantal"],
    orient="row",
)


def test_inhabitants_of_18_to_64_count_in_the_band_they_lie_within():
    assert filled(count_population(INHABITANTS, city="gent"), "breakdown", "group") == {
        ("total", "total"): {"persons": 176},
        ("age", "18-24"): {"persons": 100},
        ("age", "25-34"): {"persons": 60},
        ("age", "55-64"): {"persons": 9},
        ("sex", "M"): {"persons": 107},
        ("sex", "V"): {"persons": 69},
    }


def test_what_a_city_delivered_is_what_its_span_says():
    nobody = Shard("gent", FULL, PERIOD.empty())
    facts = ("has_leavers", "has_supports", "has_applications", "population_estimated", "days_to_made")
    without = count_city([count_shard(nobody)])
    assert without["span"].select(facts).row(0) == (False, False, False, False, None)
    assert without["population"].is_empty()
    given = count_city(
        [
            count_shard(
                replace(nobody, leavers=LEAVER.empty(), supports=SUPPORT.empty(), applications=APPLICATION.empty())
            )
        ],
        inhabitants=INHABITANTS,
        population_estimated=True,
        days_to_made=9,
    )
    assert given["span"].select(facts).row(0) == (True, True, True, True, 9)
    assert given["population"]["persons"].sum() == 3 * 176 - 7
