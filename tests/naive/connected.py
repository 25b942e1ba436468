"""Leefloon, equivalent leefloon and art. 60/61 as one picture (methods.md 7.6): a month at a time."""

from __future__ import annotations

from collections.abc import Iterator

from tests.naive.estimate import ABSENT, Estimate, count
from tests.naive.periods import TOTAL, month_label
from tests.naive.pool import Pool


def connected(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """Months W..M, provisional after M - L; of all cities only where every one delivered steun."""
    for month in range(pool.window.first, pool.window.last + 1):
        reservations = ("provisional",) if month > pool.window.settled else ()
        leefloon, both = (pool.count("STOCKS", (variant, *TOTAL, month), "stock") for variant in ("main", "wide"))
        equivalent, apart = max(both - leefloon, 0), pool.count("ART60", (month,), "apart")
        key = ("main", "connected_stock", pool.slug, month_label(month))
        told = pool.all_supports
        yield (*key, *TOTAL), count(leefloon + equivalent + apart, reservations) if told else ABSENT, 10
        yield (*key, "connected", "equivalent"), count(equivalent, reservations), 10
        yield (*key, "connected", "art60"), count(apart, reservations) if told else ABSENT, 10
