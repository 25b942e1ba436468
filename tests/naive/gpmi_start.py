"""GPMI_START_RISK: how soon after a start there is a GPMI (methods.md 7.5), one spell and one month at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demad.tables.terms import REASONS
from tests.naive.history import Decision, Spell, Window, attributes, month_of, year_of

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
        signed = _months_signed(spell, series)
        for k in range(LAST_STEP + 1):
            month = spell.first + k
            key = (slug, year_of(spell.first), k)
            table.add(key, "n")
            if month in signed:
                table.add(key, "d_gpmi")
                break
            if month == spell.last:
                table.add(key, "d_exit" if spell.ending in REASONS else "c")
                break
            if month == final:
                table.add(key, "c")
                break


def _months_signed(spell: Spell, series: list[Decision]) -> set[int]:
    """Where the months with a GPMI say it was signed: themselves without a day, never later, never before the spell."""
    found = set()
    for month in spell.covered:
        known = attributes(series, month)
        if known.gpmi:
            told = month if known.gpmi_begin is None else max(month_of(known.gpmi_begin), spell.first)
            if told <= month:
                found.add(told)
    return found
