"""The quarters of a panel that are used to judge a measure, the cities beside it, and their series."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from demad.errors import UsageRefused
from demad.impact.interrupted import Series
from demad.impact.panel import Panel
from demad.reference.several import several

BEFORE, MOST_BEFORE, AFTER = 16, 24, 4
"""Quarters before (at least, at most) and after (at least): four years, so that each season is seen four times."""
LEAST_CONTROLS = 4
QUARTERS = 4
"""Of a year."""


@dataclass(frozen=True, slots=True)
class Window:
    """The quarters that are used, of a panel: their places, which lie before, and what is left out."""

    places: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    first: int
    left_out: tuple[str, ...]

    @property
    def before(self) -> npt.NDArray[np.bool_]:
        """Which of them lie before the measure."""
        return self.numbers < self.first


def quarter_number(quarter: str) -> int:
    """Number of 2025Q3 since year 0."""
    return int(quarter[:4]) * QUARTERS + int(quarter[-1]) - 1


def quarter_name(number: int) -> str:
    """2025Q3 of its number."""
    return f"{number // QUARTERS}Q{number % QUARTERS + 1}"


def window_of(panel: Panel, own: int, start: date, phase_in: int) -> Window:
    """The quarters before and after that are used for a city.

    Raises
    ------
    UsageRefused
        D-741: the city hides a quarter. D-743: too few quarters.
    """
    numbers = np.array([quarter_number(quarter) for quarter in panel.quarters])
    divided = start.year * QUARTERS + (start.month - 1) // 3
    whole = divided if start.month % 3 == 1 else divided + 1
    first = whole + phase_in
    between = (numbers >= divided) & (numbers < first)
    known = ~np.isnan(panel.events[own])
    if not known.any():
        raise _hidden()
    from_, to = numbers[known].min(), numbers[known].max()  # a city may deliver less far back, or less far on
    before = (numbers < divided) & (numbers >= max(divided - MOST_BEFORE, from_))
    used = before | ((numbers >= first) & (numbers <= to))
    if (used & ~known).any():
        raise _hidden()
    counted = int(before.sum()), int((used & ~before).sum())
    if counted[0] < BEFORE or counted[1] < AFTER:
        raise UsageRefused(
            "D-743",
            f"Er zijn {counted[0]} kwartalen ervoor en {counted[1]} erna; er moeten er {BEFORE} en {AFTER} zijn.",
            "Kies een andere datum, of wacht tot er meer kwartalen zijn.",
        )
    left_out = tuple(np.array(panel.quarters)[between].tolist())
    return Window(np.flatnonzero(used), numbers[used], first, left_out)


def _hidden() -> UsageRefused:
    return UsageRefused(
        "D-741",
        "Voor deze stad is een kwartaal niet getoond: het gaat om te weinig mensen.",
        "Kies een indicator die meer mensen telt.",
    )


def controls_of(panel: Panel, own: int, asked: Collection[str], window: Window) -> tuple[list[int], tuple[str, ...]]:
    """Places of the cities to compare with, and the names of those that hide a quarter; all others if none is asked.

    Raises
    ------
    UsageRefused
        D-744: fewer than four.
    """
    wanted = [panel.row(slug) for slug in asked] if asked else list(range(len(panel.cities)))
    others = sorted(set(wanted) - {own})
    whole = [place for place in others if not np.isnan(panel.events[place][window.places]).any()]
    if len(whole) < LEAST_CONTROLS:
        raise UsageRefused(
            "D-744",
            f"Om mee te vergelijken: {several(len(whole), 'stad', 'steden')}; er moeten er {LEAST_CONTROLS} zijn.",
            "Geef meer steden met --controls, of laat die keuze weg.",
        )
    return whole, tuple(panel.cities[place] for place in others if place not in whole)


def series_of(panel: Panel, own: int, controls: Iterable[int], places: npt.NDArray[np.int64]) -> Series:
    """The city beside its controls together, in these quarters."""
    rows = list(controls)
    return Series(
        np.array([quarter_number(panel.quarters[place]) for place in places]),
        panel.events[own][places],
        panel.exposure[own][places],
        panel.events[rows][:, places].sum(axis=0),
        panel.exposure[rows][:, places].sum(axis=0),
    )
