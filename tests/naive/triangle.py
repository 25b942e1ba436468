"""What was told of each month at the end of later ones, by the day on which rows were recorded (section 7.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demad.tables.terms import REASONS
from tests.naive.history import City, Window, decisions_of, month_of, spells_of, window_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

TRIANGLE_COLUMNS = ("stock", "starts", "ends", "undone")
MONTH_ENDS, BEFORE, LONGEST = 24, 14, 6


def count_triangle(table: Counts, city: City, people: dict[str, list[dict]]) -> None:
    """Of every person, month end by month end, with the rows that had been recorded by then."""
    window = window_of(city)
    origin = window.last - MONTH_ENDS + 1 - BEFORE
    looked_at = [row for rows in people.values() for row in rows if origin <= month_of(row["begin"]) <= window.last]
    with_day = [row for row in looked_at if row.get("beslist_op")]
    if not looked_at or 100 * len(with_day) < 95 * len(looked_at):
        return
    ends = range(max(window.last - MONTH_ENDS + 1, window.first), window.last + 1)
    for rows in people.values():
        before: set[int] = set()
        for end in ends:
            before |= _count_at(table, city, rows, end, ends[0], max(origin, window.first), before)


def _count_at(
    table: Counts, city: City, rows: list[dict], end: int, first_end: int, first: int, before: set[int]
) -> set[int]:
    """One person at one month end; the last months of the spells that ended, for the next month end."""
    known = [row for row in rows if month_of(row.get("beslist_op") or row["begin"]) <= end]
    then = replace(city, as_of=_last_day(end))
    window = Window(window_of(city).first, end, city.full_history)
    spells = spells_of(decisions_of(known, then), "main", 1, window)
    exits = {spell.last for spell in spells if spell.last < end and spell.ending in REASONS}
    for month in range(first, end + 1):
        delay = end - month
        if delay >= LONGEST:
            if end != max(month + LONGEST, first_end):
                continue
            delay = LONGEST
        place = (city.slug, "main", month, delay)
        table.add(place, "stock", sum(month in spell.covered for spell in spells))
        table.add(place, "starts", sum(month == spell.first and not spell.left_censored for spell in spells))
        table.add(place, "ends", int(month in exits))
        table.add(place, "undone", int(month in before - exits))
    return exits


def _last_day(month: int) -> date:
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
