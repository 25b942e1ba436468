"""How long one spell is followed: the months e < k <= K of methods.md section 1.2."""

from __future__ import annotations

from typing import NamedTuple

from demad.tables.terms import REASONS
from tests.naive.history import Spell, Window


class Followed(NamedTuple):
    """At risk at ``entry`` < k <= ``horizon``; ``reason`` is why it left at the horizon, None if censored there."""

    first: int
    entry: int
    horizon: int
    reason: str | None

    @property
    def steps(self) -> range:
        """Every k at risk."""
        return range(self.entry + 1, self.horizon + 1)

    def month(self, k: int) -> int:
        """Transition k belongs to month s + k - 1."""
        return self.first + k - 1


def followed(spell: Spell, window: Window, gap: int) -> Followed | None:
    """None for a spell that is never at risk: its start is unknown, or it is over before the window opens."""
    if spell.left_censored:
        return None
    until = window.last_transition(gap)
    entry = max(0, window.first - spell.first)
    horizon = min(spell.duration, until - spell.first + 1)
    if horizon <= entry:
        return None
    is_exit = spell.last <= until and spell.ending in REASONS
    return Followed(spell.first, entry, horizon, spell.ending if is_exit else None)
