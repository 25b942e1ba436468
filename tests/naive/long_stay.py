"""Who leaves within the year, of those on for more than two years in January (methods.md 7.6)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from demad.tables.terms import REASONS
from tests.naive.estimate import ABSENT, Estimate, share
from tests.naive.history import Spell, Window
from tests.naive.periods import TOTAL
from tests.naive.year_persons import whole_years

if TYPE_CHECKING:
    from tests.naive.pool import Pool
    from tests.naive.tables import Counts

LONG_STAY_COLUMNS = ("stayers", "out")


def count_long_stay(table: Counts, slug: str, spells: list[Spell], window: Window) -> None:
    """One spell and one January at a time; an exit of the year counts, whatever comes after it."""
    for spell in spells:
        for year in whole_years(window.first, window.last_transition(1)):
            january = year * 12
            if spell.left_censored or january not in spell.covered or january - spell.first + 1 <= 24:
                continue
            table.add((slug, year), "stayers")
            if spell.last <= january + 11 and spell.ending in REASONS:
                table.add((slug, year), "out")


def long_stay(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """Calendar years within W..O; with a cut history not before somebody's known spell can be that long."""
    for year in whole_years(pool.window.first, pool.last_transition("main")):
        january = year * 12
        stayers = pool.count("STOCKS", ("main", *TOTAL, january), "over_two_years")
        out = min(pool.count("LONG_STAYERS", (year,), "out"), stayers)
        once = 2 * pool.rounding.of(1)
        added = once * (1 + Fraction(out, stayers) ** 2) / stayers**2 if stayers else 0
        estimate = share(out, stayers, (), added)
        if not pool.window.full_history and january < pool.window.first + 26:
            estimate = ABSENT._replace(numerator=out, denominator=stayers, n=stayers)
        yield ("main", "long_stay_exit_12m", pool.slug, str(year), *TOTAL), estimate, 30
