"""The ten indicators of the first issue, from the additive tables (methods.md 1.3 to 1.8 and section 6).

A figure is a dict of value, low, high, numerator, denominator and status under the key (variant, indicator,
city, period, breakdown, group). Every group of the fixed lists has its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from demad.tables.terms import GROUPS, REASONS, STATUSES, STRATA
from tests.naive import risks
from tests.naive.history import City, quarter_of, year_of
from tests.naive.pool import Pool, pools
from tests.naive.risks import Estimate

SERIES = ("main", "wide")
INFLOW = ("in_new", "in_return", "in_unknown")
OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)
TOTAL = ("total", "total")


def figures(cities: list[City]) -> dict[tuple, dict]:
    """Every figure of every city and of `all`."""
    found: dict[tuple, dict] = {}
    for pool in pools(cities):
        for key, estimate, min_n in _figures_of(pool):
            found[key] = _figure(estimate, min_n)
    return found


def _figures_of(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    for variant in SERIES:
        yield from _stocks(pool, variant)
        yield from _flows(pool, variant, "inflow_count", INFLOW)
        yield from _flows(pool, variant, "outflow_count", OUTFLOW)
        for indicator, estimator, width, extra in (
            ("still_on_12m", risks.still_on, 24, ()),
            ("duration_median", risks.duration_median, 24, ()),
            ("cif_work_12m", risks.cif_work, 24, ()),
            ("return_12m", risks.returned, 36, ("reason", "prior_duration")),
            ("sustainable_activation_12m", risks.sustainable_activation, 36, ()),
        ):
            yield from _windowed(pool, variant, indicator, estimator, width, (*STRATA, *extra))
        yield from _leavers(pool, variant)
    for variant in ("gap0", "gap3"):
        yield from _windowed(pool, variant, "still_on_12m", risks.still_on, 24, ())
        yield from _windowed(pool, variant, "return_12m", risks.returned, 36, ())


def _figure(estimate: Estimate, min_n: int) -> dict:
    """The status: what has no value says so; else, of several reasons, the one that stands later in the list."""
    reasons = ["ok", *estimate.reservations]
    if (estimate.n or 0) < min_n:
        reasons.append("low_n")
    if "not_computable" in reasons:
        value, low, high, reasons = None, None, None, ["not_computable"]
    else:
        value, low, high = estimate.value, estimate.low, estimate.high
    return {
        "value": value,
        "low": low,
        "high": high,
        "numerator": estimate.numerator,
        "denominator": estimate.denominator,
        "status": max(reasons, key=STATUSES.index),
    }


def _groups(*breakdowns: str) -> list[tuple[str, str]]:
    return [(breakdown, group) for breakdown in breakdowns for group in GROUPS[breakdown]]


def _month_label(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def _is_december(month: int) -> bool:
    return month % 12 == 11


def _stocks(pool: Pool, variant: str) -> Iterator[tuple[tuple, Estimate, int]]:
    """Months W..M, provisional after M - L; groups in December."""
    first, last = pool.window.first, pool.window.last
    for month in range(first, last + 1):
        reservations = ("provisional",) if month > pool.window.settled else ()
        for breakdown, group in [TOTAL, *(_groups(*STRATA) if _is_december(month) else [])]:
            cell = (variant, breakdown, group)
            now = pool.count("STOCK", (*cell, month), "stock")
            end = (pool.slug, _month_label(month), breakdown, group)
            counted = Estimate(float(now), None, None, now, None, now, reservations)
            yield (variant, "caseload_stock", *end), counted, 10
            if month < first + 12:
                continue
            before = pool.count("STOCK", (*cell, month - 12), "stock")
            change = now / before - 1 if before else None
            why = reservations if before else (*reservations, "not_computable")
            yield (variant, "caseload_change_yoy", *end), Estimate(change, None, None, now, before, before, why), 50


def _flows(pool: Pool, variant: str, indicator: str, columns: tuple) -> Iterator[tuple[tuple, Estimate, int]]:
    """Months, and the quarters and years of which every month is known; groups per year."""
    first, last = pool.window.first, pool.last_transition(variant)
    if indicator == "inflow_count" and not pool.window.full_history:
        first += 2  # gap + 1: in W..W+gap a first month is not known to be a start
    known = range(first, last + 1)
    for months, label in _calendar(known):
        cells = [(TOTAL, TOTAL, columns)]
        if len(months) == 12:
            cells += [(cell, cell, columns) for cell in _groups(*STRATA)]
            if indicator == "outflow_count":
                cells += [(("reason", reason), TOTAL, (f"out_{reason}",)) for reason in REASONS]
        for shown, counted, wanted in cells:
            value = sum(pool.count("FLOW", (variant, *counted, month), *wanted) for month in months)
            estimate = Estimate(float(value), None, None, value, None, value, ())
            yield (variant, indicator, pool.slug, label, *shown), estimate, 10


def _calendar(known: range) -> Iterator[tuple[range, str]]:
    """The months of a range, and every quarter and year that lies in it whole."""
    for month in known:
        yield range(month, month + 1), _month_label(month)
        for length, named in ((3, quarter_of), (12, year_of)):
            if month % length == 0 and month + length - 1 in known:
                yield range(month, month + length), named(month)


def _windowed(
    pool: Pool, variant: str, indicator: str, estimator: Callable, width: int, breakdowns: tuple
) -> Iterator[tuple[tuple, Estimate, int]]:
    """Windows that end with a quarter on or before O; groups in windows that end in December."""
    last = min(pool.last_transition(variant), pool.last_transition("main"))
    for month in range(pool.window.first + width - 1, last + 1):
        if month % 3 != 2:
            continue
        window = range(month - width + 1, month + 1)
        for breakdown, group in [TOTAL, *(_groups(*breakdowns) if _is_december(month) else [])]:
            estimate = estimator(pool, (variant, breakdown, group), window)
            yield (variant, indicator, pool.slug, quarter_of(month), breakdown, group), estimate, 30


def _leavers(pool: Pool, variant: str) -> Iterator[tuple[tuple, Estimate, int]]:
    """Three calendar years of leavers; a city that delivered none says so, in the total only."""
    support = {"main": "leefloon", "wide": "leefloon_or_equivalent"}[variant]
    for month in range(pool.window.first + 35, pool.window.settled + 1):
        if not _is_december(month):
            continue
        window = range(month - 35, month + 1)
        for breakdown, group in [TOTAL, *(_groups("age", "sex", "zorgvorm") if pool.has_leavers else [])]:
            key = (variant, "careleaver_leefloon_12m", pool.slug, quarter_of(month), breakdown, group)
            if pool.has_leavers:
                yield key, risks.taken_up(pool, (support, breakdown, group), window), 30
            else:
                yield key, Estimate(None, None, None, None, None, None, ("not_computable",)), 30
