"""Kaplan-Meier, Aalen-Johansen and restricted mean in exact fractions (methods.md 1.3, 1.4).

Only the intervals are floats; they are here for shares and counts as well (1.8). Whether a risk set is empty is for
the caller to judge: here a step with nobody at risk changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
TAIL = 0.025
EXACT_BELOW = 10
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


def survival_interval(
    share: Fraction, greenwood: Fraction | None, added: Fraction | int = 0
) -> tuple[float | None, float | None]:
    """Log-log: S^exp(+-z sqrt(G) / |ln S|); none where S is 0 or 1. ``added``: to G, by rounding."""
    if share in (0, 1) or greenwood is None:
        return NO_INTERVAL
    s = float(share)
    width = Z * math.sqrt(greenwood + added) / abs(math.log(s))
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
    return total, max(variance, Fraction(0))  # below 0 where more left for the cause than in all, both rounded


def incidence_interval(share: Fraction, variance: Fraction | None) -> tuple[float | None, float | None]:
    """F^exp(+-z se / (F ln F)); none where F is 0 or 1 or the variance is infinite."""
    if share in (0, 1) or variance is None:
        return NO_INTERVAL
    f = float(share)
    width = Z * math.sqrt(variance) / abs(f * math.log(f))
    return f ** math.exp(width), f ** math.exp(-width)


def restricted_mean(at_risk: list[int], events: list[int], first: int) -> tuple[Fraction, Fraction]:
    """Sum of S(0) .. S(last) and its variance; ``at_risk`` starts at step ``first``, before it S is 1."""
    shares = [Fraction(1)] * first + [share for share, _ in survival(at_risk, events)]
    variance = Fraction(0)
    for step, (n, d) in enumerate(zip(at_risk, events, strict=True), start=first):
        rest = sum(shares[step:], Fraction(0))
        if n and rest:  # once everybody at risk has left there is no rest: then the term is 0, not 0 / 0
            variance += rest**2 * Fraction(d, n * (n - d))
    return sum(shares, Fraction(0)), variance


def first_at_or_below(limit: float, curve: list[float | Fraction | None]) -> int | None:
    """Place of the first value <= limit, counted from 1; None if there is none."""
    for place, value in enumerate(curve, start=1):
        if value is not None and value <= limit + TOLERANCE:
            return place
    return None


def wilson(count: int | Fraction, total: int | Fraction) -> tuple[float | None, float | None]:
    """Interval of a share of counts; none where there is nothing to take a share of."""
    if not total:
        return NO_INTERVAL
    spread = Z * math.sqrt(Z**2 + 4 * Fraction(count * (total - count)) / total)
    middle, scale = 2 * count + Z**2, 2 * (total + Z**2)
    return (middle - spread) / scale, (middle + spread) / scale


@cache
def poisson(count: int | Fraction) -> tuple[float, float]:
    """Interval of a count, whole or not: exact below ten, Byar from ten."""
    if count < EXACT_BELOW:
        low = _solve(lambda mean: _gamma_below(count, mean), TAIL) if count else 0.0
        return low, _solve(lambda mean: _gamma_below(count + 1, mean), 1 - TAIL)
    below, above = float(count), float(count) + 1
    return (
        below * (1 - 1 / (9 * below) - Z / (3 * math.sqrt(below))) ** 3,
        above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3,
    )


def _gamma_below(shape: int | Fraction, mean: float) -> float:
    """Chance that a Poisson of this mean is ``shape`` or more: sum x^(a + k) e^-x / Gamma(a + k + 1)."""
    a = float(shape)
    term = math.exp(a * math.log(mean) - mean) / math.gamma(a + 1) if mean else 0.0
    terms = [term]
    while term > 1e-20 * terms[0]:
        term *= mean / (a + len(terms))
        terms.append(term)
    return math.fsum(terms)


def _solve(rising: Callable[[float], float], target: float) -> float:
    """The mean at which a rising probability meets its target, by halving."""
    low, high = 0.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
