"""Figures of a month and of a calendar year, from the stock (methods.md 1.8 and section 6, volume)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from demad.tables.terms import FOLDED, GAPS, STRATA, WORKING_AGES
from tests.naive.estimate import ABSENT, NOT_COMPUTABLE, Estimate, count, rate, share
from tests.naive.history import LOOK_BACK
from tests.naive.periods import TOTAL, is_december, month_label
from tests.naive.pool import Pool
from tests.naive.year_persons import whole_years

Found = Iterator[tuple[tuple, Estimate, int]]
SEXES_COUNTED = ("M", "V", "X")


def monthly(pool: Pool, variant: str) -> Found:
    """Months W..M, provisional after M - L; groups in December."""
    for month in range(pool.window.first, pool.window.last + 1):
        reservations = ("provisional",) if month > pool.window.settled else ()
        for cell in [TOTAL, *(pool.groups(*STRATA) if is_december(month) else [])]:
            end = (pool.slug, month_label(month), *cell)
            for indicator, estimate, min_n in _of_a_cell(pool, variant, month, cell, reservations):
                yield (variant, indicator, *end), estimate, min_n
            if cell[0] in ("total", "age", "sex"):
                yield (variant, "caseload_rate", *end), _rate(pool, variant, month, cell, reservations), 30
        end = (pool.slug, month_label(month), *TOTAL)
        young = _share(pool, variant, month, TOTAL, "young", "stock", reservations)
        yield (variant, "youth_share", *end), young, 50
        students = _share(pool, variant, month, TOTAL, "student", "student_known", reservations)
        yield (variant, "student_share", *end), students, 50


def _stock(
    pool: Pool, variant: str, cell: tuple[str, str], month: int, column: str = "stock", *, told: bool = False
) -> int:
    """Of all cities; or of those that tell a GPMI."""
    rows = pool.with_projects["STOCKS"] if told else pool.tables["STOCKS"]
    return rows.get((variant, *cell, month), {}).get(column, 0)


def _share(
    pool: Pool,
    variant: str,
    month: int,
    cell: tuple[str, str],
    part: str,
    whole: str,
    reservations: tuple[str, ...],
    *,
    told: bool = False,
) -> Estimate:
    """A rounded part is at most its whole; everybody on leefloon in a month is counted exactly."""
    n = _stock(pool, variant, cell, month, whole, told=told)
    x = min(_stock(pool, variant, cell, month, part, told=told), n)
    of_part = 2 * pool.rounding.of(1)
    of_whole = 0 if (variant, cell, whole) == ("main", TOTAL, "stock") else of_part
    added = (of_part + of_whole * Fraction(x, n) ** 2) / n**2 if n else 0
    return share(x, n, reservations, added)


def _of_a_cell(
    pool: Pool, variant: str, month: int, cell: tuple[str, str], reservations: tuple[str, ...]
) -> Iterator[tuple[str, Estimate, int]]:
    now = _stock(pool, variant, cell, month)
    yield "caseload_stock", count(now, reservations), 10
    if month >= pool.window.first + 12:
        before = _stock(pool, variant, cell, month - 12)
        change = now / before - 1 if before else None
        why = reservations if before else NOT_COMPUTABLE
        yield "caseload_change_yoy", Estimate(change, None, None, now, before, before, why), 50
    long_term = _share(pool, variant, month, cell, "over_two_years", "start_known", reservations)
    if not pool.window.full_history and month < pool.window.first + GAPS[variant] + 1 + LOOK_BACK:
        long_term = long_term._replace(reservations=NOT_COMPUTABLE)  # nobody's known spell can be that long yet
    yield "long_term_share", long_term, 50
    yield "gpmi_share", _share(pool, variant, month, cell, "gpmi", "stock", reservations, told=True), 50


def _rate(pool: Pool, variant: str, month: int, cell: tuple[str, str], reservations: tuple[str, ...]) -> Estimate:
    """Per 1000 inhabitants of 18 to 64; a group that is not counted among the inhabitants has none."""
    breakdown, group = cell
    if breakdown != "total" and group not in counted_among_inhabitants(pool, breakdown):
        return ABSENT
    stock = _stock(pool, variant, cell, month, "working_age")
    added = 2 * pool.rounding.of(1) / Fraction(max(stock, 1)) ** 2
    return rate(stock, pool.population(breakdown, group, month), 1000, reservations, added)


def counted_among_inhabitants(pool: Pool, breakdown: str) -> set[str]:
    """Ages of 18 to 64 and sexes; a group of which a part is not counted there is not either, but for the ages."""
    if breakdown == "age":
        return {FOLDED["age"].get(age, age) if pool.is_protected else age for age in WORKING_AGES}
    return {sex for sex in SEXES_COUNTED if not pool.is_protected or sex not in FOLDED["sex"]}


def yearly(pool: Pool, variant: str) -> Found:
    """Calendar years within W..M, provisional when December is."""
    for year in whole_years(pool.window.first, pool.window.last):
        reservations = ("provisional",) if year * 12 + 11 > pool.window.settled else ()
        for cell in [TOTAL, *pool.groups(*STRATA)]:
            end = (pool.slug, str(year), *cell)
            summed = pool.count("YEARS", (variant, *cell, year), "person_months")
            mean = Fraction(summed, 12)
            estimate = Estimate(float(mean), None, None, summed, 12, mean, reservations)
            yield (variant, "caseload_year_mean", *end), estimate, 10
            persons = pool.count("YEARS", (variant, *cell, year), "persons")
            yield (variant, "caseload_distinct_year", *end), count(persons, reservations), 10


def with_gpmi(pool: Pool) -> Found:
    """Of the persons of a calendar year those with a GPMI in some month of it (methods.md 7.5); main alone."""
    for year in whole_years(pool.window.first, pool.window.last):
        reservations = ("provisional",) if year * 12 + 11 > pool.window.settled else ()
        known, agreed_on = pool.with_projects["YEARS"], pool.with_projects["GPMI_YEARS"]
        persons = known.get(("main", *TOTAL, year), {}).get("persons", 0)
        agreed = min(agreed_on.get((year,), {}).get("with_gpmi", 0), persons)
        once = 2 * pool.rounding.of(1)
        added = once * (1 + Fraction(agreed, persons) ** 2) / persons**2 if persons else 0
        yield ("main", "gpmi_year_share", pool.slug, str(year), *TOTAL), share(agreed, persons, reservations, added), 50
