"""What a delivery lets us see: from which month to which, and until when an exit is certain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demad.tables.months import month_number
from demad.tables.terms import SETTLEMENT_LAG


@dataclass(frozen=True, slots=True)
class Observation:
    """The window of one delivery (`methods.md` section 1.1): W, M and O in month numbers.

    ``since`` and ``as_of`` are inclusive; ``full_history`` tells that every decision ever of
    everybody in the delivery is in it, so that a spell's first month is its true start.
    """

    since: date
    as_of: date
    full_history: bool

    @property
    def first_month(self) -> int:
        """W: the month of ``since`` if that is its first day, else the next."""
        return month_number(self.since) + (self.since.day != 1)

    @property
    def last_month(self) -> int:
        """M: the month of ``as_of`` if that is its last day, else the month before."""
        return month_number(self.as_of + timedelta(days=1)) - 1

    @property
    def settled_month(self) -> int:
        """M - L: the last month in which late decisions are in."""
        return self.last_month - SETTLEMENT_LAG

    def last_transition(self, gap: int) -> int:
        """O = M - L - gap - 1: the last month whose exits are certain."""
        return self.settled_month - gap - 1

    def left_censored_until(self, gap: int) -> int:
        """Spells that start in or before this month have an unknown start; -1 with full history: none has."""
        return -1 if self.full_history else self.first_month + gap
