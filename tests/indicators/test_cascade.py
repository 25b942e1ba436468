"""The cascade of care leavers never grows, and a step is not there where its data are not."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from demad.indicators.grid import scope_of
from demad.indicators.take_up import take_up
from demad.protection import pool, protect
from demad.quantities import exact
from demad.records.secrets import Secret
from demad.tables.figures import INDICATOR_VALUE
from tests.indicators.by_hand import Tables, applied, leaver, leefloon, of_people, of_tables
from tests.lanes import examples
from tests.naive.protection import rounded

STEPS = ("known", "applied", "leefloon", "kept")
IDS = [f"careleaver_{step}_12m" for step in STEPS]
COUNTS = ("n", "d_event", "d_moved", "c")


def of_steps(figures: pl.DataFrame) -> list[list[float]]:
    """The steps that are known of each city and period, in their order."""
    rows = figures.filter(pl.col("indicator").is_in(IDS), variant="main", breakdown="total", city="gent")
    return [
        [value for id in IDS if (value := dict(of_period.select("indicator", "value").iter_rows())[id]) is not None]
        for _, of_period in rows.group_by("period")
    ]


@st.composite
def cohorts(draw: st.DrawFn) -> list[dict]:
    """CARE_LEAVER_RISK of one year: people whose step comes never before the step before it, and some who are lost."""
    rows: dict[tuple[str, int], dict[str, int]] = {}
    for _ in range(draw(st.integers(8, 60))):
        lost = draw(st.one_of(st.just(25), st.integers(0, 25)))
        moved = draw(st.booleans())
        m = 0
        for step in STEPS:
            m += draw(st.sampled_from((0, 0, 1, 3, 40)))
            at = max(m, 12) if step == "kept" else m
            stop = min(at, lost)
            for month in range(min(stop, 24) + 1):
                rows.setdefault((step, month), dict.fromkeys(COUNTS, 0))["n"] += 1
            if stop <= 24:
                ended = "d_event" if at <= lost else "d_moved" if moved else "c"
                rows[step, stop][ended] += 1
    return [{"support": step, "period": "2018", "m": month, **counts} for (step, month), counts in rows.items()]


@given(rows=cohorts(), secret=st.binary(min_size=32, max_size=32))
@settings(max_examples=examples(3), deadline=None)
def test_no_step_is_larger_than_the_one_before_it_also_after_rounding(rows: list[dict], secret: bytes):
    tables = of_tables(care_leaver_risk=rows)
    for counts in (exact([tables]), pool([protect(tables, Secret(secret))])):
        figures = pl.concat(take_up(counts["take_up"], scope_of(counts), variant="main"))
        for found in of_steps(figures):
            assert found == sorted(found, reverse=True)


def test_the_bound_is_needed_because_each_step_is_a_curve_of_its_own():
    """Three leavers: one known at once applies in month 3, one is lost in month 2, one is never known."""
    known = {0: (3, 1, 0), 1: (2, 0, 0), 2: (2, 0, 1), **dict.fromkeys(range(3, 13), (1, 0, 0))}
    asked = {0: (3, 0, 0), 1: (3, 0, 0), 2: (3, 0, 1), 3: (2, 1, 0), **dict.fromkeys(range(4, 13), (1, 0, 0))}
    rows = [
        {"support": step, "period": "2018", "m": m, "n": n, "d_event": d, "c": c}
        for step, months in (("known", known), ("applied", asked), ("leefloon", asked))
        for m, (n, d, c) in months.items()
    ]
    found = dict(_three_years(rows).select("indicator", "value").iter_rows())
    assert found["careleaver_applied_12m"] == 0.5  # 1 of the 2 who were still followed
    assert found["careleaver_known_12m"] == 0.5  # by itself 1 of 3


def _three_years(rows: list[dict]) -> pl.DataFrame:
    return _of_leavers(of_tables(care_leaver_risk=rows))


def _of_leavers(tables: Tables) -> pl.DataFrame:
    counts = exact([tables])
    figures = pl.concat(take_up(counts["take_up"], scope_of(counts), variant="main"))
    return figures.filter(city="gent", breakdown="total", period="2019Q4")


def test_a_step_is_not_computable_where_its_data_were_not_delivered_and_the_others_stay():
    young = [leaver(f"young-{number}", "2018-05") for number in range(4)]
    rows = [leefloon("young-0", "2018-07", 14)]
    without = _of_leavers(of_people(rows, young))
    asked = [applied("young-1", young[1]["einde_jeugdhulp"], 20, "geweigerd")]
    with_applications = _of_leavers(of_people(rows, young, None, asked))
    assert _values(without) == [None, None, 0.25, 0.25]
    assert _values(with_applications) == [None, 0.5, 0.25, 0.25]  # known also needs the other support


def _values(figures: pl.DataFrame) -> list[float | None]:
    found = dict(INDICATOR_VALUE.check(figures).select("indicator", "value").iter_rows())
    return [found[id] for id in IDS]


def test_who_knows_every_rounded_step_keeps_nine_values_of_who_is_between_two_that_are_shown():
    """Every chain of three nested counts below 24, under each offset: what stays possible for a difference."""
    between: dict[tuple[int, ...], set[int]] = {}
    for offset in range(5):
        for part in range(24):
            for step in range(part, 24):
                for whole in range(step, 24):
                    told = tuple(rounded(count, offset) for count in (part, step, whole))
                    between.setdefault(told, set()).add(whole - step)
    inside = {told: values for told, values in between.items() if told[2] <= 15}
    assert min(map(len, inside.values())) == 5
    assert min(len(values) for told, values in inside.items() if told[2] - told[1] >= 10) == 9
