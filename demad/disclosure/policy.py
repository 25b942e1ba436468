"""The privacy policy as a page a data controller can read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be shown (`methods.md` section 3.6).

    ``threshold``: counts from 1 to one less are hidden, and shares that rest on them or on such a rest.
    ``least_denominator``: shares and durations of fewer people are hidden. ``group_denominator``: 0 % and
    100 % of fewer people are hidden where the trait is sensitive, because they speak of everybody at once.
    ``sensitive``: breakdowns in which a shown 0 would also say something of everybody.
    """

    threshold: int = 10
    least_denominator: int = 30
    group_denominator: int = 50
    sensitive: tuple[str, ...] = ("nationality", "reason", "zorgvorm")
