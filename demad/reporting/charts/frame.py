"""The part of a sheet with a scale across and a scale up: where values lie, and the marks of its axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from demad.reporting.charts.canvas import GRID, MUTED, OTHERS, SMALL, Sheet, Spot

_INCH = 72
_STEPS = (1, 2, 2.5, 5, 10)
_THIN = 0.8
_CLOSE = 1e-9
Limits = tuple[float, float]


class Frame:
    """A rectangle of a sheet. ``across`` and ``up``: the values at its left and right, its bottom and top."""

    def __init__(
        self,
        sheet: Sheet,
        across: Limits,
        up: Limits,
        *,
        left: float = 0.5,
        right: float = 0.1,
        top: float = 0.24,
        bottom: float = 0.28,
        logarithmic: bool = False,
    ) -> None:
        """``left``, ``right``, ``top``, ``bottom``: inches of the sheet that lie outside it."""
        self.sheet, self.across, self.up = sheet, across, up
        self.left, self.right = left * _INCH, sheet.width - right * _INCH
        self.top, self.bottom = top * _INCH, sheet.height - bottom * _INCH
        self._logarithmic = logarithmic

    def x(self, value: float) -> float:
        """Points from the left of the sheet."""
        low, high = self.across
        if self._logarithmic:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Points from the top of the sheet."""
        low, high = self.up
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def spots(self, across: Sequence[float], values: Sequence[float | None]) -> list[Spot]:
        """Places on the sheet, with a hole where there is no value."""
        return [
            (self.x(at), None if value is None else self.y(value)) for at, value in zip(across, values, strict=True)
        ]

    def upright(self, value: float, colour: str, width: float, *, dash: str = "") -> None:
        """A line from bottom to top."""
        at = self.x(value)
        self.sheet.line([(at, self.bottom), (at, self.top)], colour, width, dash=dash, round_ends=False)

    def level(self, value: float, colour: str, width: float) -> None:
        """A line from left to right."""
        at = self.y(value)
        self.sheet.line([(self.left, at), (self.right, at)], colour, width, round_ends=False)

    def marks_up(self, values: Sequence[float], say: Callable[[float], str], *, size: float = SMALL) -> None:
        """Thin lines from left to right, each with its value beside it; to be drawn first."""
        for value in values:
            self.level(value, GRID, _THIN)
        with self.sheet.group("ytick_1"):
            for value in values:
                self.sheet.text(self.left - 6, self.y(value), say(value), MUTED, size=size, at="end")

    def marks_across(
        self, values: Sequence[float], say: Callable[[float], str], *, size: float = SMALL, lines: bool = False
    ) -> None:
        """Values under the frame, and its base; ``lines``: with a thin line up from each."""
        if lines:
            for value in values:
                self.upright(value, GRID, _THIN)
        self.level(self.up[0], OTHERS, _THIN)
        with self.sheet.group("xtick_1"):
            for value in values:
                self.sheet.text(self.x(value), self.bottom + 5, say(value), MUTED, size=size, at="middle", level="top")


def ticks(low: float, high: float, most: int = 5, *, whole: bool = False) -> list[float]:
    """At most ``most`` steps of 1, 2, 2.5 or 5 times a power of ten between two values; ``whole``: whole numbers."""
    rough = (high - low) / most
    if not rough > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    fits = [one * power for one in _STEPS if one * power >= rough * (1 - _CLOSE)]
    step = next((one for one in fits if one.is_integer()), 1.0) if whole else fits[0]
    first, last = math.ceil(low / step - _CLOSE), math.floor(high / step + _CLOSE)
    return [round(place * step, 10) for place in range(first, last + 1)]


def year_marks(periods: Sequence[str], most: int, *, apart: int = 1) -> tuple[list[int], Callable[[float], str]]:
    """The first place of each year, ``most`` of them, the newest always; and how a place is written.

    A year that begins less than ``apart`` places before the next one is left out at the left end.
    """
    firsts = [place for place, period in enumerate(periods) if place == 0 or periods[place - 1][:4] != period[:4]]
    if len(firsts) > 1 and firsts[1] < apart:
        firsts = firsts[1:]
    step = max(1, -(-len(firsts) // most))
    return firsts[::-1][::step][::-1], lambda place: f"\u2019{periods[round(place)][2:4]}"


def around(values: Sequence[float | None], room: float = 0.05) -> Limits:
    """From the lowest to the highest value, with some room on both sides; 0 to 1 without values."""
    known = [value for value in values if value is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    more = (high - low or abs(high) or 1) * room
    return low - more, high + more
