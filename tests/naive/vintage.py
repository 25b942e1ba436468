"""What one delivery tells of each month (methods.md section 7.1), and the stock by month of the spell (section 7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demad.tables.terms import REASONS
from tests.naive.history import Spell, Window

if TYPE_CHECKING:
    from tests.naive.tables import Counts

VINTAGE_COLUMNS = ("stock", "inflow", *(f"out_{reason}" for reason in REASONS))
ELAPSED_COLUMNS = ("stock",)


def count_vintage(table: Counts, place: tuple, spell: Spell, window: Window) -> None:
    """Covered months W..M, a known beginning in W..M, and an exit recorded in W..M - 1."""
    for month in spell.covered:
        if window.first <= month <= window.last:
            table.add((*place, month), "stock")
    if not spell.left_censored and window.first <= spell.first <= window.last:
        table.add((*place, spell.first), "inflow")
    if window.first <= spell.last < window.last and spell.ending in REASONS:
        table.add((*place, spell.last), f"out_{spell.ending}")


def count_elapsed(table: Counts, place: tuple, spell: Spell, window: Window) -> None:
    """Covered months W..M of spells with a known start, by how many months the spell has run."""
    if spell.left_censored:
        return
    for month in spell.covered:
        if window.first <= month <= window.last:
            elapsed = month - spell.first + 1
            table.add((*place, month, elapsed if elapsed <= 60 else 61 if elapsed <= 120 else 121), "stock")
