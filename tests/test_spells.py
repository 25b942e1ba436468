"""Covered months and spells, each from a handful of decisions."""

from datetime import date

import polars as pl
import pytest

from demad.histories.segments import covered, decided, on_line
from demad.histories.spells import build_spells
from demad.tables.months import month_label, month_number
from demad.tables.observation import Observation
from demad.tables.people import PERIOD

SEEN = Observation(date(2020, 1, 1), date(2023, 12, 31), full_history=False)


def periods(*decisions: tuple) -> pl.DataFrame:
    """PERIOD from (person, law, begin, end, ending) in ISO days; the other columns are all the same."""
    rows = [
        {
            "person": person,
            "law": law,
            "begin": date.fromisoformat(begin),
            "end": date.fromisoformat(end) if end else None,
            "household": "2",
            "birth_year": 1990,
            "sex": "V",
            "nationality": "BE",
            "student": "no",
            "gpmi": "general",
            "gpmi_begin": None,
            "ending": ending,
            "first_begin": None,
            "origin": None,
        }
        for person, law, begin, end, ending in decisions
    ]
    return PERIOD.check(pl.DataFrame(rows, schema=PERIOD.schema).sort("person", "begin", "law"))


def spells_from(decisions: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    laid = decided(decisions, observation)
    return build_spells(covered(laid), laid, observation)


def spells_of(decisions: pl.DataFrame, variant: str = "main", observation: Observation = SEEN) -> list[tuple]:
    """(first month, last month, reason) of every spell of the variant."""
    built = spells_from(decisions, observation).filter(variant=variant)
    return [(month_label(row["start"]), month_label(row["end"]), row["reason"]) for row in built.iter_rows(named=True)]


def test_one_day_of_right_covers_the_month():
    decisions = periods(("p1", "RMI", "2021-03-31", "2021-05-01", "work"))
    assert spells_of(decisions) == [("2021-03", "2021-05", "work")]


def test_one_uncovered_month_is_bridged_and_two_are_not():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-01-31", "unknown"),
        ("p1", "RMI", "2021-03-01", "2021-03-31", "unknown"),
        ("p1", "RMI", "2021-06-01", "2021-06-30", "work"),
    )
    assert spells_of(decisions) == [("2021-01", "2021-03", "unknown"), ("2021-06", "2021-06", "work")]
    assert [spell[:2] for spell in spells_of(decisions, "gap0")] == [
        ("2021-01", "2021-01"),
        ("2021-03", "2021-03"),
        ("2021-06", "2021-06"),
    ]
    assert [spell[:2] for spell in spells_of(decisions, "gap3")] == [("2021-01", "2021-06")]


def test_the_next_month_under_the_other_law_is_no_exit():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-03-31", "work"), ("p1", "RMH", "2021-04-10", "2021-09-30", "work")
    )
    assert spells_of(decisions) == [("2021-01", "2021-03", "law_change")]
    assert spells_of(decisions, "wide") == [("2021-01", "2021-09", "work")]


def test_another_law_two_months_later_is_an_exit():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-03-31", "work"), ("p1", "RMH", "2021-05-01", "2021-09-30", "work")
    )
    assert spells_of(decisions) == [("2021-01", "2021-03", "work")]


def test_an_exit_is_judged_only_when_the_gap_and_the_settlement_month_have_passed():
    # M = 2023-12, L = 1, gap 1: O = 2023-09. An end in September counts, one in October does not yet.
    decisions = periods(
        ("p1", "RMI", "2023-01-01", "2023-09-30", "work"), ("p2", "RMI", "2023-01-01", "2023-10-31", "work")
    )
    assert [spell[2] for spell in spells_of(decisions)] == ["work", None]


def test_the_reason_stands_in_the_decision_that_ends_last():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-06-30", "moved"), ("p1", "RMI", "2021-03-01", "2021-06-10", "work")
    )
    assert spells_of(decisions) == [("2021-01", "2021-06", "moved")]


BEGINS, CHANGES, ENDS = "2020-11-10", "2021-01-18", "2021-09-30"
_IN_TWO = (("p1", "RMI", BEGINS, "2021-01-17", "unknown"), ("p1", "RMI", CHANGES, ENDS, "work"))
LATER = pl.col("begin") == date.fromisoformat(CHANGES)


@pytest.mark.parametrize(
    "decisions",
    [
        pytest.param(
            periods(("p1", "RMI", BEGINS, ENDS, "work")).with_columns(birth_year=pl.lit(1996, pl.Int32)),
            id="a birthday: 25 in January",
        ),
        pytest.param(periods(*_IN_TWO), id="a move inside the city, or another social worker: the same fields again"),
        pytest.param(
            periods(*_IN_TWO).with_columns(
                household=pl.when(LATER).then(pl.lit("3")).otherwise("household").cast(PERIOD.schema["household"])
            ),
            id="another category",
        ),
        pytest.param(
            periods(*_IN_TWO).with_columns(
                gpmi=pl.when(LATER).then(pl.lit("none")).otherwise("gpmi").cast(PERIOD.schema["gpmi"]),
                student=pl.when(LATER).then(pl.lit("yes")).otherwise("student").cast(PERIOD.schema["student"]),
            ),
            id="a GPMI that ends and studies that begin",
        ),
    ],
)
@pytest.mark.parametrize("variant", ["main", "wide", "gap0", "gap3"])
def test_a_birthday_a_move_another_category_or_another_worker_never_splits_a_spell(decisions, variant):
    """One start, one exit, nobody back: Jobindsats had to withdraw a measure because such a change ended a spell."""
    built = spells_from(decisions, SEEN).filter(variant=variant)
    assert spells_of(decisions, variant) == [("2020-11", "2021-09", "work")]
    assert built.select("exited", "next_start", "inflow").rows() == [(True, None, "unknown")]
    assert built["last"].item() == 11


def test_the_month_takes_its_attributes_from_the_decision_valid_on_the_15th():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-01-20", "unknown"),
        ("p1", "RMI", "2021-01-21", "2021-02-28", "work"),
    ).with_columns(household=pl.Series(["3", "1"], dtype=PERIOD.schema["household"]))
    stretches = covered(decided(decisions, SEEN))["main"].select("start", "end", "household").rows()
    assert [(month_label(a), month_label(b), household) for a, b, household in stretches] == [
        ("2021-01", "2021-01", "3"),
        ("2021-02", "2021-02", "1"),
    ]


def test_a_decision_that_misses_the_15th_still_covers_the_month():
    decisions = periods(("p1", "RMI", "2021-01-16", "2021-02-14", "work"))
    stretches = covered(decided(decisions, SEEN))["main"].select("start", "end").rows()
    assert [tuple(map(month_label, stretch)) for stretch in stretches] == [("2021-01", "2021-02")]


def test_of_two_laws_that_begin_on_one_day_the_one_that_ends_last_counts_and_else_the_leefloon():
    both = periods(
        ("p1", "RMI", "2021-01-01", "2021-03-31", "work"),
        ("p1", "RMH", "2021-01-01", "2021-02-28", "moved"),
        ("p2", "RMI", "2021-01-01", "2021-02-28", "work"),
        ("p2", "RMH", "2021-01-01", None, "moved"),
        ("p3", "RMI", "2021-01-01", "2021-02-28", "work"),
        ("p3", "RMH", "2021-01-01", "2021-02-28", "moved"),
    ).with_columns(student=pl.when(pl.col("law") == "RMI").then(pl.lit("yes")).otherwise(pl.lit("no")))
    january = covered(decided(both.cast(PERIOD.schema), SEEN))["wide"].filter(start=month_number(date(2021, 1, 1)))
    assert january["student"].to_list() == ["yes", "no", "yes"]


def test_a_short_decision_inside_a_long_one_counts_only_in_its_months():
    decisions = periods(
        ("p1", "RMI", "2021-01-01", "2021-12-31", "unknown"), ("p1", "RMI", "2021-05-01", "2021-06-30", "unknown")
    ).with_columns(household=pl.Series(["3", "1"], dtype=PERIOD.schema["household"]))
    stretches = covered(decided(decisions, SEEN))["main"]
    by_month = {
        month_label(month): row["household"]
        for row in stretches.iter_rows(named=True)
        for month in range(row["start"], row["end"] + 1)
    }
    assert by_month == {f"2021-{m:02d}": "1" if m in (5, 6) else "3" for m in range(1, 13)}


def test_numbers_of_the_last_person_that_polars_can_count_and_of_any_month_are_told_apart():
    line = pl.DataFrame({"person": [0, 2**32 - 2, 2**32 - 2, 2**32 - 1], "month": [9999 * 12 + 11, 0, 24_000, 0]})
    places = line.cast({"person": pl.UInt32, "month": pl.Int32}).select(on_line(pl.col("person"), pl.col("month")))
    assert places.to_series().is_sorted()
    assert places.to_series().n_unique() == 4


@pytest.mark.parametrize(("begin", "unknown"), [("2020-02-10", True), ("2020-03-01", False)])
def test_a_spell_at_the_left_edge_of_a_cut_history_has_no_known_start(begin, unknown):
    # W = 2020-01, gap 1: up to and including 2020-02 a spell may be the tail of a longer one.
    decisions = periods(("p1", "RMI", begin, "2021-06-30", "work"))
    built = spells_from(decisions, SEEN).filter(variant="main")
    assert built["left_censored"].to_list() == [unknown]


def test_with_full_history_an_old_spell_enters_late():
    full = Observation(SEEN.since, SEEN.as_of, full_history=True)
    decisions = periods(("p1", "RMI", "2019-09-01", "2020-06-30", "work"))
    built = spells_from(decisions, full).filter(variant="main")
    assert built.select("entry", "last", "exited").row(0) == (4, 10, True)  # W is the 5th paid month


def test_a_running_decision_runs_to_as_of():
    decisions = periods(("p1", "RMI", "2023-06-15", None, "unknown"))
    assert spells_of(decisions) == [("2023-06", "2023-12", None)]


def test_nothing_in_gives_nothing_out():
    none = PERIOD.empty()
    stretches = covered(decided(none, SEEN))
    assert all(rows.is_empty() for rows in stretches.values())
    assert build_spells(stretches, decided(none, SEEN), SEEN).is_empty()


def test_windows_of_whole_and_broken_months():
    broken = Observation(date(2020, 1, 2), date(2023, 12, 30), full_history=False)
    assert (broken.first_month, broken.last_month) == (
        month_number(date(2020, 2, 1)),
        month_number(date(2023, 11, 1)),
    )
    assert SEEN.last_transition(1) == month_number(date(2023, 9, 1))
