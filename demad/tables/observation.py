"""The observation window of a delivery: first and last month, and the last month with certain exits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demad.tables.months import month_number
from demad.tables.terms import SETTLEMENT_LAG


@dataclass(frozen=True, slots=True)
class Observation:
    """The window of one delivery (`methods.md` section 1.1): W, M and O as month numbers.

    ``since`` and ``as_of`` are inclusive. ``full_history``: the delivery contains every decision ever taken on
    everybody in it, so that the first month of a spell is its true start.
    """

    since: date
    as_of: date
    full_history: bool

    @property
    def first_month(self) -> int:
        """W: the month of ``since`` if that is its first day, else the next month."""
        return month_number(self.since) + (self.since.day != 1)

    @property
    def last_month(self) -> int:
        """M: the month of ``as_of`` if that is its last day, else the month before."""
        return month_number(self.as_of + timedelta(days=1)) - 1

    @property
    def settled_month(self) -> int:
        """M - L: the last month for which late decisions have arrived."""
        return self.last_month - SETTLEMENT_LAG

    def last_transition(self, gap: int) -> int:
        """O = M - L - gap - 1: the last month whose exits are certain."""
        return self.settled_month - gap - 1

    def left_censored_until(self, gap: int) -> int:
        """Spells that start in this month or earlier are left-censored; -1 with full history, because none is."""
        return -1 if self.full_history else self.first_month + gap
