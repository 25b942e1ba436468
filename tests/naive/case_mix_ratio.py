"""Exits against what the rates of all cities together lead one to expect (methods.md 2.1)."""

from __future__ import annotations

from fractions import Fraction

from tests.naive.estimate import Estimate, observed_to_expected
from tests.naive.history import year_of
from tests.naive.pool import Pool


def exits_to_expected(pool: Pool, variant: str, window: range, column: str) -> Estimate:
    """O / E of one calendar year, cell by cell of the case mix."""
    observed, expected = 0, Fraction(0)
    for key, row in pool.tables["CASE_MIX_RISK"].items():
        if key[:2] != (variant, year_of(window[0])):
            continue
        everywhere = pool.reference[key]
        observed += row[column]
        expected += Fraction(row["n"] * everywhere[column], everywhere["n"])
    return observed_to_expected(observed, expected)
