"""What became of who started (methods.md 7.6): one person, one start and one look at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.naive.estimate import Estimate, share
from tests.naive.history import Spell, Window, quarter_of
from tests.naive.periods import TOTAL
from tests.naive.year_persons import whole_years

if TYPE_CHECKING:
    from tests.naive.pool import Pool
    from tests.naive.tables import Counts

TRACKING_COLUMNS = ("entries", "still_on", "back", "work", "other")
LOOKS = (6, 12, 24)


def count_tracking(table: Counts, slug: str, spells: list[Spell], window: Window, gap: int) -> None:
    """Of every start of one person: in which spell, or after which exit, somebody is so many months later."""
    for spell in spells:
        opening = spell.first - spell.first % 3
        if spell.left_censored or opening < window.first or window.hides_the_start_of(opening, gap):
            continue
        for months in LOOKS:
            if opening + 2 + months > window.last_transition(gap):
                continue
            then = spell.first + months
            inside = [one for one in spells if one.first <= then <= one.last]
            if inside:
                status = "still_on" if inside[0].first == spell.first else "back"
            else:
                gone = max((one for one in spells if one.last < then), key=lambda one: one.last)
                status = "work" if gone.ending == "work" else "other"
            for column in ("entries", status):
                table.add((slug, quarter_of(spell.first), months), column)


def after_start(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """Calendar years whose starts are all known and all seen; what is left over is who left otherwise."""
    first = pool.window.first + (0 if pool.window.full_history else 2)
    for months in LOOKS:
        for year in whole_years(first, pool.last_transition("main") - months):
            quarters = range(year * 12, year * 12 + 12, 3)
            started = _at_risk(pool, quarters, 1)
            still_on = _at_risk(pool, [month + months for month in quarters], months + 1)
            back, work = (
                sum(pool.count("TRACKED", (quarter_of(month), months), name) for month in quarters)
                for name in ("back", "work")
            )
            whole = max(started, still_on + back + work)
            r = 2 * pool.rounding.of(4)
            left = Fraction(whole - still_on - back - work, whole) if whole else Fraction(0)
            for cell, part, of_part in (
                (TOTAL, still_on, None),
                (("start_status", "back_on"), back, None),
                (("start_status", "left_to_work"), work, None),
                (("start_status", "left_otherwise"), whole - still_on - back - work, r * (4 + (1 - left) ** 2)),
            ):
                added = 0
                if whole:
                    added = (r * (1 + Fraction(part, whole) ** 2) if of_part is None else of_part) / whole**2
                key = ("main", f"status_after_start_{months}m", pool.slug, str(year), *cell)
                yield key, share(part, whole, (), added), 30


def _at_risk(pool: Pool, months: range | list[int], k: int) -> int:
    return sum(pool.count("DURATIONS", ("main", *TOTAL, quarter_of(month), k), "n") for month in months)
