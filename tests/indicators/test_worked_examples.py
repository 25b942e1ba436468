"""Every worked example of the definitions page is true: the figures of Gent, worked out in the text itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from demad.catalogue import CATALOGUE, indicator
from demad.tables.months import month_label
from tests.indicators.by_hand import (
    Tables,
    applied,
    every_month,
    leaver,
    leefloon,
    of_people,
    of_tables,
    sharing,
    steun,
    values,
)
from tests.naive import City
from tests.test_engines_agree import fast_elsewhere, fast_tables

MARCH_2018, MARCH_2019 = 2018 * 12 + 2, 2019 * 12 + 2
TEN = range(10)


@dataclass(frozen=True, slots=True)
class Example:
    """The cities of the example, the period it is read at, the value, and the words that say it."""

    cities: Callable[[], list[Tables]]
    value: float
    words: str
    period: str = "2019Q4"
    elsewhere: Callable[[], pl.DataFrame] | None = None


def people(*rows: dict, jeugdhulp: list[dict] | None = None, supports: list[dict] | None = None) -> Callable:
    return lambda: [of_people(list(rows), jeugdhulp, supports)]


def tables(**rows: list[dict]) -> Callable:
    return lambda: [of_tables(**rows)]


def stock(**counts: int) -> Callable:
    return tables(stock=[{"month": MARCH_2019, **counts}])


def by_group(breakdown: str, **groups: int) -> Callable:
    names = {group.replace("_", "-").removeprefix("age-"): n for group, n in groups.items()}
    rows = [{"month": MARCH_2019, "breakdown": breakdown, "group": group, "stock": n} for group, n in names.items()]
    return tables(stock=[{"month": MARCH_2019, "stock": sum(names.values())}, *rows])


def flow(**counts: int) -> Callable:
    """Everything in the first of the twelve months."""
    return tables(flow=[{"month": 2019 * 12, **counts}])


def starters(n: int, month: str, *ends: tuple[int, str]) -> list[dict]:
    """So many people who start in a month; of the first ones it is said after how many months and why they left."""
    gone = [leefloon(f"start-{number}", month, *end) for number, end in enumerate(ends)]
    return [*gone, *(leefloon(f"stays-{number}", month) for number in range(n - len(ends)))]


def again(first: int, people: int) -> list[dict]:
    """Of the starters who left, so many from this number on have a leefloon again since March 2018."""
    return [leefloon(f"start-{number}", "2018-03") for number in range(first, first + people)]


def leavers_to(reasons: list[str], *back: str) -> list[dict]:
    """People whose last month was March 2018, by reason; the first ones are back in these months."""
    gone = [leefloon(f"left-{number}", "2017-06", 10, reason) for number, reason in enumerate(reasons)]
    return [*gone, *(leefloon(f"left-{number}", month) for number, month in enumerate(back))]


AFTER_EXIT = {1: (0, 0, 16, 8), 3: (6, 2, 14, 6), 6: (10, 3, 12, 5), 12: (14, 4, 8, 4)}
"""Of 100 people who left in March 2018, so many months later: leefloon again, equivalent, art. 60/61, other support."""


def after_exit(months: int) -> Callable:
    """A hundred people who left in March 2018; the last are in two kinds of support, of which the first counts."""
    again, equivalent, art60, other = AFTER_EXIT[months]
    month = f"{2018 + (2 + months) // 12}-{(2 + months) % 12 + 1:02d}"
    place = iter(f"left-{number}" for number in range(100))
    rows = leavers_to(["E1"] * 100)
    rows += [leefloon(next(place), month) for _ in range(again)]
    rows += [leefloon(next(place), month, wet="RMH") for _ in range(equivalent)]
    kinds = [*[("art60", "art61")[number % 2] for number in range(art60)], *["opleiding", "begeleiding"] * (other // 2)]
    kinds += ["referentieadres"] * (other % 2)
    supports = [steun(next(place), kind, month, 1) for kind in kinds]
    beside = [
        steun("left-0", "art60", month, 3),
        *(steun(row["persoon"][8:], "opleiding", month, 1) for row in supports),
    ]
    return people(*rows, supports=supports + beside)


def care(n: int, *rows: dict, supports: list[dict] | None = None) -> Callable:
    """So many young people who left youth care in May 2018."""
    return people(
        *rows, jeugdhulp=[leaver(f"young-{number}", "2018-05") for number in range(n)], supports=supports or []
    )


def applying(supports: list[dict] | None = None) -> Callable:
    """Ten young people who left in May 2018: three apply in August, and one of them gets a leefloon."""
    young = [leaver(f"young-{number}", "2018-05") for number in range(10)]
    asked = [
        applied(f"young-{number}", date(2018, 8, 1), 20, "geweigerd" if number else "toegekend") for number in range(3)
    ]
    return lambda: [of_people([leefloon("young-0", "2018-08", 3)], young, supports or [], asked)]


def asking(*ends: tuple[int, str]) -> Callable:
    """Ten applications on one day in 2019: after how many days they were over, and what was decided."""
    rows = [applied(f"asks-{n}", date(2019, 3, 4), *end) for n, end in enumerate(ends)]
    return lambda: [of_people([], applications=rows)]


def two_cities(column: str, own: int, others: int) -> Callable:
    cell = {"period": "2019", "age": "25-44", "household": "2", "nationality": "BE", "band": "1-3"}
    exits = {"period": "2019Q1", "k": 1, "n": 9000, "d_unknown" if column == "d" else column: own}
    return lambda: [
        of_tables("gent", case_mix_risk=[{**cell, "n": 1000, "d": 500, column: own}], spell_risk=[exits]),
        of_tables("genk", case_mix_risk=[{**cell, "n": 9000, "d": 4500, column: others}]),
    ]


def back_and_not(own: int, expected: int) -> Callable:
    """A city with 100 months away in the year, beside one in which as many a hundred come back as expected."""
    cell = {"period": "2019", "age": "25-44", "household": "2", "nationality": "BE", "band": "4-6"}
    seen = {"period": "2019Q1", "m": 5, "n": 9000, "d_return": own}
    return lambda: [
        of_tables("gent", case_mix_return=[{**cell, "n": 100, "d_return": own}], return_risk=[seen]),
        of_tables("genk", case_mix_return=[{**cell, "n": 1000, "d_return": 10 * expected}]),
    ]


def moving(months: int) -> list[City]:
    """Fifty people whose last month was March 2017: twelve are back here in time, three only in Brugge.

    One more comes to Brugge a month too late, and one of the twelve is there too.
    """
    gone = [leefloon(f"left-{number}", "2016-06", 10, "W1") for number in range(50)]
    in_time, late = (month_label(2017 * 12 + 2 + wait) for wait in (months, months + 1))
    back = [leefloon(f"left-{number}", in_time) for number in range(12)]
    there = [leefloon(f"left-{number}", in_time if number < 15 else late) for number in range(11, 16)]
    return sharing([*gone, *back], there)


def among_movers(months: int, value: float, words: str) -> Example:
    """What became of the fifty, as a share of those who left in 2017."""
    return Example(
        lambda: [fast_tables(city) for city in moving(months) if city.slug == "gent"],
        value,
        words,
        "2017",
        lambda: fast_elsewhere(moving(months)),
    )


WORK_OR_NOT = [*["W1"] * 4, *["E1"] * 6]
EXAMPLES = {
    "caseload_stock": Example(
        people(
            leefloon("a-0001", "2019-03", 1),
            leefloon("b-0001", "2019-02", 1, einde=leefloon("x", "2019-03")["begin"]),
            leefloon("c-0001", "2019-04", 1, begin=leefloon("x", "2019-03", 1)["einde"]),
        ),
        3,
        "3 mensen",
        "2019-03",
    ),
    "caseload_change_yoy": Example(
        tables(stock=[{"month": MARCH_2018, "stock": 200}, {"month": MARCH_2019, "stock": 210}]),
        0.05,
        "210 / 200 - 1 = 5%",
        "2019-03",
    ),
    "caseload_year_mean": Example(
        tables(stock=every_month("2019-01", 6, stock=100) + every_month("2019-07", 6, stock=110)),
        105,
        "gemiddeld 105",
        "2019",
    ),
    "caseload_distinct_year": Example(
        people(leefloon("a-0001", "2019-02", 1), leefloon("a-0001", "2019-10", 1)), 1, "telt één keer", "2019"
    ),
    "caseload_rate": Example(
        tables(
            stock=[
                {"month": MARCH_2019, "stock": 640},
                {"month": MARCH_2019, "breakdown": "age", "group": "25-34", "stock": 600},
            ],
            population=[{"year": 2019, "persons": 50_000}],
        ),
        12,
        "12 per 1.000",
        "2019-03",
    ),
    "youth_share": Example(by_group("age", age_18_24=300, age_25_34=700), 0.3, "30%", "2019-03"),
    "student_share": Example(by_group("student", yes=150, no=750, unknown=100), 150 / 900, "150 / 900", "2019-03"),
    "long_term_share": Example(stock(stock=400, start_unknown=40, elapsed_over_24=90), 0.25, "90 / 360", "2019-03"),
    "gpmi_share": Example(stock(stock=1000, gpmi=700), 0.7, "70%", "2019-03"),
    "gpmi_year_share": Example(
        tables(year_persons=[{"year": 2019, "persons": 1000}], gpmi_year=[{"year": 2019, "with_gpmi": 650}]),
        0.65,
        "650 / 1.000 = 65%",
        "2019",
    ),
    "gpmi_start_3m": Example(
        people(
            *(leefloon(f"p{n}", "2019-01", gpmi="algemeen") for n in range(2)),
            *(leefloon(f"p{n}", "2019-01", 2) for n in range(2, 6)),
            *(leefloon(f"p{n}", "2019-03", gpmi="studie") for n in range(2, 6)),
            leefloon("p6", "2019-01", 2, "E1"),
            *(leefloon(f"p{n}", "2019-01", 4 if n == 7 else None) for n in range(7, 10)),
            leefloon("p7", "2019-05", gpmi="algemeen"),
        ),
        0.6,
        "6 / 10 = 60%",
        "2019",
    ),
    "connected_stock": Example(
        people(
            *(leefloon(f"both-{number}", "2019-02", 4) for number in range(3)),
            *(leefloon(f"equal-{number}", "2019-03", 1, wet="RMH") for number in range(2)),
            leefloon("both-0", "2019-03", 1, wet="RMH"),
            leefloon("job-1", "2018-01", 3),
            supports=[steun("both-0", "art60", "2019-01", 3), steun("job-1", "art61", "2019-03", 6)],
        ),
        6,
        "samen 6 mensen",
        "2019-03",
    ),
    "inflow_count": Example(
        people(leefloon("a-0001", "2019-01", 3), leefloon("a-0001", "2019-06", 2)), 2, "twee keer instroom", "2019"
    ),
    "inflow_rate": Example(
        tables(flow=[{"month": 2019 * 12, "in_new": 250}], population=[{"year": 2019, "persons": 50_000}]),
        5,
        "5 per 1.000",
    ),
    "inflow_new_share": Example(flow(in_new=60, in_return=40), 0.6, "60%"),
    "repeat_inflow_share": Example(flow(in_new=60, in_return=40), 0.4, "40%"),
    "inflow_unemployment_share": Example(flow(in_unemployment=30, in_origin_known=200), 0.15, "15%"),
    "net_flow": Example(flow(in_new=120, out_work=100), 20, "+20", "2019"),
    "duration_median": Example(people(*starters(10, "2018-01", *((k, "E1") for k in range(1, 6)))), 5, "na 5 maanden"),
    "duration_rmst24": Example(people(*starters(10, "2018-01", *[(6, "E1")] * 5)), 15, "6 + 18 x 1/2 = 15"),
    "still_on_12m": Example(
        people(leefloon("late-0", "2019-07"), *starters(3, "2018-01", (2, "E1"))), 0.75, "S(12) = 3/4"
    ),
    "still_on_24m": Example(
        people(*starters(10, "2017-06", *((k, "E1") for k in (1, 3, 5, 9, 14, 20, 24)))), 0.3, "S(24) = 30%"
    ),
    **{
        f"status_after_start_{months}m": Example(
            people(*starters(100, "2017-11", *[(2, "W1")] * work, *[(2, "E1")] * (back + other)), *again(work, back)),
            still_on / 100,
            f"{still_on}%",
            "2017",
        )
        for months, still_on, back, work, other in ((6, 64, 6, 18, 12), (12, 50, 8, 25, 17), (24, 30, 10, 35, 25))
    },
    "months_on_5y": Example(
        tables(
            stock=[{"month": 2019 * 12 + 11, "stock": 100}],
            years_on=[
                {"year": 2019, "band": band, "persons": persons}
                for band, persons in (("1-6", 16), ("7-12", 14), ("13-24", 20), ("25-48", 28), ("49-60", 22))
            ],
        ),
        0.22,
        "22 in de laatste vijf jaar meer dan 48 maanden een leefloon: 22%",
        "2019",
    ),
    **{
        f"status_after_exit_{months}m": Example(
            after_exit(months), 1 - sum(parts) / 100, f"{100 - sum(parts)}%", "2018"
        )
        for months, parts in AFTER_EXIT.items()
    },
    **{f"return_anywhere_{months}m": among_movers(months, 0.3, "15 op 50, 30%") for months in (6, 12, 24)},
    **{f"return_elsewhere_{months}m": among_movers(months, 0.06, "6%") for months in (6, 12, 24)},
    "outflow_count": Example(people(leefloon("a-0001", "2018-01", 15, "W1")), 1, "uitstroom van maart", "2019-03"),
    "outflow_rate": Example(
        tables(flow=[{"month": 2019 * 12, "out_work": 480}], stock=every_month("2019-01", 12, stock=1000)),
        4,
        "4% per maand",
    ),
    "outflow_oe": Example(two_cities("d", 110, 900), 1.10, "1,10"),
    "outflow_work_oe": Example(two_cities("d_work", 24, 270), 0.80, "0,80"),
    "outflow_first_year_oe": Example(two_cities("d", 45, 450), 0.90, "0,90"),
    "return_oe": Example(back_and_not(24, 20), 1.20, "1,20"),
    "cif_work_12m": Example(people(*starters(4, "2018-01", (1, "W1"), (2, "M1"))), 0.25, "F_werk(12) = 1/4"),
    "cif_activation_12m": Example(
        people(*starters(10, "2018-01", (3, "W1"), (3, "W1"), (3, "A60"))), 0.3, "3 / 10 = 30%"
    ),
    "cif_other_benefit_12m": Example(people(*starters(10, "2018-01", (4, "V1"))), 0.1, "10%"),
    "cif_moved_12m": Example(people(*starters(10, "2018-01", (2, "M1"))), 0.1, "10%"),
    "outflow_unknown_share": Example(flow(out_unknown=30, out_work=170), 0.15, "15%"),
    "long_stay_exit_12m": Example(
        people(
            *(leefloon(f"long-{number}", "2016-12", 25 + number, "V1") for number in range(1, 5)),
            leefloon("long-1", "2019-10"),
            leefloon("long-5", "2016-12", 28),
            leefloon("long-5", "2019-04", wet="RMH"),
            *(leefloon(f"long-{number}", "2016-12") for number in range(6, 11)),
            leefloon("short-1", "2017-02", 25, "V1"),
        ),
        0.4,
        "4 / 10 = 40%",
        "2019",
    ),
    "sustainable_activation_12m": Example(people(*leavers_to(WORK_OR_NOT, "2018-06")), 0.3, "4/10 x 3/4 = 30%"),
    **{
        f"sustainable_work_{months}m": Example(people(*leavers_to(["W1"] * 4, "2018-06")), 0.75, "75%")
        for months in (6, 12, 24)
    },
    "sustainable_outflow_12m": Example(
        tables(
            return_risk=[
                {"period": "2019Q1", "m": 1, "n_work": 48, "exits_work": 48},
                {"period": "2019Q1", "m": 2, "n_work": 48, "d_work": 12},
                *({"period": "2019Q1", "m": month, "n_work": 36} for month in range(3, 13)),
            ],
            stock=every_month("2019-01", 12, stock=100),
        ),
        3,
        "4% x 3/4 = 3% per maand",
    ),
    "sustainable_from_entry_24m": Example(
        people(*starters(10, "2017-06", *[(3, "W1")] * 4), leefloon("start-0", "2017-12")),
        4 / 11 * 3 / 4,
        "4/11 x 3/4 = 27%",
    ),
    "return_6m": Example(people(*leavers_to(["E1"] * 5, "2018-06")), 0.2, "20%"),
    "return_12m": Example(people(*leavers_to(["E1"] * 4, "2018-06")), 0.25, "F_terug(12) = 25%"),
    "return_24m": Example(people(*leavers_to(["E1"] * 5, "2019-12")), 0.2, "20%"),
    "instability_share": Example(
        people(
            *(leefloon(f"p{n}", "2016-01", 6, "W1") for n in range(5)),  # of these five three come back
            *(leefloon(f"p{n}", f"201{7 + n}-03", 2, "E1") for n in range(3)),
            *(leefloon(f"p{n}", "2017-01") for n in range(5, 9)),
            leefloon("p9", "2018-01", 4, "M1"),  # moved, and came back: no return of section 1.5
            leefloon("p9", "2019-01"),
        ),
        0.3,
        "3 / 10 = 30%",
        "2020",
    ),
    "activation_share": Example(
        tables(stock=every_month("2019-01", 12, stock=900), art60_months=every_month("2019-01", 12, persons=100)),
        0.1,
        "10%",
    ),
    "activation_cif_12m": Example(
        people(
            *starters(10, "2018-01"),
            supports=[steun(f"stays-{number}", "opleiding", "2018-05", 3) for number in range(2)],
        ),
        0.2,
        "20%",
    ),
    "art60_return_12m": Example(
        people(
            *(leefloon(f"worker-{number}", "2018-06", 4) for number in range(4)),
            supports=[steun(f"worker-{number}", "art60", "2017-03", 12) for number in TEN],
        ),
        0.4,
        "40%",
    ),
    "application_within_30d": Example(
        asking((10, "ingetrokken"), *[(20, "toegekend")] * 6, *[(40, "geweigerd")] * 3), 0.6, "6 / 10 = 60%"
    ),
    "application_days_median": Example(
        asking((10, "ingetrokken"), *[(20, "toegekend")] * 6, *[(40, "geweigerd")] * 3), 20, "20 dagen"
    ),
    "application_refused_share": Example(
        asking((10, "ingetrokken"), *[(20, "toegekend")] * 6, *[(40, "geweigerd")] * 3), 1 / 3, "3 / 9 = 33,3%"
    ),
    "careleaver_count": Example(
        people(jeugdhulp=[leaver("young-0", "2018-09", born=2001)], supports=[]), 1, "telt in 2026", "2019"
    ),
    "careleaver_leefloon_0m": Example(care(4, leefloon("young-0", "2018-04", 3)), 0.25, "25%"),
    "careleaver_leefloon_12m": Example(
        care(4, leefloon("young-0", "2018-04", 3), leefloon("young-1", "2018-10", 3)), 0.5, "F_leefloon(12) = 50%"
    ),
    "careleaver_any_support_6m": Example(
        care(
            10,
            *(leefloon(f"young-{number}", "2018-07", 3) for number in range(3)),
            supports=[steun(f"young-{number}", "installatiepremie", "2018-08", 1) for number in (1, 2, 3)],
        ),
        0.4,
        "4 / 10 = 40%",
    ),
    "careleaver_known_12m": Example(
        applying(supports=[steun("young-9", "begeleiding", "2018-09", 1)]), 0.4, "4 / 10 = 40%"
    ),
    "careleaver_applied_12m": Example(applying(), 0.3, "3 / 10 = 30%"),
    "careleaver_gpmi_6m": Example(
        care(10, *(leefloon(f"young-{number}", "2018-08", 3, gpmi="algemeen") for number in range(2))), 0.2, "20%"
    ),
    "careleaver_kept_12m": Example(
        care(4, leefloon("young-0", "2018-07", 12), leefloon("young-1", "2018-07", 13)), 0.25, "F_blijft(24) = 25%"
    ),
    "careleaver_still_on_24m": Example(
        people(
            *(leefloon(f"young-{number}", "2016-01", 20 if number < 6 else None) for number in TEN),
            jeugdhulp=[leaver(f"young-{number}", "2015-08", born=1997) for number in TEN],
        ),
        0.4,
        "40%",
    ),
    "careleaver_return_12m": Example(
        people(
            *(leefloon(f"young-{number}", "2017-06", 10, "E1") for number in TEN),
            *(leefloon(f"young-{number}", "2018-09") for number in range(3)),
            jeugdhulp=[leaver(f"young-{number}", "2015-08", born=1997) for number in TEN],
        ),
        0.3,
        "3 / 10 = 30%",
    ),
    "careleaver_lasting_24m": Example(
        people(
            *(leefloon(f"young-{number}", "2016-01", 12 if number < 8 else None, "W1") for number in TEN),
            *(leefloon(f"young-{number}", "2017-06") for number in range(4)),
            jeugdhulp=[leaver(f"young-{number}", "2015-08", born=1997) for number in TEN],
        ),
        8 / 14 * 4 / 8,
        "8 / 14 × 4 / 8 = 29%",
    ),
    "dq_completeness": Example(
        tables(quality=[{"check": "filled_gpmi", "rows": 4000, "failed": 200}]), 0.95, "95%", "2020-12"
    ),
    "dq_control_gap": Example(
        tables(quality=[{"check": "control", "rows": 24, "failed": 3}]), 0.125, "12,5%", "2020-12"
    ),
    "dq_revision": Example(
        tables(
            quality=[
                {"check": f"revision_{month}", "rows": 100, "failed": 2 if month == 12 else 0} for month in range(1, 13)
            ]
        ),
        0.02 / 12,
        "2% / 12",
        "2020-12",
    ),
    "dq_timeliness": Example(tables(), 5, "5 dagen", "2020-12"),
}


def test_every_indicator_has_a_worked_example():
    assert [entry.id for entry in CATALOGUE] == [id for id in (entry.id for entry in CATALOGUE) if id in EXAMPLES]
    assert EXAMPLES.keys() == {entry.id for entry in CATALOGUE}


@pytest.fixture(scope="module")
def computed() -> pl.DataFrame:
    """The figures of all examples of one city, each as a city of its own: computing them one by one takes a minute."""
    alone = {id: cities[0] for id, example in EXAMPLES.items() if len(cities := example.cities()) == 1}
    moved = {id: found().filter(city="gent") for id, example in EXAMPLES.items() if (found := example.elsewhere)}
    return values(
        *(
            {name: frame.with_columns(city=pl.lit(id)) for name, frame in city.items()}
            for id, city in alone.items()
        ),
        elsewhere=pl.concat(rows.with_columns(city=pl.lit(id)) for id, rows in moved.items()),
    )  # fmt: skip


@pytest.mark.parametrize("id", EXAMPLES)
def test_the_worked_example_is_true(id, computed):
    example = EXAMPLES[id]
    assert example.words in indicator(id).worked_example
    cities = example.cities()
    city, figures = (id, computed) if len(cities) == 1 else ("gent", values(*cities))
    found = figures.filter(city=city, indicator=id, variant="main", breakdown="total", period=example.period)
    assert found["value"].to_list() == [pytest.approx(example.value, rel=1e-12)]


@pytest.mark.parametrize(("months", "work", "back", "other"), [(6, 18, 6, 12), (12, 25, 8, 17), (24, 35, 10, 25)])
def test_the_statuses_after_the_start_are_those_of_the_worked_example_and_all_together(months, work, back, other):
    """Started in November 2017 and gone in January; who is back, is so in March, within six months of the start."""
    id = f"status_after_start_{months}m"
    found = values(*EXAMPLES[id].cities()).filter(indicator=id, city="gent", period="2017")
    shares = {row["group"]: round(row["value"] * 100, 9) for row in found.iter_rows(named=True)}
    rest = 100 - work - back - other
    assert shares == {"total": rest, "back_on": back, "left_to_work": work, "left_otherwise": other}
    assert set(found["denominator"]) == {100}


def test_the_months_on_benefit_in_five_years_are_those_of_the_worked_example_and_everybody_together():
    found = values(*EXAMPLES["months_on_5y"].cities()).filter(indicator="months_on_5y", city="gent", period="2019")
    shares = {row["group"]: round(row["value"] * 100, 9) for row in found.iter_rows(named=True)}
    assert shares == {"total": 22, "1-6": 16, "7-12": 14, "13-24": 20, "25-48": 28}
    assert set(found["denominator"]) == {100}


@pytest.mark.parametrize("months", AFTER_EXIT)
def test_the_statuses_after_an_exit_are_those_of_the_worked_example_and_all_together(months):
    id = f"status_after_exit_{months}m"
    found = values(*EXAMPLES[id].cities()).filter(indicator=id, city="gent", period="2018")
    shares = {row["group"]: round(row["value"] * 100, 9) for row in found.iter_rows(named=True)}
    names = ("leefloon_again", "equivalent", "art60", "other_support")
    parts = {name: part for name, part in zip(names, AFTER_EXIT[months], strict=True) if part}
    assert shares == {"total": 100 - sum(parts.values()), **parts}
    assert set(found["denominator"]) == {100}


def test_without_other_support_only_the_two_laws_can_be_told_after_an_exit():
    again, equivalent = [leefloon("left-0", "2018-09")], [leefloon("left-1", "2018-09", wet="RMH")]
    found = values(of_people(leavers_to(["W1"] * 10) + again + equivalent)).filter(
        indicator="status_after_exit_6m", city="gent", period="2018"
    )
    shares = {row["group"]: (row["value"], row["status"]) for row in found.iter_rows(named=True)}
    told = {"leefloon_again": (0.1, "low_n"), "equivalent": (0.1, "low_n")}
    assert shares == {**told, **dict.fromkeys(("total", "art60", "other_support"), (None, "not_computable"))}


def test_who_has_two_of_the_three_counts_once_and_without_other_support_only_the_equivalent_ones_are_told():
    """In January 2019 art. 60 alone; in March the example; a city without other support is beside it."""
    told, untold = EXAMPLES["connected_stock"].cities()[0], of_people([leefloon("e-1", "2019-03", 1, wet="RMH")])
    found = values(told).filter(indicator="connected_stock", city="gent")
    of_march = found.filter(period="2019-03")
    assert dict(of_march.select("group", "value").iter_rows()) == {"total": 6, "equivalent": 2, "art60": 1}
    of_january = found.filter(period="2019-01")
    assert dict(of_january.select("group", "value").iter_rows()) == {"total": 1, "equivalent": 0, "art60": 1}
    alone = values(untold).filter(indicator="connected_stock", period="2019-03", city="gent")
    assert dict(alone.select("group", "value").iter_rows()) == {"total": None, "equivalent": 1, "art60": None}
