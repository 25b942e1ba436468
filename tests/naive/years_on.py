"""YEARS_ON: covered months among the last sixty, of who is there in December (methods.md 7.6), and its shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.naive.estimate import Estimate, share
from tests.naive.history import Window
from tests.naive.periods import TOTAL

if TYPE_CHECKING:
    from tests.naive.pool import Pool
    from tests.naive.tables import Counts

YEARS_ON_COLUMNS = ("persons",)
BANDS = (("1-6", 6), ("7-12", 12), ("13-24", 24), ("25-48", 48), ("49-60", 60))
LEFT = "25-48"


def decembers(window: Window) -> Iterator[int]:
    """Decembers of W..M; where earlier decisions are missing, those whose sixty months all lie in the window."""
    for month in range(window.first, window.last + 1):
        if month % 12 == 11 and (window.full_history or month - 59 >= window.first):
            yield month


def count_years_on(table: Counts, slug: str, covered: set[int], window: Window) -> None:
    """One person: in each December that is covered, the band of the months covered until then."""
    for december in decembers(window):
        if december not in covered:
            continue
        months = len([month for month in covered if december - 60 < month <= december])
        band = next(name for name, longest in BANDS if months <= longest)
        table.add((slug, december // 12, band), "persons")


def of_five_years(pool: Pool) -> Iterator[tuple[tuple, Estimate, int]]:
    """The five bands of each December; the one in the middle is what four rounded counts leave of the stock."""
    for december in decembers(pool.window):
        reservations = ("provisional",) if december > pool.window.settled else ()
        stock = pool.count("STOCKS", ("main", *TOTAL, december), "stock")
        found = {band: pool.count("YEARS_ON", (december // 12, band), "persons") for band, _ in BANDS if band != LEFT}
        found[LEFT] = max(0, stock - sum(found.values()))
        once = 2 * pool.rounding.of(1)
        for band, persons in found.items():
            cell = TOTAL if band == "49-60" else ("months_on", band)
            added = once * (4 if band == LEFT else 1) / stock**2 if stock else 0
            key = ("main", "months_on_5y", pool.slug, str(december // 12), *cell)
            yield key, share(min(persons, stock), stock, reservations, added), 50
