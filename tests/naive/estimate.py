"""What an estimator hands over: a value before its status, from counts, rates and ratios of counts."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from tests.naive.estimators import poisson, wilson

NOT_COMPUTABLE = ("not_computable",)


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


def count(number: int, reservations: tuple[str, ...] = ()) -> Estimate:
    """A count: no interval, no denominator."""
    return Estimate(float(number), None, None, number, None, number, reservations)


def share(part: int, whole: int, reservations: tuple[str, ...] = ()) -> Estimate:
    """A share of counts with Wilson's interval; of nothing there is no share."""
    if not whole:
        return Estimate(None, None, None, part, whole, whole, NOT_COMPUTABLE)
    return Estimate(float(Fraction(part, whole)), *wilson(part, whole), part, whole, whole, reservations)


def rate(events: int, exposure: Fraction | None, per: int, reservations: tuple[str, ...] = ()) -> Estimate:
    """Events per so many of an exposure with the interval of a count; judged on the events."""
    if not exposure:
        return Estimate(None, None, None, events, None, events, NOT_COMPUTABLE)
    low, high = (float(end / exposure * per) for end in poisson(events))
    value = float(events / exposure * per)
    return Estimate(value, low, high, events, half_up(exposure), events, reservations)


def observed_to_expected(observed: int, expected: Fraction) -> Estimate:
    """O / E with the interval of O; judged on E."""
    if not expected:
        return Estimate(None, None, None, observed, 0, expected, NOT_COMPUTABLE)
    low, high = (end / float(expected) for end in poisson(observed))
    return Estimate(float(observed / expected), low, high, observed, half_up(expected), expected, ())
