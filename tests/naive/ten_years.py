"""TEN_YEARS: who left and came back in the last ten calendar years (methods.md 7.6), one person at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from demad.tables.terms import RETURN_REASONS
from tests.naive.estimate import Estimate, share
from tests.naive.history import Spell, Window
from tests.naive.periods import TOTAL
from tests.naive.year_persons import whole_years

if TYPE_CHECKING:
    from tests.naive.pool import Pool
    from tests.naive.tables import Counts

TEN_YEARS_COLUMNS = ("persons", "returned")
LONG, SHORT = 10, 3


def spans_of(window: Window) -> list[list[int]]:
    """Runs of ten whole years of W..M; all of them where there are fewer, and none where there are fewer than three."""
    years = whole_years(window.first, window.last)
    if len(years) < SHORT:
        return []
    length = min(LONG, len(years))
    return [years[place : place + length] for place in range(len(years) - length + 1)]


def count_ten_years(table: Counts, slug: str, spells: list[Spell], window: Window) -> None:
    """One person, once per span with a covered month in it; and once if an exit and the return after it are in it."""
    for years in spans_of(window):
        months = range(years[0] * 12, years[-1] * 12 + 12)
        if any(month in months for spell in spells for month in spell.covered):
            table.add((slug, years[-1]), "persons")
        if any(
            spell.ending in RETURN_REASONS and spell.last in months and spell.next_first in months for spell in spells
        ):
            table.add((slug, years[-1]), "returned")


def unstable(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """Of fewer than ten years nothing can be compared, and of cities with other years there is no sum."""
    for years in spans_of(pool.window):
        if len(years) < LONG and not pool.same_years:
            continue
        reservations = ("provisional",) if years[-1] * 12 + 11 > pool.window.settled else ()
        reservations += ("not_comparable",) if len(years) < LONG else ()
        persons, returned = (pool.count("DECADES", (years[-1],), name) for name in ("persons", "returned"))
        returned = min(returned, persons)
        once = 2 * pool.rounding.of(1)
        added = once * (1 + Fraction(returned, persons) ** 2) / persons**2 if persons else 0
        key = ("main", "instability_share", pool.slug, str(years[-1]), *TOTAL)
        yield key, share(returned, persons, reservations, added), 50
