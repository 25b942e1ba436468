"""Figures of who comes and who goes: counts, and rates and shares of twelve months (methods.md 1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from demad.tables.terms import GAPS, STRATA
from tests.naive.caseload import counted_among_inhabitants
from tests.naive.estimate import (
    ABSENT,
    NOT_COMPUTABLE,
    Estimate,
    count,
    interval_of_count,
    rate,
    share,
    widened,
)
from tests.naive.history import LOOK_BACK, quarter_of, year_of
from tests.naive.periods import TOTAL, calendar, month_label, windows
from tests.naive.pool import Pool

Found = Iterator[tuple[tuple, Estimate, int]]
QUARTERS, QUARTER, YEAR = 4, 3, 12


def counts(pool: Pool, variant: str) -> Found:
    """Months (of exact counts), and the quarters and years of which every month is known; groups per year."""
    last = pool.last_transition(variant)
    for months, label in _calendar(pool, range(_first_known_start(pool, variant), last + 1)):
        for cell in [TOTAL, *(pool.groups(*STRATA) if len(months) == YEAR else [])]:
            value = _flow(pool, variant, cell, months, "inflow")
            yield (variant, "inflow_count", pool.slug, label, *cell), count(value), 10
        if len(months) == QUARTER:
            for cell in pool.groups("origin"):
                value = pool.count("ORIGINS", (variant, *cell, label), "inflow")
                yield (variant, "inflow_count", pool.slug, label, *cell), count(value), 10
        came, left = (_flow(pool, variant, TOTAL, months, column) for column in ("inflow", "outflow"))
        balance = Estimate(float(came - left), None, None, None, None, None, ())
        yield (variant, "net_flow", pool.slug, label, *TOTAL), balance, 0
    for months, label in _calendar(pool, range(pool.window.first, last + 1)):
        for cell in [TOTAL, *(pool.groups(*STRATA, "reason") if len(months) == YEAR else [])]:
            value = _flow(pool, variant, cell, months, "outflow")
            yield (variant, "outflow_count", pool.slug, label, *cell), count(value), 10


def _calendar(pool: Pool, known: range) -> Iterator[tuple[range, str]]:
    return ((months, label) for months, label in calendar(known) if len(months) > 1 or not pool.is_protected)


def of_twelve_months(pool: Pool, variant: str) -> Found:
    """Windows of twelve months."""
    first, last = pool.window.first, pool.last_transition(variant)
    starts_known = _first_known_start(pool, variant)
    looked_back = first if pool.window.full_history else first + LOOK_BACK
    for window, label, cell in windows(pool, starts_known, last, 12, "age"):
        yield (variant, "inflow_rate", pool.slug, label, *cell), _inflow_rate(pool, variant, cell, window), 30
    for window, label, cell in windows(pool, starts_known, last, 12):
        unemployed = _share(pool, variant, cell, window, "in_unemployment", "in_origin_known")
        yield (variant, "inflow_unemployment_share", pool.slug, label, *cell), unemployed, 50
    for window, label, cell in windows(pool, looked_back, last, 12, *STRATA):
        new = _share(pool, variant, cell, window, "in_new", "in_new_or_return")
        yield (variant, "inflow_new_share", pool.slug, label, *cell), new, 50
        again = _share(pool, variant, cell, window, "in_new", "in_new_or_return", but=True)
        yield (variant, "repeat_inflow_share", pool.slug, label, *cell), again, 50
    for window, label, cell in windows(pool, first, last, 12):
        unknown = _share(pool, variant, cell, window, "out_unknown", "outflow")
        yield (variant, "outflow_unknown_share", pool.slug, label, *cell), unknown, 50
    for window, label, cell in windows(pool, first, last, 12, *STRATA):
        yield (variant, "outflow_rate", pool.slug, label, *cell), _outflow_rate(pool, variant, cell, window), 50
    for window, label, cell in windows(pool, first, last, 12):
        yield (variant, "activation_share", pool.slug, label, *cell), _activation(pool, variant, window), 50


def outflow_of_sensitivity(pool: Pool, variant: str) -> Found:
    """With another gap other exits, of the person-months of main; only beside the same quarter of main."""
    last = min(pool.last_transition(variant), pool.last_transition("main"))
    for window, label, cell in windows(pool, pool.window.first, last, 12):
        yield (variant, "outflow_rate", pool.slug, label, *cell), _outflow_rate(pool, variant, cell, window), 50


def _first_known_start(pool: Pool, variant: str) -> int:
    """In W..W+gap of a cut history a first month is not known to be a start."""
    return pool.window.first + (0 if pool.window.full_history else GAPS[variant] + 1)


def _periods(cell: tuple[str, str], months: range) -> set[str]:
    """The rows of FLOWS that hold these months: quarters or a single month of a total, years of a group."""
    if cell != TOTAL:
        return {year_of(month) for month in months}
    return {month_label(months[0])} if len(months) == 1 else {quarter_of(month) for month in months}


def _flow(pool: Pool, variant: str, cell: tuple[str, str], months: range, column: str) -> int:
    return sum(pool.count("FLOWS", (variant, *cell, period), column) for period in _periods(cell, months))


def _share(
    pool: Pool, variant: str, cell: tuple[str, str], window: range, part: str, whole: str, *, but: bool = False
) -> Estimate:
    """The share of a part, or of the whole but this part."""
    x, n = (_flow(pool, variant, cell, window, column) for column in (part, whole))
    x = n - x if but else x
    v = 2 * pool.rounding.of(len(_periods(cell, window)))
    return share(x, n, (), v * (1 + Fraction(x, n) ** 2) / n**2 if n else 0)


def person_months(pool: Pool, variant: str, cell: tuple[str, str], months: range) -> tuple[int, Fraction]:
    """Of main for the series that differ in gap alone; and their variance by rounding."""
    series = variant if variant == "wide" else "main"
    if cell != TOTAL:
        (year,) = {month // YEAR for month in months}
        return pool.count("YEARS", (series, *cell, year), "person_months"), YEAR**2 * 2 * pool.rounding.of(1)
    summed = sum(pool.count("STOCKS", (series, *cell, month), "stock") for month in months)
    return summed, of_three_months(pool.rounding.of(QUARTERS)) if series == "wide" else Fraction(0)


def of_three_months(offsets: Fraction) -> Fraction:
    """Three counts of a quarter share its offset: (3 o - r1 - r2 - r3) has the variance 9 s + 3 s."""
    return 12 * offsets


def _inflow_rate(pool: Pool, variant: str, cell: tuple[str, str], window: range) -> Estimate:
    """All inflow per 1000 of the mean population of 18 to 64, or of one of its bands."""
    if cell != TOTAL and cell[1] not in counted_among_inhabitants(pool, "age"):
        return ABSENT
    inhabitants = [pool.population(*cell, month) for month in window]
    known = [number for number in inhabitants if number is not None]
    mean = sum(known, Fraction(0)) / len(window) if len(known) == len(window) else None
    events = _flow(pool, variant, cell, window, "inflow" if cell == TOTAL else "inflow_working_age")
    added = 2 * pool.rounding.of(len(_periods(cell, window))) / Fraction(max(events, 1)) ** 2
    return rate(events, mean, 1000, (), added)


def _outflow_rate(pool: Pool, variant: str, cell: tuple[str, str], window: range) -> Estimate:
    """Exits per 100 person-months; judged on the person-months."""
    exits = _flow(pool, variant, cell, window, "outflow")
    months, of_months = person_months(pool, variant, cell, window)
    if not months:
        return Estimate(None, None, None, exits, months, months, NOT_COMPUTABLE)
    added = 2 * pool.rounding.of(len(_periods(cell, window))) / Fraction(max(exits, 1)) ** 2
    added += of_months / Fraction(months) ** 2
    low, high = (end / months * 100 for end in interval_of_count(exits, added))
    reservations = widened(added, Fraction(1, max(exits, 1)))
    return Estimate(float(Fraction(exits * 100, months)), low, high, exits, months, months, reservations)


def _activation(pool: Pool, variant: str, window: range) -> Estimate:
    """Months in art. 60/61 among those and the months with leefloon.

    The part also stands in the whole, and shares its offset with the wide stock: as if the whole were exact is at most
    a little too wide.
    """
    if not pool.has_supports:
        return ABSENT
    working = sum(pool.count("ART60", (month,), "persons") for month in window)
    rows = (pool.stock_with_supports.get((variant, *TOTAL, month)) for month in window)
    whole = working + sum(row["stock"] for row in rows if row)
    if not whole:
        return share(working, whole)
    v = of_three_months(pool.rounding.of(QUARTERS))
    return share(working, whole, (), v / whole**2, months=len(window))
