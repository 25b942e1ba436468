"""Who leaves for work and is not back a year later (methods.md 1.6 (c) and (d)): per person-month, and from the start.

In a quarter all counts of one city share an offset, whichever of the two tables they are of.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tests.naive import rounding
from tests.naive.estimate import NOT_COMPUTABLE, Estimate, interval_of_count, widened
from tests.naive.estimators import incidence, incidence_interval, survival
from tests.naive.flows import person_months
from tests.naive.periods import TOTAL, windows
from tests.naive.pool import Pool
from tests.naive.risks import HORIZON, TWO_YEARS, at_most, counts_of, spell_risk
from tests.naive.rounding import of_cohort, of_cumulative, spread

WINDOW, OF_EXITS = 36, 12


def lasting(pool: Pool, variant: str) -> Iterator[tuple[tuple, Estimate, int]]:
    """Windows of three years that end with a quarter; the exits of the rate are those of the last of the years."""
    last = min(pool.last_transition(variant), pool.last_transition("main"))
    for window, label, cell in windows(pool, pool.window.first, last, WINDOW):
        place = (pool.slug, label, *cell)
        yield (variant, "sustainable_outflow_12m", *place), lasting_rate(pool, variant, window), 50
        yield (variant, "sustainable_from_entry_24m", *place), from_entry(pool, variant, window), 30


def _curve(pool: Pool, variant: str, window: range) -> tuple[list[int], list[int], Fraction]:
    counts, of_offsets = counts_of(
        pool, "RETURNS", (variant, *TOTAL), window, range(1, HORIZON + 1), ("n_work", "d_work")
    )
    return counts["n_work"], counts["d_work"], of_offsets


def lasting_rate(pool: Pool, variant: str, window: range) -> Estimate:
    """100 x exits to work of twelve months x (1 - F_return(12)) / person-months."""
    n, d, of_window = _curve(pool, variant, window)
    year = window[-OF_EXITS:]
    left, of_year = counts_of(pool, "RETURNS", (variant, *TOTAL), year, range(1, 2), ("exits_work",))
    exits = left["exits_work"][0]
    months, of_months = person_months(pool, variant, TOTAL, year)
    if not months or not all(n):
        return Estimate(None, None, None, exits, months, months, NOT_COMPUTABLE)
    stays, greenwood = survival(n, d)[-1]
    to_risk, to_returns = rounding.of_log_survival(n, d)
    curve = [*of_cohort(to_risk), *of_cumulative(to_returns)]
    with_exits = [curve[0] + Fraction(1, max(exits, 1)), *curve[1:]]  # exits to work and n(1) are one count
    added = (of_window - of_year) * spread(curve) + of_year * spread(with_exits)
    added += of_months / Fraction(months) ** 2
    steps = [Fraction(back, at_risk * (at_risk - back)) for at_risk, back in zip(n, d, strict=True) if at_risk > back]
    chance = Fraction(1, max(exits, 1)) + sum(steps, Fraction(0))
    low = high = None
    if greenwood is not None:
        low, high = (float(stays) * end / months * 100 for end in interval_of_count(exits, greenwood + added))
    value = float(100 * exits * stays / months)
    return Estimate(value, low, high, exits, months, months, widened(added, chance))


def from_entry(pool: Pool, variant: str, window: range) -> Estimate:
    """F_work(24) x (1 - F_return(12 | work))."""
    risk = spell_risk(pool, (variant, *TOTAL), window)
    from_start = slice(risk.start - 1, TWO_YEARS)
    n, own, d = risk.n[from_start], risk.by_cause["d_work"][from_start], risk.d[from_start]
    share, variance = incidence(n, own, d)
    if risk.rounding:
        share = min(share, at_most(risk, "d_work", from_start))
    out, back, of_offsets = _curve(pool, variant, window)
    stays, greenwood = survival(out, back)[-1]
    value = share * stays
    to_risk, to_cause, to_exits = rounding.of_incidence(n, own, d)
    gradient = [stays * g for g in (*to_risk, *risk.cumulative(to_cause), *risk.cumulative(to_exits))]
    to_out, to_returns = rounding.of_log_survival(out, back)
    gradient += [value * g for g in (*of_cohort(to_out), *of_cumulative(to_returns))]
    added = of_offsets * spread(gradient)
    whole = None if greenwood is None else stays**2 * variance + value**2 * greenwood
    low, high = incidence_interval(value, None if whole is None else whole + added)
    computable = risk.followed_to(TWO_YEARS) and all(out)
    reservations = (*risk.reservations(computable), *widened(added, whole or 0))
    return Estimate(float(value), low, high, sum(own), risk.entering, risk.entering, reservations)
