"""What an estimator hands over: a value before its status, from counts, rates and ratios of counts.

``added`` is what rounding adds to the variance of chance: 0 for exact counts.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from tests.naive.estimators import poisson, wilson

NOT_COMPUTABLE = ("not_computable",)
MUCH = Fraction(5, 4)  # 1.5^2 - 1: from there an interval is half as wide again
Number = int | Fraction


class Estimate(NamedTuple):
    """``n`` is what the judgement threshold looks at."""

    value: float | None
    low: float | None
    high: float | None
    numerator: int | None
    denominator: int | None
    n: int | Fraction | None
    reservations: tuple[str, ...]


ABSENT = Estimate(None, None, None, None, None, None, NOT_COMPUTABLE)


def half_up(number: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return math.floor(number + Fraction(1, 2))


def widened(added: Number, chance: Number) -> tuple[str, ...]:
    """The reservation of a figure whose interval is mostly rounding."""
    return ("low_n",) if added > MUCH * chance else ()


def count(number: int, reservations: tuple[str, ...] = ()) -> Estimate:
    """A count: no interval, no denominator."""
    return Estimate(float(number), None, None, number, None, number, reservations)


def share(part: int, whole: int, reservations: tuple[str, ...] = (), added: Number = 0, months: int = 1) -> Estimate:
    """A share of counts with Wilson's interval; of nothing there is no share.

    ``months``: counts are sums of so many months of mostly the same people, and tell as much as their mean.
    """
    if not whole:
        return Estimate(None, None, None, part, whole, whole, NOT_COMPUTABLE)
    p, n = Fraction(part, whole), Fraction(whole, months)
    near = (p * n + 2) / (n + 4)
    chance = near * (1 - near) / n
    as_many = near * (1 - near) / (chance + added)  # people whose share would be as uncertain
    reservations = (*reservations, *widened(added, chance))
    return Estimate(float(p), *wilson(p * as_many, as_many), part, whole, whole, reservations)


def interval_of_count(number: int, added: Number = 0) -> tuple[float, float]:
    """Of so many events, of which rounding adds so much to the relative variance."""
    scale = 1 + added * number
    low, high = poisson(Fraction(number) / scale)
    return low * scale, high * scale


def rate(
    events: int, exposure: Fraction | None, per: int, reservations: tuple[str, ...] = (), added: Number = 0
) -> Estimate:
    """Events per so many of an exposure with the interval of a count; judged on the events."""
    if not exposure:
        return Estimate(None, None, None, events, None, events, NOT_COMPUTABLE)
    low, high = (float(end / exposure * per) for end in interval_of_count(events, added))
    value = float(events / exposure * per)
    reservations = (*reservations, *widened(added, Fraction(1, max(events, 1))))
    return Estimate(value, low, high, events, half_up(exposure), events, reservations)


def observed_to_expected(observed: int, expected: Fraction, added: Number = 0) -> Estimate:
    """O / E with the interval of O; judged on E."""
    if not expected:
        return Estimate(None, None, None, observed, 0, expected, NOT_COMPUTABLE)
    low, high = (end / float(expected) for end in interval_of_count(observed, added))
    reservations = widened(added, Fraction(1, max(observed, 1)))
    return Estimate(float(observed / expected), low, high, observed, half_up(expected), expected, reservations)
