"""What somebody has some months after an exit (methods.md 7.6): one person, one exit and one look at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.naive.estimate import ABSENT, Estimate, share
from tests.naive.history import City, Decision, Spell, Window, covered_months, of_laws, quarter_of
from tests.naive.periods import TOTAL
from tests.naive.supports import ART60, support_months
from tests.naive.year_persons import whole_years

if TYPE_CHECKING:
    from tests.naive.pool import Pool
    from tests.naive.tables import Counts

STATUSES = ("leefloon_again", "equivalent", "art60", "other_support", "nothing")
AFTER_EXIT_COLUMNS = ("exits", *STATUSES)
LOOKS = (1, 3, 6, 12)
BY_LEEFLOON = ("leefloon_again", "equivalent")
NO_EXIT_TO_FOLLOW = ("moved", "death", "admin", "law_change")


def count_after_exit(
    table: Counts, city: City, spells: list[Spell], decisions: list[Decision], steun: list[dict], window: Window
) -> None:
    """Of every exit of one person after which a return is possible: what the month so much later shows."""
    kinds = {row["soort"] for row in steun}
    shown = (
        covered_months(of_laws(decisions, ("RMI",))),
        covered_months(of_laws(decisions, ("RMH",))),
        support_months(steun, ART60, city),
        support_months(steun, kinds, city),
    )
    for spell in spells:
        year = spell.last // 12
        december = year * 12 + 11
        if spell.ending in NO_EXIT_TO_FOLLOW or year * 12 < window.first or december > window.last_transition(1):
            continue
        for months in LOOKS:
            if december + months > window.settled:
                continue
            has = [status for status, of in zip(STATUSES, shown, strict=False) if spell.last + months in of]
            for column in ("exits", [*has, "nothing"][0]):
                table.add((city.slug, str(year), months), column)


def after_exit(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """Calendar years of which every exit is certain and every look settled; nothing is what is left of all exits."""
    left, found = pool.same_people["RETURNS"], pool.same_people["AFTER_EXITS"]
    for months in LOOKS:
        until = min(pool.last_transition("main"), pool.window.settled - months)
        for year in whole_years(pool.window.first, until):
            quarters = [quarter_of(month) for month in range(year * 12, year * 12 + 12, 3)]
            exits = sum(_of(left, ("main", *TOTAL, quarter, 1), "exits") for quarter in quarters)
            parts = {
                group: _of(found, ("main", "exit_status", group, str(year), months), "people")
                for _, group in pool.groups("exit_status")
                if months >= 3 or group not in BY_LEEFLOON
            }
            if months == 3:  # who has a leefloon then came back by then
                back = [_of(left, ("main", *TOTAL, quarter, m), "d") for quarter in quarters for m in (1, 2, 3)]
                parts["leefloon_again"] = sum(back)
            for cell, estimate in _shares(pool, exits, parts, months):
                yield ("main", f"status_after_exit_{months}m", pool.slug, str(year), *cell), estimate, 30


def _shares(pool: Pool, exits: int, parts: dict[str, int], months: int) -> Iterator[tuple[tuple, Estimate]]:
    once, of_year = (2 * pool.rounding.of(tables) for tables in (1, 4))
    whole = max(exits, sum(parts.values()))
    rest = whole - sum(parts.values())
    by_quarter = {"leefloon_again"} if months == 3 else set()
    for status, part in parts.items():
        of_part = of_year if status in by_quarter else once
        added = (of_part + of_year * Fraction(part, whole) ** 2) / whole**2 if whole else 0
        known = pool.has_supports or status in BY_LEEFLOON
        yield ("exit_status", status), share(part, whole, (), added) if known else ABSENT
    k = len(parts) - len(by_quarter)
    added = 0
    if whole:
        of_whole = of_year * (1 - Fraction(rest, whole)) ** 2
        added = (once * Fraction(k * (k + 1), 2) + len(by_quarter) * of_year + of_whole) / whole**2
    yield TOTAL, share(rest, whole, (), added) if pool.has_supports else ABSENT


def _of(rows: dict, key: tuple, column: str) -> int:
    return rows[key][column] if key in rows else 0
