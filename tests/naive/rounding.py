"""What rounding adds to a variance (methods.md 3.6, rule 5), from derivatives to every rounded count.

The error of a count is o - r: the offset o, which a table's counts share, and the remainder r, its own; both have the
variance s. So an estimate with derivatives g to the counts of one table errs by s ((sum g)^2 + sum g^2), and by as
much again for every other table of the window, whose counts it only knows summed.
"""

from __future__ import annotations

from fractions import Fraction

Gradient = list[Fraction]


def spread(gradient: Gradient) -> Fraction:
    """(sum g)^2 + sum g^2: the variance for each table, in units of s."""
    return sum(gradient, Fraction(0)) ** 2 + sum((g * g for g in gradient), Fraction(0))


def of_cumulative(to_events: Gradient) -> Gradient:
    """From derivatives to d(k) = D(k) - D(k - 1) to those to D(k): each D ends one step and begins the next."""
    return [now - later for now, later in zip(to_events, [*to_events[1:], Fraction(0)], strict=True)]


def of_cohort(to_risk: Gradient) -> Gradient:
    """From derivatives to n(m) = n(1) - lost(m) to those to n(1), lost(2), lost(3), ...; lost(1) is 0 for sure."""
    return [sum(to_risk, Fraction(0)), *(-g for g in to_risk[1:])]


def of_log_survival(n: list[int], d: list[int]) -> tuple[Gradient, Gradient]:
    """Of ln S = sum ln(1 - d / n) to every n and every d; 0 where nobody is left: S is then 0 whatever they are."""
    stayed = [Fraction(1, at_risk - left) if at_risk > left else Fraction(0) for at_risk, left in _both(n, d)]
    to_risk = [Fraction(left, at_risk or 1) * g for left, at_risk, g in zip(d, n, stayed, strict=True)]
    return to_risk, [-g for g in stayed]


def of_restricted_mean(n: list[int], d: list[int], shares: list[Fraction]) -> tuple[Gradient, Gradient]:
    """Of the sum of S(k), ``shares`` after each step: a step moves its own S and all later ones in proportion."""
    rests = [sum(shares[place:], Fraction(0)) for place in range(len(shares))]
    to_risk, to_events = of_log_survival(n, d)
    return [rest * g for rest, g in zip(rests, to_risk, strict=True)], [
        rest * g for rest, g in zip(rests, to_events, strict=True)
    ]


def of_incidence(n: list[int], own: list[int], d: list[int]) -> tuple[Gradient, Gradient, Gradient]:
    """Of F = sum S(i - 1) a / n to every n, every a (of the cause) and every d (of all): what is later hangs on d."""
    before, reached, share, total = [], [], Fraction(1), Fraction(0)
    for at_risk, cause, left in zip(n, own, d, strict=True):
        before.append(share)
        if at_risk:
            total += share * Fraction(cause, at_risk)
            share *= 1 - Fraction(left, at_risk)
        reached.append(total)
    to_log = of_log_survival(n, d)
    later = [total - so_far for so_far in reached]
    to_cause = [s / at_risk if at_risk else Fraction(0) for s, at_risk in _both(before, n)]
    to_risk = [
        rest * g - to * Fraction(cause, at_risk or 1)
        for rest, g, to, cause, at_risk in zip(later, to_log[0], to_cause, own, n, strict=True)
    ]
    return to_risk, to_cause, [rest * g for rest, g in _both(later, to_log[1])]


def _both(first: list, second: list) -> zip:
    return zip(first, second, strict=True)
