"""Returns to another city under a key that cities share (methods.md 1.5): one exit and one look at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from demad.tables.terms import GAPS, RETURN_REASONS
from tests.naive.estimate import ABSENT, Estimate, share
from tests.naive.history import (
    LAWS,
    City,
    covered_months,
    decisions_of,
    of_laws,
    quarter_of,
    rows_by_person,
    spells_of,
    window_of,
)
from tests.naive.periods import TOTAL
from tests.naive.protection import offset_of, rounded
from tests.naive.year_persons import whole_years

if TYPE_CHECKING:
    from tests.naive.pool import Pool

LOOKS = (6, 12, 24)
ENOUGH_CITIES = 5
Counted = dict[tuple[str, str, int], int]


def count_elsewhere(cities: Sequence[City]) -> Counted:
    """By city, quarter of the exit and look: who was covered elsewhere by then and did not return here. Zeros too."""
    if len(cities) < ENOUGH_CITIES:
        return {}
    windows = [window_of(city) for city in cities]
    first, settled = max(window.first for window in windows), min(window.settled for window in windows)
    quarters = [month for month in range(first, settled + 1) if month % 3 == 0]
    looks = [(month, m) for month in quarters for m in LOOKS if month + 2 + m <= settled]
    found = {(city.slug, quarter_of(month), m): 0 for city in cities for month, m in looks}
    covered = {city.slug: _covered(city) for city in cities}
    for city in cities:
        for person, rows in rows_by_person(city.leefloon).items():
            months_elsewhere: set[int] = set()
            for slug, people in covered.items():
                if slug != city.slug:
                    months_elsewhere |= people.get(person, set())
            for spell in spells_of(decisions_of(rows, city), "main", GAPS["main"], window_of(city)):
                if spell.ending not in RETURN_REASONS or spell.last in months_elsewhere:
                    continue
                for m in LOOKS:
                    key = (city.slug, quarter_of(spell.last), m)
                    by_then = range(spell.last + 1, spell.last + m + 1)
                    back_here = spell.next_first is not None and spell.next_first <= spell.last + m
                    if key in found and not back_here and not months_elsewhere.isdisjoint(by_then):
                        found[key] += 1
    return found


def _covered(city: City) -> dict[str, set[int]]:
    """The covered months of main of each person."""
    return {
        person: covered_months(of_laws(decisions_of(rows, city), LAWS["main"]))
        for person, rows in rows_by_person(city.leefloon).items()
    }


def protected_elsewhere(counted: Counted, keys: dict[str, bytes]) -> Counted:
    """Each count rounded by itself, with the offset of the quarter in its city."""
    return {
        (slug, quarter, m): rounded(count, offset_of(keys[slug], ("elsewhere", "total", quarter)))
        for (slug, quarter, m), count in counted.items()
    }


def anywhere(pool: Pool, of_domain: Collection[tuple[Pool, Counted]]) -> Iterator[tuple[tuple, Estimate, int]]:
    """Who left in a calendar year; ``of_domain``: the cities that make this pool, with the counts of all."""
    for m in LOOKS:
        for year in whole_years(pool.window.first, pool.last_transition("main") - m):
            quarters = [quarter_of(year * 12 + month) for month in (0, 3, 6, 9)]
            known = bool(of_domain) and all((own.slug, q, m) in found for own, found in of_domain for q in quarters)
            names = (f"return_anywhere_{m}m", f"return_elsewhere_{m}m")
            if not known:
                for name in names:
                    yield ("main", name, pool.slug, str(year), *TOTAL), ABSENT, 30
                continue
            elsewhere = sum(found[own.slug, q, m] for own, found in of_domain for q in quarters)
            here, exits = (
                sum(_returns(own, q, range(1, last + 1), column) for own, _ in of_domain for q in quarters)
                for column, last in (("d", m), ("exits", 1))
            )
            r = 2 * pool.rounding.s * 4 * len(of_domain)
            for name, back, counts in zip(names, (here + elsewhere, elsewhere), (2, 1), strict=True):
                part = min(back, exits)
                added = r * (counts + Fraction(part, exits) ** 2) / exits**2 if exits else 0
                yield ("main", name, pool.slug, str(year), *TOTAL), share(part, exits, added=added), 30


def _returns(pool: Pool, quarter: str, months: range, column: str) -> int:
    return sum(pool.count("RETURNS", ("main", *TOTAL, quarter, m), column) for m in months)
