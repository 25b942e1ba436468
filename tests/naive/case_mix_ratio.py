"""Exits against what the rates of all cities together lead one to expect (methods.md 2.1; 3.6, rule 4)."""

from __future__ import annotations

from fractions import Fraction

from tests.naive.estimate import Estimate, observed_to_expected
from tests.naive.history import quarter_of, year_of
from tests.naive.periods import TOTAL
from tests.naive.pool import Pool

QUARTERS = 4


def exits_to_expected(pool: Pool, variant: str, window: range, column: str) -> Estimate:
    """O / E of one calendar year: O from the durations of its quarters, E cell by cell of the case mix.

    E = sum n D / N. Rounding errs in n (h = D / N times its error), and in D and N of all cities (n / N, n h / N).
    """
    quarters = {quarter_of(month) for month in window}
    observed = sum(
        row[column]
        for key, row in pool.tables["DURATIONS"].items()
        if key[:3] == (variant, *TOTAL) and key[3] in quarters
    )
    expected, of_expected = Fraction(0), Fraction(0)
    of_count = 2 * pool.rounding.s
    for key, row in pool.tables["CASE_MIX"].items():
        everywhere = pool.reference[key]
        if key[:2] != (variant, year_of(window[0])) or not everywhere["n"]:
            continue
        h = Fraction(everywhere[column], everywhere["n"])
        expected += row["n"] * h
        of_expected += of_count * h**2 * pool.rounding.cities
        weight = Fraction(row["n"], everywhere["n"])
        of_expected += of_count * weight**2 * (1 + h**2) * pool.rounding.all_cities
    if not expected:
        return observed_to_expected(observed, expected)
    added = 2 * pool.rounding.of(QUARTERS) / Fraction(max(observed, 1)) ** 2 + of_expected / expected**2
    return observed_to_expected(observed, expected, added)
