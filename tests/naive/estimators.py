"""Kaplan-Meier and Aalen-Johansen in exact fractions (methods.md 1.3, 1.4); floats only for the intervals.

Whether a risk set is empty is for the caller to judge: here a step with nobody at risk changes nothing.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
TOLERANCE = 1e-12
NO_INTERVAL = (None, None)


def survival(at_risk: list[int], events: list[int]) -> list[tuple[Fraction, Fraction | None]]:
    """S and Greenwood's sum G after each step; G is None (infinite) once everybody at risk has left."""
    share, greenwood = Fraction(1), Fraction(0)
    curve = []
    for n, d in zip(at_risk, events, strict=True):
        if n:
            share *= 1 - Fraction(d, n)
            if n == d or greenwood is None:
                greenwood = None
            else:
                greenwood += Fraction(d, n * (n - d))
        curve.append((share, greenwood))
    return curve


def survival_interval(share: Fraction, greenwood: Fraction | None) -> tuple[float | None, float | None]:
    """Log-log: S^exp(+-z sqrt(G) / |ln S|); none where S is 0 or 1."""
    if share in (0, 1) or greenwood is None:
        return NO_INTERVAL
    s = float(share)
    width = Z * math.sqrt(greenwood) / abs(math.log(s))
    return s ** math.exp(width), s ** math.exp(-width)


def incidence(at_risk: list[int], causes: list[int], all_events: list[int]) -> tuple[Fraction, Fraction]:
    """F of one cause after the last step and its variance by the multinomial delta method."""
    before, share = [], Fraction(1)
    reached, total = [], Fraction(0)
    for n, own, d in zip(at_risk, causes, all_events, strict=True):
        before.append(share)
        if n:
            total += share * Fraction(own, n)
            share *= 1 - Fraction(d, n)
        reached.append(total)
    variance = Fraction(0)
    for n, own, d, s, f in zip(at_risk, causes, all_events, before, reached, strict=True):
        if not n:
            continue
        later = total - f
        if later:  # nothing is left to happen once everybody at risk has left: then later is 0, not 0 / 0
            variance += later**2 * Fraction(d, n * (n - d))
        variance += s**2 * Fraction(own * (n - own), n**3)
        variance -= 2 * later * s * Fraction(own, n**2)
    return total, variance


def incidence_interval(share: Fraction, variance: Fraction | None) -> tuple[float | None, float | None]:
    """F^exp(+-z se / (F ln F)); none where F is 0 or 1 or the variance is infinite."""
    if share in (0, 1) or variance is None:
        return NO_INTERVAL
    f = float(share)
    width = Z * math.sqrt(variance) / abs(f * math.log(f))
    return f ** math.exp(width), f ** math.exp(-width)


def first_at_or_below(limit: float, curve: list[float | Fraction | None]) -> int | None:
    """Place of the first value <= limit, counted from 1; None if there is none."""
    for place, value in enumerate(curve, start=1):
        if value is not None and value <= limit + TOLERANCE:
            return place
    return None
