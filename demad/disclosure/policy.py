"""The privacy policy as a page a data controller can read. Not here: applying it."""

from __future__ import annotations

from dataclasses import dataclass

from demad.reference.settings import Settings

COUNT_UNITS = ("persons", "spells")
PRINTED = {
    "share": 3,
    "fraction": 3,
    "ratio": 2,
    "months": 1,
    "per 1000": 1,
    "% a month": 1,
    "persons": 0,
    "spells": 0,
    "days": 0,
}
"""Decimals of each unit. They are for the reader: a protected figure gives back protected counts at any precision."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be shown (`methods.md` section 3.6, rule 6); every number can only become stricter.

    Parameters
    ----------
    base
        Counts are rounded to multiples of it, with a secret offset.
    threshold
        Rounded counts, and rests of shares, below it are hidden, zero included: a shown 10 stands for 6 to 14.
    least_denominator
        Shares and durations of fewer people are hidden.
    least_change
        The change of a group over a year is hidden unless both sides have as many people.
    widest_median
        A median is hidden where its interval is wider than so many months.
    exact_stock
        Whether the monthly stock of all persons is published exactly.
    """

    base: int = 5
    threshold: int = 10
    least_denominator: int = 30
    least_change: int = 50
    widest_median: int = 12
    exact_stock: bool = True


def policy_of(settings: Settings) -> Policy:
    """The policy of one installation, from the table ``[privacy]`` of its ``demad.toml``."""
    given = settings.privacy
    return Policy(
        base=given.base,
        threshold=max(given.threshold, 2 * given.base),
        least_denominator=given.least_denominator,
        exact_stock="stock" in given.exact,
    )
