"""The gate by hand: what adds up to an exact total can pin a small count, and then its group is barred."""

from __future__ import annotations

from itertools import count as counting

import polars as pl

from demad.disclosure.gate import gate
from demad.protection import pool, protect
from demad.protection.offsets import offset
from demad.records.secrets import Secret, seeded
from tests.indicators.by_hand import Tables, of_tables

DECEMBER = 2019 * 12 + 11
SEXES = ("M", "V", "other")


def with_offsets(stocks: int, years: int | None = None) -> Secret:
    """The first seeded secret under which the groups by sex of 2019 have these offsets."""
    wanted = {f"stocks|sex|{sex}|2019": stocks for sex in SEXES}
    wanted |= {} if years is None else {f"years|sex|{sex}|2019": years for sex in SEXES}
    secrets = (seeded(f"gate {number}") for number in counting())
    return next(secret for secret in secrets if all(offset(secret, cell, 5) == of for cell, of in wanted.items()))


def by_sex(men: int, women: int, others: int) -> Tables:
    groups = [("M", men), ("V", women), ("X", others)]
    stock = [{"month": DECEMBER, "breakdown": "sex", "group": group, "stock": n} for group, n in groups]
    return of_tables(stock=[{"month": DECEMBER, "stock": men + women + others}, *stock])


def barred(tables: Tables, secret: Secret) -> list[tuple]:
    return gate(pool([protect(tables, secret)])).groups.rows()


def test_a_small_count_that_the_exact_total_pins_down_is_barred():
    # Under offset 4: 56, 41 and 6 are shown as 60, 45 and 10, at least 56, 41 and 6: which add up to the exact 103.
    assert barred(by_sex(56, 41, 6), with_offsets(4)) == [("gent", "sex", "other", "2019")]


def test_the_same_counts_under_other_offsets_are_not():
    # Under offset 2: 55, 40 and 5; the others are 103 less 51 to 59 less 36 to 44: 1 to 9, as by themselves.
    assert barred(by_sex(56, 41, 6), with_offsets(2)) == []


def by_mean(men: int, women: int, others: int) -> Tables:
    """A year in which every month has these people; of distinct persons of a group there are many more."""
    groups = [("M", men), ("V", women), ("X", others)]
    total = {"breakdown": "total", "group": "total", "stock": men + women + others}
    rows = [total, *({"breakdown": "sex", "group": group, "stock": n} for group, n in groups)]
    stock = [{"month": DECEMBER - back, **row} for back in range(12) for row in rows]
    persons = [{"breakdown": "sex", "group": group, "persons": 300} for group, _ in groups]
    return of_tables(stock=stock, year_persons=[{"year": 2019, **row} for row in ({"persons": 900}, *persons)])


def test_a_small_mean_that_the_exact_stocks_of_a_year_pin_down_is_barred():
    # The same counts as means of a year: of the groups at least 56, 41 and 6, of twelve exact stocks 103.
    assert barred(by_mean(56, 41, 6), with_offsets(2, 4)) == [("gent", "sex", "other", "2019")]
    assert barred(by_mean(56, 41, 6), with_offsets(2, 2)) == []


def test_large_counts_may_be_pinned_down_where_no_small_one_is():
    # 56, 41 and 16 are pinned as well, and none is a count of 1 to 9.
    assert barred(by_sex(56, 41, 16), with_offsets(4)) == []


def by_origin(work: int, first: int, ended: int) -> Tables:
    inflow = {"month": DECEMBER, "in_new": work + first + ended, "in_unemployment": ended}
    rows = [("work", work), ("first", first), ("unemployment_ended", ended)]
    return of_tables(
        flow=[{**inflow, "in_origin_known": work + first + ended}],
        origin_inflow=[{"period": "2019Q4", "origin": origin, "inflow": n} for origin, n in rows],
    )


def with_offsets_of_origins(total: int, work: int, elsewhere: int) -> Secret:
    cells = ["total|total|2019Q4", "origin|work|2019Q4", "origin|elsewhere|2019Q4"]
    secrets = (seeded(f"origin {number}") for number in counting())
    wanted = [total, work, elsewhere]
    return next(secret for secret in secrets if [offset(secret, cell, 5) for cell in cells] == wanted)


def test_an_origin_that_the_known_ones_less_the_end_of_unemployment_pin_down_is_barred_in_its_quarter():
    # 1 + 26 others beside 13 of unemployment. Offset 0 shows the known 40 as 40, the 13 as 10: 30 are left, 26 to 34.
    # Offset 4 shows 1 as 5 and 26 as 30: 1 to 9 and 26 to 34. Nothing is narrower than by itself.
    assert barred(by_origin(1, 26, 13), with_offsets_of_origins(0, 4, 4)) == []
    # Of 10: offset 0 shows 37 as 35, 10 as 10: 25 are left, 21 to 29, so that work is 29 - 26 = 3 at most: 1 to 3.
    found = barred(by_origin(1, 26, 10), with_offsets_of_origins(0, 4, 4))
    assert ("gent", "origin", "work", "2019Q4") in found


def test_of_nobody_there_is_nothing_to_bar():
    assert gate(pool([])).groups.is_empty()
    assert gate(pool([protect(of_tables(), seeded("a"))])).judged == 0


def test_what_is_barred_is_named_as_published_figures_are():
    found = gate(pool([protect(by_sex(56, 41, 6), with_offsets(4))])).groups
    assert found.schema == dict.fromkeys(("city", "breakdown", "group", "year"), pl.String)
