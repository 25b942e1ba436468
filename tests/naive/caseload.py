"""Figures of a month and of a calendar year, from the stock (methods.md 1.8 and section 6, volume)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from demad.tables.terms import GAPS, STRATA, WORKING_AGES
from tests.naive.estimate import ABSENT, NOT_COMPUTABLE, Estimate, count, rate, share
from tests.naive.history import LOOK_BACK
from tests.naive.periods import TOTAL, groups, is_december, month_label
from tests.naive.pool import Pool
from tests.naive.year_persons import whole_years

Found = Iterator[tuple[tuple, Estimate, int]]
SEXES_COUNTED = ("M", "V", "X")


def monthly(pool: Pool, variant: str) -> Found:
    """Months W..M, provisional after M - L; groups in December."""
    for month in range(pool.window.first, pool.window.last + 1):
        reservations = ("provisional",) if month > pool.window.settled else ()
        for cell in [TOTAL, *(groups(*STRATA) if is_december(month) else [])]:
            end = (pool.slug, month_label(month), *cell)
            for indicator, estimate, min_n in _of_a_cell(pool, variant, month, cell, reservations):
                yield (variant, indicator, *end), estimate, min_n
            if cell[0] in ("total", "age", "sex"):
                yield (variant, "caseload_rate", *end), _rate(pool, variant, month, cell, reservations), 30
        end = (pool.slug, month_label(month), *TOTAL)
        young = _stock(pool, variant, ("age", "18-24"), month)
        all_ages = _stock(pool, variant, TOTAL, month)
        yield (variant, "youth_share", *end), share(young, all_ages, reservations), 50
        students, others = (_stock(pool, variant, ("student", group), month) for group in ("yes", "no"))
        yield (variant, "student_share", *end), share(students, students + others, reservations), 50


def _stock(pool: Pool, variant: str, cell: tuple[str, str], month: int, column: str = "stock") -> int:
    return pool.count("STOCK", (variant, *cell, month), column)


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
    known = now - _stock(pool, variant, cell, month, "start_unknown")
    long_term = share(_stock(pool, variant, cell, month, "elapsed_over_24"), known, reservations)
    if not pool.window.full_history and month < pool.window.first + GAPS[variant] + 1 + LOOK_BACK:
        long_term = long_term._replace(reservations=NOT_COMPUTABLE)  # nobody's known spell can be that long yet
    yield "long_term_share", long_term, 50
    yield "gpmi_share", share(_stock(pool, variant, cell, month, "gpmi"), now, reservations), 50


def _rate(pool: Pool, variant: str, month: int, cell: tuple[str, str], reservations: tuple[str, ...]) -> Estimate:
    """Per 1000 inhabitants of 18 to 64; a group that is not counted among the inhabitants has none."""
    breakdown, group = cell
    if breakdown == "total":
        stock = sum(_stock(pool, variant, ("age", age), month) for age in WORKING_AGES)
    elif group in WORKING_AGES or group in SEXES_COUNTED:
        stock = _stock(pool, variant, cell, month)
    else:
        return ABSENT
    return rate(stock, pool.population(breakdown, group, month), 1000, reservations)


def yearly(pool: Pool, variant: str) -> Found:
    """Calendar years within W..M, provisional when December is."""
    for year in whole_years(pool.window.first, pool.window.last):
        reservations = ("provisional",) if year * 12 + 11 > pool.window.settled else ()
        for cell in [TOTAL, *groups(*STRATA)]:
            end = (pool.slug, str(year), *cell)
            summed = sum(_stock(pool, variant, cell, month) for month in range(year * 12, year * 12 + 12))
            mean = Fraction(summed, 12)
            estimate = Estimate(float(mean), None, None, summed, 12, mean, reservations)
            yield (variant, "caseload_year_mean", *end), estimate, 10
            persons = pool.count("YEAR_PERSONS", (variant, *cell, str(year)), "persons")
            yield (variant, "caseload_distinct_year", *end), count(persons, reservations), 10
