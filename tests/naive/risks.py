"""The estimates that come from risk tables: one function per indicator, for one cell and one window."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from demad.tables.terms import REASONS
from tests.naive.estimators import (
    first_at_or_below,
    incidence,
    incidence_interval,
    survival,
    survival_interval,
)
from tests.naive.pool import Pool

HORIZON = 12
LAST_K = 60
STEADY_N = 20
STEADY_MONTHS = 12


class Estimate(NamedTuple):
    """A value before its status; ``n`` is what the judgement threshold looks at."""

    value: float | None
    low: float | None
    high: float | None
    numerator: int | None
    denominator: int | None
    n: int | None
    reservations: tuple[str, ...]


class SpellRisk(NamedTuple):
    """n, d and d of work for k = 1..60, and the k the product starts at."""

    n: list[int]
    d: list[int]
    d_work: list[int]
    start: int

    def reservations(self, computable: bool) -> tuple[str, ...]:
        """Why the figure is not like the others."""
        return (
            *(() if computable else ("not_computable",)),
            *(("not_comparable",) if self.start > 1 else ()),
        )

    @property
    def entering(self) -> int:
        """At risk where the product starts."""
        return self.n[self.start - 1]

    @property
    def followed_a_year(self) -> bool:
        """Whether somebody is at risk at every k from the start, within the year, to its end."""
        return self.start <= HORIZON and all(self.n[self.start - 1 : HORIZON])


def _spell_risk(pool: Pool, cell: tuple, window: range) -> SpellRisk:
    causes = tuple(f"d_{reason}" for reason in REASONS)
    counts = pool.risk_sets("SPELL_RISK", cell, window, range(1, LAST_K + 1), ("n", *causes))
    n = counts.pop("n")
    d = [sum(at_step) for at_step in zip(*counts.values(), strict=True)]
    start = _steady_start(n) if pool.window.full_history else 1
    return SpellRisk(n, d, counts["d_work"], start)


def _steady_start(n: list[int]) -> int:
    """First k with 20 or more at risk for twelve months on end; 1 if there is none (section 1.3)."""
    for k in range(1, LAST_K - STEADY_MONTHS + 2):
        if all(at_risk >= STEADY_N for at_risk in n[k - 1 : k - 1 + STEADY_MONTHS]):
            return k
    return 1


def still_on(pool: Pool, cell: tuple, window: range) -> Estimate:
    """S(12)."""
    risk = _spell_risk(pool, cell, window)
    share, greenwood = Fraction(1), Fraction(0)
    from_start = slice(risk.start - 1, HORIZON)
    curve = survival(risk.n[from_start], risk.d[from_start])
    if curve:
        share, greenwood = curve[-1]
    low, high = survival_interval(share, greenwood)
    reservations = risk.reservations(risk.followed_a_year)
    return Estimate(float(share), low, high, sum(risk.d[from_start]), risk.entering, risk.entering, reservations)


def duration_median(pool: Pool, cell: tuple, window: range) -> Estimate:
    """The first k with S(k) <= 1/2, and the same rule on both bands."""
    risk = _spell_risk(pool, cell, window)
    first = risk.start - 1
    followed = risk.n.index(0, first) if 0 in risk.n[first:] else LAST_K
    from_start = slice(first, followed)
    curve = survival(risk.n[from_start], risk.d[from_start])
    bands = [(1.0, 1.0) if share == 1 else survival_interval(share, g) for share, g in curve]

    def reached(values: list) -> int | None:
        place = first_at_or_below(0.5, values)
        return None if place is None else place + first

    median = reached([share for share, _ in curve])
    if median is None:
        return Estimate(None, None, None, None, risk.entering, risk.entering, risk.reservations(False))
    low, high = reached([band[0] for band in bands]), reached([band[1] for band in bands])
    return Estimate(
        float(median),
        None if low is None else float(low),
        None if high is None else float(high),
        sum(risk.d[first:median]),
        risk.entering,
        risk.entering,
        risk.reservations(True),
    )


def cif_work(pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of leaving to work within twelve paid months; the other reasons compete."""
    risk = _spell_risk(pool, cell, window)
    from_start = slice(risk.start - 1, HORIZON)
    share, variance = incidence(risk.n[from_start], risk.d_work[from_start], risk.d[from_start])
    low, high = incidence_interval(share, variance)
    reservations = risk.reservations(risk.followed_a_year)
    return Estimate(float(share), low, high, sum(risk.d_work[from_start]), risk.entering, risk.entering, reservations)


def returned(pool: Pool, cell: tuple, window: range) -> Estimate:
    """1 - KM of staying away for twelve months, with the ends of the KM interval turned round."""
    counts = pool.risk_sets("RETURN_RISK", cell, window, range(1, HORIZON + 1), ("n", "d_return"))
    n, d = counts["n"], counts["d_return"]
    share, greenwood = survival(n, d)[-1]
    low, high = survival_interval(share, greenwood)
    return Estimate(
        float(1 - share),
        None if high is None else 1 - high,
        None if low is None else 1 - low,
        sum(d),
        n[0],
        n[0],
        () if all(n) else ("not_computable",),
    )


def sustainable_activation(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Share of exits to activation x the share of those not back within twelve months."""
    columns = ("n_activation", "d_activation", "exits_activation", "exits")
    counts = pool.risk_sets("RETURN_RISK", cell, window, range(1, HORIZON + 1), columns)
    n, d, activation, exits = *(counts[name] for name in columns[:2]), *(sum(counts[name]) for name in columns[2:])
    if not exits:
        return Estimate(None, None, None, activation, exits, exits, ("not_computable",))
    to_activation = Fraction(activation, exits)
    stays_away, greenwood = survival(n, d)[-1]
    variance = None
    if greenwood is not None:
        of_share = stays_away**2 * to_activation * (1 - to_activation) / exits
        variance = of_share + to_activation**2 * stays_away**2 * greenwood
    value = to_activation * stays_away
    low, high = incidence_interval(value, variance)
    reservations = () if all(n) else ("not_computable",)
    return Estimate(float(value), low, high, activation, exits, exits, reservations)


def taken_up(pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of taking up the support within twelve months, month 0 included; moving and death compete."""
    columns = ("n", "d_event", "d_moved", "d_death")
    counts = pool.risk_sets("CARE_LEAVER_RISK", cell, window, range(HORIZON + 1), columns)
    n, event, moved, death = (counts[column] for column in columns)
    all_events = [sum(at_step) for at_step in zip(event, moved, death, strict=True)]
    share, variance = incidence(n, event, all_events)
    low, high = incidence_interval(share, variance)
    reservations = () if all(n) else ("not_computable",)
    return Estimate(float(share), low, high, sum(event), n[0], n[0], reservations)
