"""The estimates that come from risk tables: one function per indicator, for one cell and one window.

Every rounded count of a table has its derivative (rounding.py): n(k) and the cumulative exits of a table by period,
n(1), losses and cumulative exits of a cohort. Exact tables have ``s`` = 0, and nothing is added.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from tests.naive import rounding
from tests.naive.estimate import Estimate, widened
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
from tests.naive.pool import Pool, periods_of
from tests.naive.quantities import CAUSES
from tests.naive.rounding import of_cohort, of_cumulative, spread

HORIZON = 12
TWO_YEARS = 24
LAST_K = 60
STEADY_N = 20
STEADY_MONTHS = 12


class SpellRisk(NamedTuple):
    """n, and d by cause, for k = 1..60; the k the product starts at; s times the tables that are summed."""

    n: list[int]
    by_cause: dict[str, list[int]]
    start: int
    rounding: Fraction

    @property
    def d(self) -> list[int]:
        """Exits for any reason."""
        return self.by_cause["d"]

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

    def cumulative(self, to_exits: list[Fraction]) -> list[Fraction]:
        """Derivatives to D(k); a start after k = 1 begins with the exits of the steps before, one count more."""
        return of_cumulative(to_exits if self.start == 1 else [Fraction(0), *to_exits])


def counts_of(
    pool: Pool, table: str, cell: tuple, window: range, steps: range, columns: tuple[str, ...]
) -> tuple[dict[str, list[int]], Fraction]:
    """Sums over the window, and s times the tables summed; who leaves is at most who is there, once it is summed."""
    counts = pool.risk_sets(table, cell, window, steps, columns)
    if pool.is_protected:
        for name in columns:
            if name[0] == "d":
                at_risk = counts.get(f"n{name[1:]}", counts[columns[0]])
                counts[name] = [min(d, n) for d, n in zip(counts[name], at_risk, strict=True)]
    return counts, pool.rounding.of(len(periods_of(table, cell, window)))


def spell_risk(pool: Pool, cell: tuple, window: range) -> SpellRisk:
    counts, of_offsets = counts_of(pool, "DURATIONS", cell, window, range(1, LAST_K + 1), ("n", *CAUSES))
    n = counts.pop("n")
    start = _steady_start(n) if pool.window.full_history else 1
    return SpellRisk(n, counts, start, of_offsets)


def _steady_start(n: list[int]) -> int:
    """First k with 20 or more at risk for twelve months on end; 1 if there is none (section 1.3)."""
    for k in range(1, LAST_K - STEADY_MONTHS + 2):
        if all(at_risk >= STEADY_N for at_risk in n[k - 1 : k - 1 + STEADY_MONTHS]):
            return k
    return 1


def still_on(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """S at the horizon."""
    risk = spell_risk(pool, cell, window)
    share, greenwood = Fraction(1), Fraction(0)
    from_start = slice(risk.start - 1, horizon)
    n, d = risk.n[from_start], risk.d[from_start]
    curve = survival(n, d)
    if curve:
        share, greenwood = curve[-1]
    added = _added_to_log(risk, horizon)
    low, high = survival_interval(share, greenwood, added)
    reservations = (*risk.reservations(risk.followed_to(horizon)), *_widened(added, n, d))
    return Estimate(float(share), low, high, sum(d), risk.entering, risk.entering, reservations)


def _added_to_log(risk: SpellRisk, horizon: int) -> Fraction:
    from_start = slice(risk.start - 1, horizon)
    to_risk, to_exits = rounding.of_log_survival(risk.n[from_start], risk.d[from_start])
    return risk.rounding * spread([*to_risk, *risk.cumulative(to_exits)]) if risk.rounding else Fraction(0)


def _widened(added: Fraction, n: list[int], d: list[int]) -> tuple[str, ...]:
    """Of a curve: what a step in which everybody left adds has no bound, and is left out on both sides."""
    steps = [Fraction(left, at_risk * (at_risk - left)) for at_risk, left in zip(n, d, strict=True) if at_risk > left]
    return widened(added, sum(steps, Fraction(0)))


def mean_of_two_years(pool: Pool, cell: tuple, window: range) -> Estimate:
    """RMST(24) = S(0) + ... + S(23), between 0 and 24."""
    risk = spell_risk(pool, cell, window)
    from_start = slice(risk.start - 1, TWO_YEARS - 1)
    n, d = risk.n[from_start], risk.d[from_start]
    value, variance = restricted_mean(n, d, risk.start)
    shares = [share for share, _ in survival(n, d)]
    to_risk, to_exits = rounding.of_restricted_mean(n, d, shares)
    added = risk.rounding * spread([*to_risk, *risk.cumulative(to_exits)])
    low, high = NO_INTERVAL
    if variance + added:
        width = Z * math.sqrt(variance + added)
        low, high = max(0.0, float(value) - width), min(float(TWO_YEARS), float(value) + width)
    reservations = (*risk.reservations(risk.followed_to(TWO_YEARS)), *widened(added, variance))
    events = sum(risk.d[risk.start - 1 : TWO_YEARS])  # up to the horizon, as for every estimate from risk tables
    return Estimate(float(value), low, high, events, risk.entering, risk.entering, reservations)


def duration_median(pool: Pool, cell: tuple, window: range) -> Estimate:
    """The first k with S(k) <= 1/2, and the same rule on both bands."""
    risk = spell_risk(pool, cell, window)
    first = risk.start - 1
    followed = risk.n.index(0, first) if 0 in risk.n[first:] else LAST_K
    from_start = slice(first, followed)
    curve = survival(risk.n[from_start], risk.d[from_start])
    added = [_added_to_log(risk, k) for k in range(risk.start, followed + 1)]
    bands = [
        (1.0, 1.0) if share == 1 else survival_interval(share, g, more)
        for (share, g), more in zip(curve, added, strict=True)
    ]

    def reached(values: list) -> int | None:
        place = first_at_or_below(0.5, values)
        return None if place is None else place + first

    median = reached([share for share, _ in curve])
    if median is None:
        return Estimate(None, None, None, None, risk.entering, risk.entering, risk.reservations(False))
    low, high = reached([band[0] for band in bands]), reached([band[1] for band in bands])
    until = slice(first, median)
    reservations = (*risk.reservations(True), *_widened(added[median - first - 1], risk.n[until], risk.d[until]))
    return Estimate(
        float(median),
        None if low is None else float(low),
        None if high is None else float(high),
        sum(risk.d[first:median]),
        risk.entering,
        risk.entering,
        reservations,
    )


def left_for(cause: str, pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of leaving for one cause within twelve paid months; the other reasons compete."""
    risk = spell_risk(pool, cell, window)
    from_start = slice(risk.start - 1, HORIZON)
    n, own, d = risk.n[from_start], risk.by_cause[cause][from_start], risk.d[from_start]
    share, variance = incidence(n, own, d)
    to_risk, to_cause, to_exits = rounding.of_incidence(n, own, d)
    added = risk.rounding * spread([*to_risk, *risk.cumulative(to_cause), *risk.cumulative(to_exits)])
    if risk.rounding:
        share = min(share, at_most(risk, cause, from_start))
    low, high = incidence_interval(share, variance + added)
    reservations = (*risk.reservations(risk.followed_to(HORIZON)), *widened(added, variance))
    return Estimate(float(share), low, high, sum(own), risk.entering, risk.entering, reservations)


def at_most(risk: SpellRisk, cause: str, from_start: slice) -> Fraction:
    """Rule 7: work is at most activation, and the causes together are at most who has left."""
    n, d = risk.n[from_start], risk.d[from_start]

    def reached(name: str) -> Fraction:
        return incidence(n, risk.by_cause[name][from_start], d)[0]

    together = sum((reached(name) for name in ("d_activation", "d_other_benefit", "d_moved", "d_unknown")), Fraction(0))
    left = 1 - survival(n, d)[-1][0] if n else Fraction(0)
    share = min(reached(cause), reached("d_activation")) if cause == "d_work" else reached(cause)
    return share * left / together if together > left else share


def _stayed(n: list[int], d: list[int], of_offsets: Fraction, *, cohort: bool) -> Estimate:
    """Kaplan-Meier after the last step; computable if somebody is at risk at every step."""
    share, greenwood = survival(n, d)[-1]
    to_risk, to_events = rounding.of_log_survival(n, d)
    added = of_offsets * spread([*(of_cohort(to_risk) if cohort else to_risk), *of_cumulative(to_events)])
    low, high = survival_interval(share, greenwood, added)
    reservations = (*(() if all(n) else ("not_computable",)), *_widened(added, n, d))
    return Estimate(float(share), low, high, sum(d), n[0], n[0], reservations)


def _turned_round(stayed: Estimate) -> Estimate:
    """1 - KM, the ends of its interval turned round."""
    return stayed._replace(
        value=None if stayed.value is None else 1 - stayed.value,
        low=None if stayed.high is None else 1 - stayed.high,
        high=None if stayed.low is None else 1 - stayed.low,
    )


def returned(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """Back within so many months of the exit."""
    counts, of_offsets = counts_of(pool, "RETURNS", cell, window, range(1, horizon + 1), ("n", "d"))
    return _turned_round(_stayed(counts["n"], counts["d"], of_offsets, cohort=True))


def returned_after_art60(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Leefloon again within twelve months of the last month in art. 60/61."""
    counts, of_offsets = counts_of(pool, "AFTER_ART60", cell, window, range(1, HORIZON + 1), ("n", "d"))
    return _turned_round(_stayed(counts["n"], counts["d"], of_offsets, cohort=True))


def sustainable_work(pool: Pool, cell: tuple, window: range, horizon: int) -> Estimate:
    """Not back within so many months of leaving to work."""
    columns = ("n_work", "d_work")
    counts, of_offsets = counts_of(pool, "RETURNS", cell, window, range(1, horizon + 1), columns)
    return _stayed(counts["n_work"], counts["d_work"], of_offsets, cohort=True)


def leaver_still_on(pool: Pool, cell: tuple, window: range) -> Estimate:
    """S(24) of the spells that care leavers start after leaving."""
    counts, of_offsets = counts_of(pool, "AFTER_CARE", cell, window, range(1, TWO_YEARS + 1), ("n", "d"))
    return _stayed(counts["n"], counts["d"], of_offsets, cohort=False)


def leaver_returned(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Back within twelve months of an exit from such a spell."""
    counts, of_offsets = counts_of(pool, "AFTER_CARE_RETURNS", cell, window, range(1, HORIZON + 1), ("n", "d"))
    return _turned_round(_stayed(counts["n"], counts["d"], of_offsets, cohort=True))


def leaver_gone_for_good(pool: Pool, cell: tuple, window: range) -> Estimate:
    """(1 - S(24)) x (1 - F_return(12)): gone within two years of the start, and not back within a year."""
    on, of_offsets = counts_of(pool, "AFTER_CARE", cell, window, range(1, TWO_YEARS + 1), ("n", "d"))
    out, _ = counts_of(pool, "AFTER_CARE_RETURNS", cell, window, range(1, HORIZON + 1), ("n", "d"))
    (still, of_still), (away, of_away) = survival(on["n"], on["d"])[-1], survival(out["n"], out["d"])[-1]
    value = (1 - still) * away
    variance = None
    if of_still is not None and of_away is not None:
        variance = away**2 * still**2 * of_still + (1 - still) ** 2 * away**2 * of_away
    to_on, to_exits = rounding.of_log_survival(on["n"], on["d"])
    to_out, to_returns = rounding.of_log_survival(out["n"], out["d"])
    gradient = [-still * away * g for g in (*to_on, *of_cumulative(to_exits))]
    gradient += [value * g for g in (*of_cohort(to_out), *of_cumulative(to_returns))]
    added = of_offsets * spread(gradient)
    low, high = incidence_interval(value, None if variance is None else variance + added)
    reservations = (*(() if all(on["n"] + out["n"]) else ("not_computable",)), *widened(added, variance or 0))
    left = sum(on["d"])
    return Estimate(float(value), low, high, left, on["n"][0], on["n"][0], reservations)


def activated(pool: Pool, cell: tuple, window: range) -> Estimate:
    """F of starting art. 60/61 or training within twelve paid months; leaving competes."""
    columns = ("n", "d_activation", "d")
    counts, of_offsets = counts_of(pool, "ACTIVATION", cell, window, range(1, HORIZON + 1), columns)
    return _taken(*(counts[column] for column in columns), of_offsets, cohort=False)


def soon_a_gpmi(pool: Pool, counts: dict[str, list[int]]) -> Estimate:
    """F of a first month with a GPMI since the start of the spell, month 0 included; leaving without one competes."""
    n = counts["n"]
    if pool.is_protected:
        counts = {name: [min(count, most) for count, most in zip(of, n, strict=True)] for name, of in counts.items()}
    return _taken(n, counts["d_gpmi"], counts["d"], pool.rounding.of(1), cohort=True)


def taken_up(pool: Pool, cell: tuple, window: range, horizon: int = HORIZON) -> Estimate:
    """F of taking up the support within so many months, month 0 included; moving and death compete."""
    columns = ("n", "d_event", "d")
    counts, of_offsets = counts_of(pool, "TAKE_UP", cell, window, range(horizon + 1), columns)
    return _taken(*(counts[column] for column in columns), of_offsets, cohort=True)


def _taken(n: list[int], own: list[int], d: list[int], of_offsets: Fraction, *, cohort: bool) -> Estimate:
    share, variance = incidence(n, own, d)
    to_risk, to_cause, to_events = rounding.of_incidence(n, own, d)
    at_risk = of_cohort(to_risk) if cohort else to_risk
    added = of_offsets * spread([*at_risk, *of_cumulative(to_cause), *of_cumulative(to_events)])
    low, high = incidence_interval(share, variance + added)
    reservations = (*(() if all(n) else ("not_computable",)), *widened(added, variance))
    return Estimate(float(share), low, high, sum(own), n[0], n[0], reservations)


def _followed(n: list[int], d: list[int]) -> list[bool]:
    """Whether each day can be judged: something is still open, or everything was over before."""
    told, over = [], False
    for open_, ended in zip(n, d, strict=True):
        over = over or bool(open_ and open_ == ended)
        told.append(bool(open_) or over)
    return told


def decided_in_time(pool: Pool, window: range) -> Estimate:
    """F of a decision within 30 days of the application, day 0 included; withdrawing competes."""
    columns = ("n", "d_decided", "d")
    counts, of_offsets = counts_of(pool, "APPLICATIONS", (), window, range(31), columns)
    estimate = _taken(*(counts[column] for column in columns), of_offsets, cohort=True)
    reservations = [why for why in estimate.reservations if why != "not_computable"]
    if not all(_followed(counts["n"], counts["d"])):
        reservations.append("not_computable")
    return estimate._replace(reservations=tuple(reservations))


def days_to_an_end(pool: Pool, window: range) -> Estimate:
    """The first day on which half of the applications are over, decided or withdrawn; the same rule on the bands."""
    counts, of_offsets = counts_of(pool, "APPLICATIONS", (), window, range(91), ("n", "d"))
    told = _followed(counts["n"], counts["d"])
    days = told.index(False) if False in told else len(told)
    n, d = counts["n"][:days], counts["d"][:days]
    curve = survival(n, d)
    added = []
    for day in range(1, days + 1):
        to_risk, to_ends = rounding.of_log_survival(n[:day], d[:day])
        added.append(of_offsets * spread([*of_cohort(to_risk), *of_cumulative(to_ends)]) if of_offsets else Fraction(0))
    bands = [
        (1.0, 1.0) if share == 1 else survival_interval(share, g, more)
        for (share, g), more in zip(curve, added, strict=True)
    ]
    median = first_at_or_below(0.5, [share for share, _ in curve])
    first = counts["n"][0]
    if median is None:
        return Estimate(None, None, None, None, first, first, ("not_computable",))
    low, high = (first_at_or_below(0.5, [band[side] for band in bands]) for side in (0, 1))
    return Estimate(
        float(median - 1),
        None if low is None else float(low - 1),
        None if high is None else float(high - 1),
        sum(d[:median]),
        first,
        first,
        _widened(added[median - 1], n[:median], d[:median]),
    )


def sustainable_activation(pool: Pool, cell: tuple, window: range) -> Estimate:
    """Share of exits to activation x the share of those not back within twelve months."""
    columns = ("n_activation", "d_activation", "exits_activation", "exits")
    counts, of_offsets = counts_of(pool, "RETURNS", cell, window, range(1, HORIZON + 1), columns)
    n, d, activation, exits = *(counts[name] for name in columns[:2]), *(sum(counts[name]) for name in columns[2:])
    if not exits:
        return Estimate(None, None, None, activation, exits, exits, ("not_computable",))
    to_activation = Fraction(activation, exits)
    stays_away, greenwood = survival(n, d)[-1]
    value = to_activation * stays_away
    to_risk, to_returns = rounding.of_log_survival(n, d)
    to_curve = [value * g for g in (*of_cohort(to_risk), *of_cumulative(to_returns))]
    to_curve[0] += stays_away / exits  # exits to activation and n(1) are one count: each is followed for a month
    added = of_offsets * spread([-value / exits, *to_curve])
    variance = None
    if greenwood is not None:
        of_share = stays_away**2 * to_activation * (1 - to_activation) / exits
        variance = of_share + to_activation**2 * stays_away**2 * greenwood
    low, high = incidence_interval(value, None if variance is None else variance + added)
    reservations = (*(() if all(n) else ("not_computable",)), *widened(added, variance or 0))
    return Estimate(float(value), low, high, activation, exits, exits, reservations)
