"""Exits and returns against what the rates of the other cities lead one to expect (methods.md 2.1; 3.6, rule 4)."""

from __future__ import annotations

from fractions import Fraction

from tests.naive.estimate import Estimate, observed_to_expected
from tests.naive.history import quarter_of, year_of
from tests.naive.periods import TOTAL
from tests.naive.pool import Pool

QUARTERS, YEAR = 4, 12
FIRST_YEAR = ("1-3", "4-6", "7-12")
EVER = 10_000


def exits_to_expected(pool: Pool, variant: str, window: range, column: str) -> Estimate:
    """O / E of the exits of one calendar year: O from the durations, E from the case mix."""
    observed = _observed(pool, "DURATIONS", variant, window, column, EVER)
    return _to_expected(pool, "CASE_MIX", (variant, window), column, observed, None)


def first_year_to_expected(pool: Pool, variant: str, window: range) -> Estimate:
    """The same of the exits in the first twelve paid months."""
    observed = _observed(pool, "DURATIONS", variant, window, "d", YEAR)
    return _to_expected(pool, "CASE_MIX", (variant, window), "d", observed, FIRST_YEAR)


def returns_to_expected(pool: Pool, variant: str, window: range) -> Estimate:
    """The same of the returns within a year of the exits of a calendar year, as far as they were followed."""
    observed = _observed(pool, "RETURNS", variant, window, "d", YEAR)
    return _to_expected(pool, "CASE_MIX_RETURNS", (variant, window), "d", observed, None)


def _observed(pool: Pool, table: str, variant: str, window: range, column: str, longest: int) -> int:
    quarters = {quarter_of(month) for month in window}
    return sum(
        row[column]
        for key, row in pool.tables[table].items()
        if key[:3] == (variant, *TOTAL) and key[3] in quarters and key[4] <= longest
    )


def _to_expected(
    pool: Pool, table: str, place: tuple[str, range], column: str, observed: int, bands: tuple[str, ...] | None
) -> Estimate:
    """E = sum n D / N, cell by cell, N and D of the other cities; of all cities where they have nobody there.

    Rounding errs in n (h = D / N times its error), and in D and N of the others (n / N, n h / N).
    """
    variant, window = place
    expected, of_expected = Fraction(0), Fraction(0)
    of_count = 2 * pool.rounding.s
    for key, row in pool.tables[table].items():
        if key[:2] != (variant, year_of(window[0])) or (bands is not None and key[5] not in bands):
            continue
        everywhere = pool.reference[table][key]
        at_risk, events, cities = everywhere["n"], everywhere[column], pool.rounding.all_cities
        if pool.slug != "all" and at_risk > row["n"]:
            at_risk, events, cities = at_risk - row["n"], events - row[column], max(cities - 1, 1)
        if not at_risk:
            continue
        h, weight = Fraction(events, at_risk), Fraction(row["n"], at_risk)
        expected += row["n"] * h
        of_expected += of_count * h**2 * pool.rounding.cities
        of_expected += of_count * weight**2 * (1 + h**2) * cities
    if not expected:
        return observed_to_expected(observed, expected)
    added = 2 * pool.rounding.of(QUARTERS) / Fraction(max(observed, 1)) ** 2 + of_expected / expected**2
    return observed_to_expected(observed, expected, added)
