"""The gate by hand: what adds up to an exact total can pin a small count, and then its group is barred."""

from __future__ import annotations

from itertools import count as counting

import polars as pl

from demad.disclosure.gate import gate
from demad.protection import offsets_known_elsewhere, pool, protect
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


def of_a_year(men: int, women: int, others: int) -> Tables:
    """Distinct persons of a year by sex."""
    groups = [("M", men), ("V", women), ("X", others)]
    rows = [{"persons": men + women + others}, *({"breakdown": "sex", "group": sex, "persons": n} for sex, n in groups)]
    return of_tables(year_persons=[{"year": 2019, **row} for row in rows])


def with_offsets_of_persons(men: int, women: int, others: int, total: int) -> Secret:
    cells = [*(f"years|sex|{sex}|2019" for sex in SEXES), "years|total|total|2019"]
    secrets = (seeded(f"persons {number}") for number in counting())
    wanted = [men, women, others, total]
    return next(secret for secret in secrets if [offset(secret, cell, 5) for cell in cells] == wanted)


def judged(tables: Tables, secret: Secret, *, offsets_found: bool) -> list[tuple]:
    whole = pool([protect(tables, secret)])
    elsewhere = offsets_known_elsewhere(whole, {"gent": secret} if offsets_found else {})
    return gate(whole, None, elsewhere).groups.rows()


def test_where_an_offset_can_be_found_elsewhere_fewer_than_three_values_are_narrow():
    # 60, 45 and 7 under offsets 4, 4 and 2 are shown as 60, 45 and 5; 112 under offset 3 as 115: at least 111. Who
    # knows the offsets of the groups leaves 60 and 45 at most for men and women, so 6 or 7 for the others.
    narrow, secret = of_a_year(60, 45, 7), with_offsets_of_persons(4, 4, 2, 3)
    assert judged(narrow, secret, offsets_found=True) == [("gent", "sex", "other", "2019")]
    assert judged(narrow, secret, offsets_found=False) == []
    # 58, 43 and 7 are shown alike, but of 108 as 110: at least 106; 3 to 7, as by their offset.
    assert judged(of_a_year(58, 43, 7), secret, offsets_found=True) == []


def test_what_others_publish_themselves_is_not_judged_by_their_offset():
    # 62, 42 and 7 under offset 2 are shown as 60, 40 and 5, at most 62, 42 and 7: the exact 111. Who knows the offset
    # has it from the exact stock by sex itself.
    assert judged(by_sex(62, 42, 7), with_offsets(2), offsets_found=True) == []
