"""The change after a local measure: what could be seen at all, what was seen, and what placebos show.

Not here: the statistics (`interrupted`, `synthetic_control`) and the words (`demad.reporting.effect_note`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy import stats

from demad.errors import UsageRefused
from demad.impact.interrupted import Series, Step, foreseen_error, sloped, step
from demad.impact.panel import Floats, Panel
from demad.impact.placebos import placebo_cities_of, placebo_dates_of, placebo_error
from demad.impact.synthetic_control import misfit, mix_of, placebo_rank
from demad.impact.window import QUARTERS, Window, controls_of, quarter_name, series_of, window_of

POOR_FIT = 0.15
"""A mix that misses the quarters before by more than this part of their mean is not used."""
_POWER, _LEVEL = 0.8, 0.05
_PER = {"inflow": 3000.0}
"""Exposure by which a rate is written; that of inflow is inhabitants times three months."""


class Finding(StrEnum):
    """What may be said: a change, perhaps one, or none that these figures can show."""

    SEEN = "seen"
    MAYBE = "maybe"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Change:
    """A relative change (0.12: 12 % more than expected) with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mirror:
    """The synthetic control: weights by city, how well it fits before, the change after.

    ``as_large`` of ``placebos`` other cities have at least as large a ratio of misfit after to before. ``fits``:
    whether the misfit before, as a part of the mean, is small enough to say anything.
    """

    weights: tuple[tuple[str, float], ...]
    misfit_before: float
    change: float
    as_large: int
    placebos: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed in a city after a measure, in events by exposure, beside the other cities.

    Parameters
    ----------
    first
        First quarter after, as 2025Q3.
    left_out
        Quarters that are neither before nor after: that of the date itself, and of phasing in.
    smallest
        The smallest change that these figures show in 80 of 100 cases, up or down; known before looking after.
    change
        Of the quarters after together; its interval carries what placebo dates show.
    after_half, after_year
        The change 6 and 12 months after, where it may grow or fade.
    placebo_dates
        The changes that the same sum finds at dates at which nothing is known to have happened.
    as_large, placebo_cities
        How many of the other cities show as large a change at the same date, without a measure that we know of.
    year_before
        How the last four quarters before lie beside the quarters before them, in standard errors: far from 0, the city
        may simply return to its own level.
    observed, expected, low, high
        Events by 100 person-months (inflow: in a quarter by 1,000 inhabitants): what was, and what was expected without
        a change with its 95 % band.
    """

    measure: str
    city: str
    controls: tuple[str, ...]
    dropped: tuple[str, ...]
    first: str
    left_out: tuple[str, ...]
    before: int
    after: int
    smallest: float
    change: Change
    p_value: float
    finding: Finding
    after_half: Change
    after_year: Change
    placebo_dates: tuple[float, ...]
    as_large: int
    placebo_cities: int
    year_before: float
    mirror: Mirror
    quarters: tuple[str, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def measured_effect(
    panel: Panel,
    city: str,
    start: date,
    *,
    controls: Collection[str] = (),
    phase_in: int = 0,
    least: float = 0.2,
) -> Effect:
    """The change in a city after a measure that began in a month.

    Parameters
    ----------
    start
        First day of the first month of the measure; a quarter that it divides is left out.
    controls
        The cities to compare with; empty: all others. One that hides a quarter is dropped.
    phase_in
        Quarters after that are left out.
    least
        The smallest change worth knowing, as a part: 0.2 is 20 %.

    Raises
    ------
    UsageRefused
        D-741: no series, or the city hides a quarter. D-743: too few quarters before or after. D-744: fewer than four
        cities to compare with. D-745: a change of ``least`` cannot be seen in these figures.
    """
    own = panel.row(city)
    window = window_of(panel, own, start, phase_in)
    kept, dropped = controls_of(panel, own, controls, window)
    series = series_of(panel, own, kept, window.places)
    first = window.first
    elsewhen = placebo_dates_of(panel, own, kept, window)
    placebo = placebo_error(elsewhen, min(int((~window.before).sum()), 2 * QUARTERS))
    smallest = _smallest(((foreseen_error(series, first), len(series.quarter) - 6), placebo), least)
    found = step(series, first)
    p_value, half, wider = _surest(found, placebo)
    as_large, others = placebo_cities_of(panel, own, kept, window, found.estimate / found.error)
    mirror = _mirror(panel, own, kept, window)
    rate = _PER.get(panel.measure, 100.0) / series.exposure
    return Effect(
        measure=panel.measure,
        city=city,
        controls=tuple(panel.cities[place] for place in kept),
        dropped=dropped,
        first=quarter_name(first),
        left_out=window.left_out,
        before=int(window.before.sum()),
        after=int((~window.before).sum()),
        smallest=smallest,
        change=_relative(found.estimate, found.estimate - half, found.estimate + half),
        p_value=p_value,
        finding=_finding(found.estimate, p_value, smallest, as_large, others, mirror),
        after_half=_at(series, first, 1, wider),
        after_year=_at(series, first, 3, wider),
        placebo_dates=tuple(float(np.expm1(one)) for one in elsewhen),
        as_large=as_large,
        placebo_cities=others,
        year_before=_year_before(series, first),
        mirror=mirror,
        quarters=tuple(panel.quarters[place] for place in window.places),
        observed=tuple(series.events * rate),
        expected=tuple(found.expected * rate),
        low=tuple(found.low * rate),
        high=tuple(found.high * rate),
    )


def _surest(found: Step, placebo: tuple[float, int]) -> tuple[float, float, float]:
    """The larger p of the model and the placebo dates, the wider half of an interval, and how much wider that is."""
    errors = (found.error, found.freedom), placebo
    p_value = max(float(2 * stats.t.sf(abs(found.estimate) / error, free)) for error, free in errors if error)
    halves = [float(stats.t.ppf(1 - _LEVEL / 2, free)) * error for error, free in errors]
    return p_value, max(halves), max(halves) / halves[0]


def _smallest(errors: tuple[tuple[float, int], ...], least: float) -> float:
    """The smallest change that is seen in 80 of 100 cases, with the largest of these errors and their freedom."""
    far = max((stats.t.ppf(1 - _LEVEL / 2, free) + stats.t.ppf(_POWER, free)) * error for error, free in errors)
    smallest = float(np.expm1(far))
    if smallest > least:
        raise UsageRefused(
            "D-745",
            f"Pas een verschil van {smallest:.0%} is in deze cijfers te zien; u vroeg er een van {least:.0%}.",
            "Kies een grotere stad of een later moment, of vraag een groter verschil met --effect.",
        )
    return smallest


def _finding(estimate: float, p_value: float, smallest: float, as_large: int, others: int, mirror: Mirror) -> Finding:
    """Seen: real, at least the smallest that can be seen, in at most one other city in ten, and not contradicted."""
    if p_value >= _LEVEL:
        return Finding.NOT_SEEN
    enough = abs(estimate) >= np.log1p(smallest) and as_large <= others // 10
    return Finding.SEEN if enough and not (mirror.fits and mirror.change * estimate < 0) else Finding.MAYBE


def _relative(estimate: float, low: float, high: float) -> Change:
    return Change(*(float(np.expm1(one)) for one in (estimate, low, high)))


def _at(series: Series, first: int, ahead: int, wider: float) -> Change:
    estimate, error = sloped(series, first, ahead)
    reach = float(stats.t.ppf(1 - _LEVEL / 2, len(series.quarter) - 7)) * error * max(wider, 1.0)
    return _relative(estimate, estimate - reach, estimate + reach)


def _year_before(series: Series, first: int) -> float:
    """The step of the last four quarters before beside those before them, in standard errors."""
    before = series.only(series.quarter < first)
    found = step(before, int(before.quarter.max()) - QUARTERS + 1)
    return found.estimate / found.error


def _mirror(panel: Panel, own: int, controls: list[int], window: Window) -> Mirror:
    rows = [own, *controls]
    rates: Floats = panel.events[rows][:, window.places] / panel.exposure[rows][:, window.places]
    before = window.before
    mix = mix_of(rates[0], rates[1:], before)
    error = misfit(rates[0], mix.path, before) / float(rates[0][before].mean())
    after = float(rates[0][~before].mean() / mix.path[~before].mean() - 1)
    as_large, placebos = placebo_rank(rates, 0, before)
    named = sorted(zip((panel.cities[place] for place in controls), mix.weights, strict=True), key=lambda one: -one[1])
    weights = tuple((name, float(weight)) for name, weight in named if weight >= 0.01)
    return Mirror(weights, error, after, as_large, placebos, error <= POOR_FIT)
