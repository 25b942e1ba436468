"""GPMI_START_RISK: how soon after a start there is a GPMI (methods.md 7.5), one spell and one month at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demad.tables.terms import REASONS
from tests.naive.history import Decision, Spell, Window, attributes, year_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

GPMI_START_COLUMNS = ("n", "d_gpmi", "d_exit", "c")
LAST_STEP, GAP = 12, 1


def count_gpmi_start(table: Counts, slug: str, spells: list[Spell], series: list[Decision], window: Window) -> None:
    """Every start of one person in W..O: month by month until a GPMI, the exit, or O."""
    final = window.last_transition(GAP)
    for spell in spells:
        if spell.left_censored or not window.first <= spell.first <= final:
            continue
        for k in range(LAST_STEP + 1):
            month = spell.first + k
            key = (slug, year_of(spell.first), k)
            table.add(key, "n")
            if month in spell.covered and attributes(series, month).gpmi:
                table.add(key, "d_gpmi")
                break
            if month == spell.last:
                table.add(key, "d_exit" if spell.ending in REASONS else "c")
                break
            if month == final:
                table.add(key, "c")
                break
