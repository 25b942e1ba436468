"""Figures of who comes and who goes: counts, and rates and shares of twelve months (methods.md 1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from demad.tables.terms import GAPS, REASONS, STRATA, WORKING_AGES
from tests.naive.estimate import ABSENT, NOT_COMPUTABLE, Estimate, count, rate, share
from tests.naive.estimators import poisson, wilson
from tests.naive.history import LOOK_BACK
from tests.naive.periods import TOTAL, calendar, groups, windows
from tests.naive.pool import Pool

Found = Iterator[tuple[tuple, Estimate, int]]
INFLOW = ("in_new", "in_return", "in_unknown")
OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)


def counts(pool: Pool, variant: str) -> Found:
    """Months, and the quarters and years of which every month is known; groups per year."""
    last = pool.last_transition(variant)
    starts_known = range(_first_known_start(pool, variant), last + 1)
    for months, label in calendar(starts_known):
        for cell in [TOTAL, *(groups(*STRATA) if len(months) == 12 else [])]:
            value = _flow(pool, variant, cell, months, INFLOW)
            yield (variant, "inflow_count", pool.slug, label, *cell), count(value), 10
        came, left = (_flow(pool, variant, TOTAL, months, columns) for columns in (INFLOW, OUTFLOW))
        balance = Estimate(float(came - left), None, None, None, None, None, ())
        yield (variant, "net_flow", pool.slug, label, *TOTAL), balance, 0
    for months, label in calendar(range(pool.window.first, last + 1)):
        for cell in [TOTAL, *(groups(*STRATA) if len(months) == 12 else [])]:
            value = _flow(pool, variant, cell, months, OUTFLOW)
            yield (variant, "outflow_count", pool.slug, label, *cell), count(value), 10
        for reason in REASONS if len(months) == 12 else ():
            value = _flow(pool, variant, TOTAL, months, (f"out_{reason}",))
            yield (variant, "outflow_count", pool.slug, label, "reason", reason), count(value), 10


def of_twelve_months(pool: Pool, variant: str) -> Found:
    """Windows of twelve months."""
    first, last = pool.window.first, pool.last_transition(variant)
    starts_known = _first_known_start(pool, variant)
    for window, label, cell in windows(starts_known, last, 12, "age"):
        yield (variant, "inflow_rate", pool.slug, label, *cell), _inflow_rate(pool, variant, cell, window), 30
    for window, label, cell in windows(starts_known, last, 12):
        known, unemployed = (
            _flow(pool, variant, cell, window, (column,)) for column in ("in_origin_known", "in_unemployment")
        )
        yield (variant, "inflow_unemployment_share", pool.slug, label, *cell), share(unemployed, known), 50
    looked_back = first if pool.window.full_history else first + LOOK_BACK
    for window, label, cell in windows(looked_back, last, 12, *STRATA):
        new, again = (_flow(pool, variant, cell, window, (column,)) for column in ("in_new", "in_return"))
        yield (variant, "inflow_new_share", pool.slug, label, *cell), share(new, new + again), 50
        yield (variant, "repeat_inflow_share", pool.slug, label, *cell), share(again, new + again), 50
    for window, label, cell in windows(first, last, 12):
        unknown, left = (_flow(pool, variant, cell, window, columns) for columns in (("out_unknown",), OUTFLOW))
        yield (variant, "outflow_unknown_share", pool.slug, label, *cell), share(unknown, left), 50
    for window, label, cell in windows(first, last, 12, *STRATA):
        yield (variant, "outflow_rate", pool.slug, label, *cell), _outflow_rate(pool, variant, cell, window), 50
    for window, label, cell in windows(first, last, 12):
        yield (variant, "activation_share", pool.slug, label, *cell), _activation(pool, variant, window), 50


def outflow_of_sensitivity(pool: Pool, variant: str) -> Found:
    """With another gap other exits, of the person-months of main; only beside the same quarter of main."""
    last = min(pool.last_transition(variant), pool.last_transition("main"))
    for window, label, cell in windows(pool.window.first, last, 12):
        yield (variant, "outflow_rate", pool.slug, label, *cell), _outflow_rate(pool, variant, cell, window), 50


def _first_known_start(pool: Pool, variant: str) -> int:
    """In W..W+gap of a cut history a first month is not known to be a start."""
    return pool.window.first + (0 if pool.window.full_history else GAPS[variant] + 1)


def _flow(pool: Pool, variant: str, cell: tuple[str, str], months: range, columns: tuple[str, ...]) -> int:
    return sum(pool.count("FLOW", (variant, *cell, month), *columns) for month in months)


def _person_months(pool: Pool, variant: str, cell: tuple[str, str], months: range) -> int:
    return sum(pool.count("STOCK", (variant, *cell, month), "stock") for month in months)


def _inflow_rate(pool: Pool, variant: str, cell: tuple[str, str], window: range) -> Estimate:
    """All inflow per 1000 of the mean population of 18 to 64, or of one of its bands."""
    if cell[0] == "age" and cell[1] not in WORKING_AGES:
        return ABSENT
    inhabitants = [pool.population(*cell, month) for month in window]
    known = [number for number in inhabitants if number is not None]
    mean = sum(known, Fraction(0)) / len(window) if len(known) == len(window) else None
    return rate(_flow(pool, variant, cell, window, INFLOW), mean, 1000)


def _outflow_rate(pool: Pool, variant: str, cell: tuple[str, str], window: range) -> Estimate:
    """Exits per 100 person-months; judged on the person-months."""
    exits = _flow(pool, variant, cell, window, OUTFLOW)
    months = _person_months(pool, variant if variant == "wide" else "main", cell, window)
    if not months:
        return Estimate(None, None, None, exits, months, months, NOT_COMPUTABLE)
    low, high = (end / months * 100 for end in poisson(exits))
    return Estimate(float(Fraction(exits * 100, months)), low, high, exits, months, months, ())


def _activation(pool: Pool, variant: str, window: range) -> Estimate:
    """Months in art. 60/61 among those and the months with leefloon."""
    if not pool.has_supports:
        return ABSENT
    working = sum(pool.count("ART60_MONTHS", (month,), "persons") for month in window)
    rows = (pool.stock_with_supports.get((variant, *TOTAL, month)) for month in window)
    whole = working + sum(row["stock"] for row in rows if row)
    if not whole:
        return share(working, whole)
    low, high = wilson(Fraction(working, len(window)), Fraction(whole, len(window)))
    return share(working, whole)._replace(low=low, high=high)
