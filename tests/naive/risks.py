"""The estimates that come from risk tables: one function per indicator, for one cell and one window."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from demad.tables.terms import ACTIVATION, REASONS
from tests.naive.estimate import Estimate
from tests.naive.estimators import (
    NO_INTERVAL,
    Z,
    first_at_or_below,
    incidence,
    incidence_interval,
    restricted_mean,
    survival,
    survival_interval,
)
from tests.naive.pool import Pool

HORIZON = 12
TWO_YEARS = 24
LAST_K = 60
STEADY_N = 20
STEADY_MONTHS = 12


class SpellRisk(NamedTuple):
    """n, d and d by reason for k = 1..60, and the k the product starts at."""

    n: list[int]
    d: list[int]
    by_reason: dict[str, list[int]]
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

    def followed_to(self, horizon: int) -> bool:
        """Whether somebody is at risk at every k from the start, which is not past the horizon, to the horizon."""
        return self.start <= horizon and all(self.n[self.start - 1 : horizon])


def _spell_risk(pool: Pool, cell: tuple, window: range) -> SpellRisk:
    causes = tuple(f"d_{reason}" for reason in REASONS)
    counts = pool.risk_sets("SPELL_RISK", cell, window, range(1, LAST_K + 1), ("n", *causes))
    n = counts.pop("n")
    d = [sum(at_step) for at_step in zip(*counts.values(), strict=True)]
    start = _steady_start(n) if pool.window.full_history else 1
    return SpellRisk(n, d, {reason: counts[f"d_{reason}"] for reason in REASONS}, start)


def _steady_start(n: list[int]) -> int:
    """First k with 20 or more at risk for twelve months on end; 1 if there is none (section 1.3)."""
    for k in range(1, LAST_K - STEADY_MONTHS + 2):
        if all(at_risk >= STEADY_N for at_risk in n[k - 1 : k - 1 + STEADY_MONTHS]):
            return k
    return 1


def still_on(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """S at the horizon."""
    risk = _spell_risk(pool, cell, window)
    share, greenwood = Fraction(1), Fraction(0)
    from_start = slice(risk.start - 1, horizon)
    curve = survival(risk.n[from_start], risk.d[from_start])
    if curve:
        share, greenwood = curve[-1]
    low, high = survival_interval(share, greenwood)
    reservations = risk.reservations(risk.followed_to(horizon))
    return Estimate(float(share), low, high, sum(risk.d[from_start]), risk.entering, risk.entering, reservations)


def mean_of_two_years(pool: Pool, cell: tuple, window: range) -> Estimate:
    """RMST(24) = S(0) + ... + S(23), between 0 and 24."""
    risk = _spell_risk(pool, cell, window)
    from_start = slice(risk.start - 1, TWO_YEARS - 1)
    value, variance = restricted_mean(risk.n[from_start], risk.d[from_start], risk.start)
    low, high = NO_INTERVAL
    if variance:
        width = Z * math.sqrt(variance)
        low, high = max(0.0, float(value) - width), min(float(TWO_YEARS), float(value) + width)
    reservations = risk.reservations(risk.followed_to(TWO_YEARS))
    events = sum(risk.d[risk.start - 1 : TWO_YEARS])  # up to the horizon, as for every estimate from risk tables
    return Estimate(float(value), low, high, events, risk.entering, risk.entering, reservations)


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


def left_to_work(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Into work within twelve paid months."""
    return _left_to(("work",), pool, cell, window)


def left_to_activation(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Into work, temporary activation or training within twelve paid months."""
    return _left_to(ACTIVATION, pool, cell, window)


def left_to_other_benefit(pool: Pool, cell: tuple, window: range) -> Estimate:
    """To another benefit within twelve paid months."""
    return _left_to(("other_benefit",), pool, cell, window)


def moved_away(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Out of the city within twelve paid months."""
    return _left_to(("moved",), pool, cell, window)


def _left_to(reasons: tuple[str, ...], pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of leaving for one of these reasons within twelve paid months; the other reasons compete."""
    risk = _spell_risk(pool, cell, window)
    from_start = slice(risk.start - 1, HORIZON)
    own = [sum(at_step) for at_step in zip(*(risk.by_reason[reason] for reason in reasons), strict=True)]
    share, variance = incidence(risk.n[from_start], own[from_start], risk.d[from_start])
    low, high = incidence_interval(share, variance)
    reservations = risk.reservations(risk.followed_to(HORIZON))
    return Estimate(float(share), low, high, sum(own[from_start]), risk.entering, risk.entering, reservations)


def _stayed(n: list[int], d: list[int]) -> Estimate:
    """Kaplan-Meier after the last step; computable if somebody is at risk at every step."""
    share, greenwood = survival(n, d)[-1]
    low, high = survival_interval(share, greenwood)
    return Estimate(float(share), low, high, sum(d), n[0], n[0], () if all(n) else ("not_computable",))


def _turned_round(stayed: Estimate) -> Estimate:
    """1 - KM, the ends of its interval turned round."""
    return stayed._replace(
        value=None if stayed.value is None else 1 - stayed.value,
        low=None if stayed.high is None else 1 - stayed.high,
        high=None if stayed.low is None else 1 - stayed.low,
    )


def returned(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """Back within so many months of the exit."""
    counts = pool.risk_sets("RETURN_RISK", cell, window, range(1, horizon + 1), ("n", "d_return"))
    return _turned_round(_stayed(counts["n"], counts["d_return"]))


def returned_after_art60(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Leefloon again within twelve months of the last month in art. 60/61."""
    counts = pool.risk_sets("AFTER_ART60_RISK", cell, window, range(1, HORIZON + 1), ("n", "d_return"))
    return _turned_round(_stayed(counts["n"], counts["d_return"]))


def sustainable_work(pool: Pool, cell: tuple, window: range, horizon: int) -> Estimate:
    """Not back within so many months of leaving to work."""
    counts = pool.risk_sets("RETURN_RISK", cell, window, range(1, horizon + 1), ("n_work", "d_work"))
    return _stayed(counts["n_work"], counts["d_work"])


def leaver_still_on(pool: Pool, cell: tuple, window: range) -> Estimate:
    """S(24) of the spells that care leavers start after leaving."""
    counts = pool.risk_sets("CARE_LEAVER_SPELL_RISK", cell, window, range(1, TWO_YEARS + 1), ("n", "d"))
    return _stayed(counts["n"], counts["d"])


def activated(pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of starting art. 60/61 or training within twelve paid months; leaving competes."""
    columns = ("n", "d_activation", "d_exit")
    counts = pool.risk_sets("ACTIVATION_RISK", cell, window, range(1, HORIZON + 1), columns)
    n, activation, exits = (counts[column] for column in columns)
    all_events = [sum(at_step) for at_step in zip(activation, exits, strict=True)]
    share, variance = incidence(n, activation, all_events)
    low, high = incidence_interval(share, variance)
    reservations = () if all(n) else ("not_computable",)
    return Estimate(float(share), low, high, sum(activation), n[0], n[0], reservations)


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


def taken_up(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """F of taking up the support within so many months, month 0 included; moving and death compete."""
    columns = ("n", "d_event", "d_moved", "d_death")
    counts = pool.risk_sets("CARE_LEAVER_RISK", cell, window, range(horizon + 1), columns)
    n, event, moved, death = (counts[column] for column in columns)
    all_events = [sum(at_step) for at_step in zip(event, moved, death, strict=True)]
    share, variance = incidence(n, event, all_events)
    low, high = incidence_interval(share, variance)
    reservations = () if all(n) else ("not_computable",)
    return Estimate(float(share), low, high, sum(event), n[0], n[0], reservations)
