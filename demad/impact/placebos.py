"""The same sum where nothing is known to have happened: at earlier dates, and in the other cities."""

from __future__ import annotations

import numpy as np

from demad.impact.interrupted import step, step_alone
from demad.impact.panel import Panel
from demad.impact.window import BEFORE, MOST_BEFORE, QUARTERS, Window, quarter_number, series_of


def placebo_dates_of(panel: Panel, own: int, controls: list[int], window: Window) -> list[float]:
    """The step at each date before at which as many quarters follow, all of them before the measure."""
    after = min(int((~window.before).sum()), 2 * QUARTERS)
    numbers = np.array([quarter_number(quarter) for quarter in panel.quarters])
    whole = ~np.isnan(panel.events[[own, *controls]]).any(axis=0)
    last = window.numbers[window.before].max()
    found: list[float] = []
    for date_ in range(int(numbers.min()) + BEFORE, int(last) - after + 2):
        chosen = whole & (numbers >= date_ - MOST_BEFORE) & (numbers < date_ + after)
        if int((chosen & (numbers < date_)).sum()) >= BEFORE and int((chosen & (numbers >= date_)).sum()) == after:
            found.append(step_alone(series_of(panel, own, controls, np.flatnonzero(chosen)), date_))
    return found


def placebo_error(estimates: list[float], after: int) -> tuple[float, int]:
    """The root of the mean square of placebo dates around 0, and its degrees of freedom; 0 with fewer than four dates.

    Neighbouring dates share quarters: as many stretches as lie beside each other are independent.
    """
    if len(estimates) < QUARTERS:
        return 0.0, 1
    return float(np.sqrt(np.mean(np.square(estimates)))), (len(estimates) + after - 1) // after


def placebo_cities_of(panel: Panel, own: int, controls: list[int], window: Window, size: float) -> tuple[int, int]:
    """How many controls have as large a step in standard errors, each beside the others without the city itself."""
    large = 0
    for one in controls:
        rest = [place for place in controls if place != one]
        found = step(series_of(panel, one, rest, window.places), window.first)
        large += abs(found.estimate / found.error) >= abs(size)
    return large, len(controls)
