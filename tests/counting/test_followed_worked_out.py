"""A handful of people who are followed, counted by hand: every cell of every table that they fill."""

from datetime import date

import polars as pl

from demad.counting.activation_risk import count_activation_risk, count_after_art60, count_care_leaver_spell_risk
from demad.counting.after_exit import count_after_exit
from demad.counting.care_leaver_return import count_care_leaver_return
from demad.counting.care_leaver_risk import count_care_leaver_risk
from demad.counting.case_mix_return import count_case_mix_return
from demad.counting.case_mix_risk import count_case_mix_risk
from demad.counting.flow import count_flow
from demad.counting.gpmi_start import count_gpmi_start
from demad.counting.return_risk import count_return_risk
from demad.counting.spell_risk import count_spell_risk
from demad.counting.tracking import count_tracking
from demad.histories.after_exit import status_after_exit
from demad.tables.people import SUPPORT
from demad.tables.terms import GROUPS, SUPPORTS
from tests.counting.by_hand import FULL, SHORT, STRATA, M, W, filled, of_main, segments, spells


def test_spells_are_at_risk_from_their_entry_to_their_last_month():
    people = spells(
        {"last": 5, "exited": True, "reason": "work"},
        {"person": 2, "start": W - 10, "entry": 10, "last": 12, "sex": "V"},
        {"person": 3, "start": W - 3, "entry": 3, "last": 3, "exited": True, "reason": "death"},  # no month at risk
        {"person": 4, "left_censored": True, "last": 9},
        {"person": 5, "start": W - 1, "entry": 1, "last": 2, "sex": "X"},
    )
    table = count_spell_risk(people, FULL, city="gent")
    assert filled(table, "period", "k", breakdown="total") == {
        ("2014Q4", 1): {"entries": 1},
        ("2014Q4", 10): {"entries": 1},
        ("2015Q1", 1): {"n": 1},
        ("2015Q1", 2): {"n": 2, "c": 1},
        ("2015Q1", 3): {"n": 1},
        ("2015Q1", 11): {"n": 1},
        ("2015Q1", 12): {"n": 1, "c": 1},
        ("2015Q2", 4): {"n": 1},
        ("2015Q2", 5): {"n": 1, "d_work": 1},
    }
    assert filled(table, "group", "period", "k", breakdown="sex") == {
        **{("M", "2015", k): {"n": 1} for k in (1, 2, 3, 4)},
        ("M", "2015", 5): {"n": 1, "d_work": 1},
        ("V", "2014", 10): {"entries": 1},
        ("V", "2015", 11): {"n": 1},
        ("V", "2015", 12): {"n": 1, "c": 1},
        ("X", "2014", 1): {"entries": 1},
        ("X", "2015", 2): {"n": 1, "c": 1},
    }


def test_long_spells_are_added_up_in_two_bands():
    people = spells(
        {"start": W - 58, "entry": 58, "last": 62, "exited": True, "reason": "moved"},
        {"person": 2, "start": W - 119, "entry": 119, "last": 130, "variant": "gap0"},
        {"person": 3, "start": W - 60, "entry": 60, "last": 61, "variant": "wide"},
        {"person": 4, "start": W - 120, "entry": 120, "last": 121, "variant": "gap3"},
    )
    table = count_spell_risk(people, FULL, city="gent")
    assert set(table.filter(pl.col("variant").is_in(["gap0", "gap3"]))["breakdown"]) == {"total"}
    assert filled(table, "variant", "period", "k", breakdown="total") == {
        ("main", "2014Q4", 58): {"entries": 1},
        ("main", "2015Q1", 59): {"n": 1},
        ("main", "2015Q1", 60): {"n": 1},
        ("main", "2015Q1", 61): {"n": 1},
        ("main", "2015Q2", 61): {"n": 1, "d_moved": 1},
        ("gap0", "2014Q4", 61): {"entries": 1},
        ("gap0", "2015Q1", 61): {"n": 1},
        ("gap0", "2015Q1", 121): {"n": 2},
        ("gap0", "2015Q2", 121): {"n": 3},
        ("gap0", "2015Q3", 121): {"n": 3},
        ("gap0", "2015Q4", 121): {"n": 2, "c": 1},
        ("wide", "2014Q4", 60): {"entries": 1},
        ("wide", "2015Q1", 61): {"n": 1, "c": 1},
        ("gap3", "2014Q4", 61): {"entries": 1},
        ("gap3", "2015Q1", 121): {"n": 1, "c": 1},
    }


def test_a_window_of_four_months_judges_one_month_and_none_with_three_bridged():
    people = spells(*({"variant": variant, "person": 1} for variant in ("main", "gap3")))
    assert filled(count_spell_risk(people, SHORT, city="gent"), "variant", "period", "k", breakdown="total") == {
        ("main", "2015Q1", 1): {"n": 1, "c": 1}
    }
    flow = count_flow(people, of_main(segments((1, W, W))), SHORT, city="gent")
    assert filled(flow, "variant", "month", breakdown="total") == {("main", W): {"active": 1, "in_new": 1}}


def test_case_mix_counts_months_and_exits_in_the_duration_band_they_fall_in():
    people = spells(
        {"last": 14, "exited": True, "reason": "work", "age": "25-34", "nationality": "EU"},
        {"person": 2, "start": W - 5, "entry": 5, "last": 6, "age": "<18"},
        {"person": 3, "start": W - 2, "entry": 2, "last": 4, "exited": True, "reason": "moved", "age": "45-54"},
        {"person": 4, "start": W - 2, "entry": 2, "last": 3, "exited": True, "reason": "work", "age": "65+"},
        {"person": 5, "start": W, "entry": 1, "last": 1, "exited": True},
        {"person": 6, "left_censored": True},
        {"person": 7, "variant": "gap0"},
        {"person": 8, "start": W - 119, "entry": 119, "last": 121, "exited": True, "reason": "work", "age": "35-44"},
        # October to December, entered after the first month, gone in December.
        {"person": 9, "start": W + 9, "entry": 1, "last": 3, "exited": True, "reason": "work", "nationality": "NEU"},
    )
    table = count_case_mix_risk(people, city="gent")
    assert set(table["variant"]) == {"main"}
    assert filled(table, "period", "age", "nationality", "band") == {
        ("2015", "25-44", "other", "1-3"): {"n": 3},
        ("2015", "25-44", "other", "4-6"): {"n": 3},
        ("2015", "25-44", "other", "7-12"): {"n": 6},
        ("2016", "25-44", "other", "13-24"): {"n": 2, "d": 1, "d_work": 1},
        ("2015", "<25", "BE", "4-6"): {"n": 1},
        ("2015", "<25", "other", "1-3"): {"n": 2, "d": 1, "d_work": 1},
        ("2015", "45+", "BE", "1-3"): {"n": 2, "d": 1, "d_work": 1},
        ("2015", "45+", "BE", "4-6"): {"n": 1, "d": 1},
        ("2015", "25-44", "BE", "61-120"): {"n": 1},
        ("2015", "25-44", "BE", "121+"): {"n": 1, "d": 1, "d_work": 1},
    }


def test_the_case_mix_of_returns_counts_months_away_up_to_a_year_in_their_band():
    out = STRATA | {"variant": "main", "month": W, "months_followed": 20, "returned": False}
    left = pl.DataFrame(
        [
            out,
            out | {"month": W + 12, "months_followed": 5, "returned": True, "age": "35-44", "nationality": "EU"},
            out | {"months_followed": 12, "returned": True, "age": "65+", "household": "3"},
            out | {"months_followed": 13, "returned": True, "age": "45-54", "household": "2"},
            out | {"months_followed": 0, "age": "55-64"},
            out | {"variant": "gap3", "age": "55-64"},
        ]
    )
    table = count_case_mix_return(left, city="gent")
    assert filled(table, "period", "age", "household", "nationality", "band") == {
        ("2015", "<25", "1", "BE", "1-3"): {"n": 3},
        ("2015", "<25", "1", "BE", "4-6"): {"n": 3},
        ("2015", "<25", "1", "BE", "7-12"): {"n": 6},
        ("2016", "25-44", "1", "other", "1-3"): {"n": 3},
        ("2016", "25-44", "1", "other", "4-6"): {"n": 2, "d_return": 1},
        ("2015", "45+", "3", "BE", "1-3"): {"n": 3},
        ("2015", "45+", "3", "BE", "4-6"): {"n": 3},
        ("2015", "45+", "3", "BE", "7-12"): {"n": 6, "d_return": 1},
        ("2015", "45+", "2", "BE", "1-3"): {"n": 3},
        ("2015", "45+", "2", "BE", "4-6"): {"n": 3},
        ("2015", "45+", "2", "BE", "7-12"): {"n": 6},
    }


def test_exits_are_followed_until_they_return_or_are_lost_from_sight():
    exit_ = STRATA | {"variant": "main", "reason": "own_choice", "prior_duration": "0-6", "returned": False}
    exit_ |= {"to_work": False, "to_activation": False}
    to_work = {"reason": "work", "to_work": True, "to_activation": True}
    people = pl.DataFrame(
        [
            exit_ | {"month": W, "months_followed": 2, "returned": True} | to_work,
            exit_ | {"month": W + 3, "months_followed": 0},
            exit_ | {"month": W + 3, "months_followed": 1},
            exit_ | {"month": W + 3, "months_followed": 1, "returned": True},
            exit_ | {"month": W + 3, "months_followed": 1} | to_work,
            exit_ | {"month": W + 12, "months_followed": 36, "to_activation": True, "prior_duration": "unknown"},
            exit_ | {"month": W + 12, "months_followed": 37, "returned": True},
            exit_ | {"month": W + 12, "months_followed": 50, "variant": "gap0"} | to_work,
        ]
    ).cast({name: pl.Enum(GROUPS[name]) for name in (*STRATA, "reason", "prior_duration")})
    table = count_return_risk(people, city="gent")
    first = {"n": 1, "exits": 1, "n_work": 1, "exits_work": 1, "n_activation": 1, "exits_activation": 1}
    assert filled(table, "period", "m", variant="main", breakdown="total") == {
        ("2015Q1", 1): first,
        ("2015Q1", 2): {"n": 1, "d_return": 1, "n_work": 1, "d_work": 1, "n_activation": 1, "d_activation": 1},
        ("2015Q2", 1): first | {"n": 3, "d_return": 1, "c": 2, "exits": 4, "without_follow_up": 1},
        ("2016Q1", 1): {"n": 2, "exits": 2, "n_activation": 1, "exits_activation": 1},
        **{("2016Q1", m): {"n": 2, "n_activation": 1} for m in range(2, 36)},
        ("2016Q1", 36): {"n": 2, "c": 1, "n_activation": 1},
    }
    assert filled(table, "breakdown", "period", "m", variant="gap0") == {
        ("total", "2016Q1", 1): first,
        **{("total", "2016Q1", m): {"n": 1, "n_work": 1, "n_activation": 1} for m in range(2, 37)},
    }
    by_duration = table.filter(breakdown="prior_duration", m=1).select("group", "period", "exits").rows()
    assert by_duration == [("0-6", "2015", 5), ("0-6", "2016", 1), ("unknown", "2016", 1)]
    by_reason = table.filter(breakdown="reason", m=1).select("group", "period", "exits").rows()
    assert by_reason == [("work", "2015", 2), ("own_choice", "2015", 3), ("own_choice", "2016", 2)]


def test_activation_goes_before_an_exit_of_the_same_month():
    people = spells(
        {"last": 4, "exited": True, "reason": "work"},  # activated in its 4th month
        {"person": 2, "last": 4, "exited": True, "reason": "work"},  # activated too late
        {"person": 3, "start": W + 10, "last": 4},
        {"person": 4, "start": W - 3, "entry": 3, "last": 9},  # activated before anybody looked
        {"person": 5, "last": 24, "start": W - 12, "entry": 12},
        {"person": 6, "last": 25, "start": W - 23, "entry": 23, "exited": True, "reason": "work"},
        {"person": 7, "variant": "wide"},
    ).with_columns(activated=pl.Series([4, 5, None, 3, None, None, None], dtype=pl.Int32))
    table = count_activation_risk(people, city="gent")
    assert filled(table, "period", "k", variant="wide") == {("2015", 1): {"n": 1, "c": 1}}
    assert filled(table, "period", "k", variant="main") == {
        ("2015", 1): {"n": 3},
        ("2015", 2): {"n": 3},
        ("2015", 3): {"n": 2},
        ("2015", 4): {"n": 2, "d_activation": 1, "d_exit": 1},
        ("2016", 3): {"n": 1},
        ("2016", 4): {"n": 1, "c": 1},
        **{("2015", k): {"n": 1} for k in range(13, 24)},
        ("2015", 24): {"n": 2, "c": 1},
    }


def test_care_leavers_stay_on_the_leefloon_or_leave_it():
    people = spells(
        {"last": 2, "exited": True, "reason": "work"},
        {"person": 2, "start": W + 11, "last": 2},
        {"person": 3, "start": W - 35, "entry": 35, "last": 37},
    )
    assert filled(count_care_leaver_spell_risk(people, city="gent"), "period", "k") == {
        ("2015", 1): {"n": 2},
        ("2015", 2): {"n": 1, "d": 1},
        ("2016", 2): {"n": 1, "c": 1},
        ("2015", 36): {"n": 1},
    }


def test_after_art_60_people_come_back_or_stay_away():
    rows = [(W, 2, True), (W, 0, False), (W + 12, 24, False), (W + 12, 24, False), (W + 12, 30, True)]
    schema = {"month": pl.Int32, "months_followed": pl.Int32, "returned": pl.Boolean}
    people = pl.DataFrame(rows, schema=schema, orient="row")
    assert filled(count_after_art60(people, city="gent"), "period", "m") == {
        ("2015", 1): {"n": 1},
        ("2015", 2): {"n": 1, "d_return": 1},
        **{("2016", m): {"n": 3} for m in range(1, 24)},
        ("2016", 24): {"n": 3, "c": 2},
    }


def test_care_leavers_get_support_move_die_or_are_lost_from_sight():
    rows = [(W, 0, "event"), (W, 2, "moved"), (W, 1, None), (W + 12, 24, "death"), (W + 12, 30, None)]
    rows.append((W + 12, 25, "event"))
    ended_by = pl.Enum(["event", "moved", "death"])
    people = pl.DataFrame(rows, schema={"month": pl.Int32, "m": pl.Int32, "ended_by": ended_by}, orient="row")
    told = {"age": "18-24", "sex": "V", "zorgvorm": "verblijf"}
    people = people.with_columns(
        pl.lit("leefloon").cast(pl.Enum(SUPPORTS)).alias("support"),
        *(pl.lit(group).cast(pl.Enum(GROUPS[name])).alias(name) for name, group in told.items()),
    )
    table = count_care_leaver_risk(people, city="gent")
    by_hand = {
        ("2015", 0): {"n": 3, "d_event": 1},
        ("2015", 1): {"n": 2, "c": 1},
        ("2015", 2): {"n": 1, "d_moved": 1},
        **{("2016", m): {"n": 3} for m in range(24)},
        ("2016", 24): {"n": 3, "d_death": 1},
    }
    groups = {"total": "total", "age": "18-24", "sex": "V", "zorgvorm": "verblijf"}
    assert set(table["support"]) == {"leefloon"}
    for breakdown, group in groups.items():
        assert filled(table, "period", "m", breakdown=breakdown, group=group) == by_hand


def test_who_started_is_still_on_back_at_work_or_gone_after_six_months():
    """W is January 2015, O September 2016: of 2015Q1 all is seen at 6 and 12 months, of 2016Q1 at 6 (September)."""
    exited = {"exited": True}
    people = spells(
        {"person": 1, "start": W, "end": M},  # still on
        {"person": 2, "start": W, "end": W + 6},  # on in July, gone in January 2016, for a reason that is no work
        {"person": 3, "start": W, "end": W + 1, **exited, "reason": "work", "next_start": W + 5},
        {"person": 3, "start": W + 5, "end": W + 7, **exited, "reason": "own_choice"},  # back in July; otherwise since
        {"person": 4, "start": W + 2, "end": W + 3, **exited, "reason": "own_choice", "next_start": W + 6},
        {"person": 4, "start": W + 6, "end": W + 7, **exited, "reason": "work"},  # the last exit decides: work
        {"person": 5, "start": W + 1, "end": W + 3, "reason": "law_change"},
        {"person": 6, "start": W, "end": M, "left_censored": True},  # nobody knows when this began
        {"person": 7, "start": W - 2, "end": M},  # in a quarter that the window cuts
        {"person": 8, "start": W + 14, "end": M},  # March 2016: of its quarter September is seen
        {"person": 9, "start": W + 15, "end": M},  # April: of its quarter not everybody
    )
    found = filled(count_tracking(people, FULL, city="gent"), "period", "elapsed")
    assert found == {
        ("2015Q1", 6): {"entries": 5, "still_on": 2, "back": 1, "work": 1, "other": 1},
        ("2015Q1", 12): {"entries": 5, "still_on": 1, "work": 1, "other": 3},
        ("2015Q2", 6): {"entries": 1, "other": 1},
        ("2015Q2", 12): {"entries": 1, "other": 1},
        ("2015Q3", 6): {"entries": 1, "work": 1},
        ("2015Q3", 12): {"entries": 1, "work": 1},
        ("2016Q1", 6): {"entries": 1, "still_on": 1},
    }


def test_after_an_exit_the_first_kind_of_support_that_the_month_shows_counts():
    """O is September 2016, M - L November: of 2015 all is seen after 1, 3 and 6 months, of December 2015 none after 12.

    Person 1 is back in the third month with art. 60 beside it; 2 has an equivalent leefloon from the second to the
    sixth; 3 is in art. 61 in the first and guided all along; 4 went to the other law and 5 moved: no exits to follow.
    """
    exited = {"exited": True, "reason": "work", "end": W + 2}
    people = spells(
        {**exited, "next_start": W + 5},
        {**exited, "person": 2},
        {**exited, "person": 3, "left_censored": True},
        {"person": 4, "end": W + 2, "reason": "law_change"},
        {**exited, "person": 5, "reason": "moved"},
        {**exited, "person": 6, "end": W - 1},  # in a year that the window cuts
        {**exited, "person": 7, "end": W + 13},  # 2016 is not over
    )
    main = segments((1, W, W + 2), (1, W + 5, W + 9), (2, W, W + 2), (3, W, W + 2))
    wide = segments((1, W, W + 2), (1, W + 5, W + 9), (2, W, W + 2), (2, W + 4, W + 8), (3, W, W + 2))
    known = pl.DataFrame({"person": ["a", "b", "c"], "number": [1, 2, 3]}, schema_overrides={"number": pl.UInt32})
    supports = pl.DataFrame(
        [("a", "art60", date(2015, 6, 1), date(2015, 9, 30)), ("c", "art61", date(2015, 4, 1), date(2015, 4, 3)),
         ("c", "guidance", date(2015, 1, 1), None)],
        schema=SUPPORT.schema, orient="row",
    )  # fmt: skip
    statuses = status_after_exit(people, {"main": main, "wide": wide}, known, supports, FULL)
    assert filled(count_after_exit(statuses, city="gent"), "period", "m") == {
        ("2015", 1): {"exits": 3, "art60": 1, "nothing": 2},
        ("2015", 3): {"exits": 3, "leefloon_again": 1, "equivalent": 1, "other_support": 1},
        ("2015", 6): {"exits": 3, "leefloon_again": 1, "equivalent": 1, "other_support": 1},
    }
    untold = status_after_exit(people, {"main": main, "wide": wide}, known, None, FULL)
    assert filled(count_after_exit(untold, city="gent"), "period", "m")["2015", 1] == {"exits": 3, "nothing": 3}


def test_a_start_is_followed_to_the_first_month_with_a_gpmi_or_to_the_exit():
    exited = {"exited": True, "reason": "work"}
    people = spells(
        {"person": 1, "start": W, "end": M, "last": 21},  # a GPMI at once
        {"person": 2, "start": W, "end": W + 5, "last": 6, **exited},  # in the third month, before the exit
        {"person": 3, "start": W, "end": W + 1, "last": 2, **exited, "next_start": W + 6},  # none; then a new start
        {"person": 3, "start": W + 6, "end": W + 8, "last": 3, **exited},  # in its last month: a GPMI goes before it
        {"person": 4, "start": W + 12, "end": M, "last": 9},  # after O = M - 3: last seen in month 8 without
        {"person": 5, "start": W, "end": W, "last": 1, "reason": "law_change"},  # no exit
        {"person": 6, "start": W, "end": M, "last": 21, "left_censored": True},
        {"person": 7, "start": W - 1, "end": M, "last": 22},  # began before the window
        {"person": 8, "start": W, "end": M, "last": 21},  # after thirteen months: the table ends before
    )
    agreed = segments((1, W, M), (2, W + 2, W + 5), (3, W + 8, W + 8), (4, M - 2, M), (7, W, M), (8, W + 13, M),
                      with_gpmi=True)  # fmt: skip
    without = segments((2, W, W + 1), (3, W, W + 1), (3, W + 6, W + 7), (4, W + 12, M - 3), (5, W, W), (8, W, W + 12))
    main = pl.concat([agreed, without]).sort("person", "start")
    found = filled(count_gpmi_start(people, main, FULL, city="gent"), "period", "k")
    of_2015 = [{"n": 6, "d_gpmi": 1, "c": 1}, {"n": 4, "d_exit": 1}, {"n": 3, "d_gpmi": 2}]
    assert found == {
        **{("2015", k): counts for k, counts in enumerate(of_2015)},
        **{("2015", k): {"n": 1} for k in range(3, 13)},
        **{("2016", k): {"n": 1} for k in range(8)},
        ("2016", 8): {"n": 1, "c": 1},
    }


def test_a_gpmi_is_there_from_the_month_in_which_it_was_signed():
    people = spells(
        {"person": 1, "start": W, "end": M, "last": 21},  # told in the sixth month, signed in the third, a bridged one
        {"person": 2, "start": W, "end": M, "last": 21},  # signed before the start and still in force: at once
        {"person": 3, "start": W, "end": M, "last": 21},  # signed in the fourth month of its decision
        {
            "person": 4,
            "start": W,
            "end": M,
            "last": 21,
        },  # the day stood in a decision that was over: the next one tells
        {"person": 5, "start": W, "end": W + 3, "last": 4, "exited": True, "reason": "work"},  # signed after the exit
        {"person": 5, "start": W + 8, "end": M, "last": 13},  # and again: in force at the new start
        {"person": 6, "start": W, "end": M, "last": 21},  # two decisions: the first without a day, the second with
        {"person": 7, "start": W, "end": M, "last": 21},  # decided after O, signed before
        {"person": 8, "start": W, "end": M, "last": 21},  # signed when its decision was over and no other tells one
    )

    def signed(when: int | None, *runs: tuple[int, int, int]) -> pl.DataFrame:
        return segments(*runs, with_gpmi=True, gpmi_signed=when)

    agreed = [
        signed(W + 2, (1, W + 5, M)), signed(W - 30, (2, W, M)), signed(W + 3, (3, W, M)),
        signed(W + 6, (4, W, W + 5), (4, W + 6, M)), signed(W + 5, (5, W, W + 3), (5, W + 8, M)),
        signed(None, (6, W + 4, W + 6)), signed(W + 7, (6, W + 7, M)), signed(W + 9, (7, M - 1, M)),
        signed(W + 3, (8, W, W + 1)),
    ]  # fmt: skip
    without = segments((1, W, W + 1), (1, W + 3, W + 4), (6, W, W + 3), (7, W, M - 2), (8, W + 2, M), gpmi_signed=W)
    main = pl.concat([*agreed, without]).sort("person", "start")
    found = filled(count_gpmi_start(people, main, FULL, city="gent"), "period", "k")
    ended = {k: {name: n for name, n in counts.items() if name != "n"} for (_, k), counts in found.items()}
    once = {"d_gpmi": 1}
    assert {k: counts for k, counts in ended.items() if counts} == {
        0: {"d_gpmi": 2}, 2: once, 3: {"d_gpmi": 1, "d_exit": 1}, 4: once, 6: once, 9: once,
    }  # fmt: skip
    assert found["2015", 0]["n"] == 9


def test_after_an_exit_a_care_leaver_is_followed_to_the_return_or_the_end():
    out = pl.DataFrame(
        [
            ("main", W + 3, 4, True),
            ("main", W + 3, 4, False),
            ("main", W + 11, 2, False),
            ("main", W + 12, 30, True),  # after the table
            ("wide", W + 3, 0, False),  # not followed
            ("gap3", W + 3, 4, True),
        ],
        ["variant", "month", "months_followed", "returned"],
        orient="row",
    )
    found = filled(count_care_leaver_return(out, city="gent"), "variant", "period", "m")
    assert found == {
        ("main", "2015", 1): {"n": 3},
        ("main", "2015", 2): {"n": 3, "c": 1},
        ("main", "2015", 3): {"n": 2},
        ("main", "2015", 4): {"n": 2, "d_return": 1, "c": 1},
        **{("main", "2016", m): {"n": 1} for m in range(1, 25)},
    }
