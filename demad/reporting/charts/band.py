"""One number that is expected, with its bands, lying: for a table, or with its numbers for a report."""

from __future__ import annotations

from demad.reporting.charts.canvas import CITY, HALF, MUTED, USUAL, Sheet
from demad.reporting.charts.frame import Frame, around
from demad.reporting.charts.lines import Ahead, hatched
from demad.reporting.words import number

_MARGIN = 0.06
_SMALL_WIDTH, _SMALL_HEIGHT, _HEIGHT = 1.8, 0.3, 0.95
_ABOVE, _BELOW, _SIDES = 0.22, 0.45, 0.6
"""Inches that numbers take above, below and beside the bands."""
_OUTER, _INNER = 4.0, 2.0
"""Points between the strokes of the band of 95 and of 80 %."""


def band(told: float, one: Ahead) -> str:
    """Two hatched bands, a dot in them, and a stroke where the count stands now; without numbers."""
    sheet = Sheet(_SMALL_WIDTH, _SMALL_HEIGHT)
    _drawn(Frame(sheet, _ends(told, one), (0, 1), left=0.05, right=0.05, top=0, bottom=0), told, one)
    return sheet.svg()


def band_with_numbers(told: float, one: Ahead, *, told_name: str) -> str:
    """The same, wider: what is expected above the dot, the ends of the wide band beside it, what was counted below."""
    sheet = Sheet(HALF, _HEIGHT)
    frame = Frame(sheet, _ends(told, one), (0, 1), left=_SIDES, right=_SIDES, top=_ABOVE, bottom=_BELOW)
    _drawn(frame, told, one)
    sheet.text(frame.x(one.value), frame.top - 2, number(one.value), CITY, weight=700, at="middle", level="bottom")
    below = frame.bottom + 3
    if one.low_95 is not None and one.high_95 is not None:
        sheet.text(frame.x(one.low_95), below, number(one.low_95), at="end", level="top")
        sheet.text(frame.x(one.high_95), below, number(one.high_95), level="top")
    at = "start" if told <= one.value else "end"
    sheet.text(frame.x(told), below + 1.4 * USUAL, f"{told_name} {number(told)}", MUTED, at=at, level="top")
    return sheet.svg()


def _ends(told: float, one: Ahead) -> tuple[float, float]:
    return around([end for end in (told, one.value, one.low_95, one.high_95) if end is not None], _MARGIN)


def _drawn(frame: Frame, told: float, one: Ahead) -> None:
    with frame.sheet.group("expected"):
        for low, high, step in ((one.low_95, one.high_95, _OUTER), (one.low_80, one.high_80, _INNER)):
            if low is not None and high is not None:
                hatched(frame, [(low, 0.15, 0.85), (high, 0.15, 0.85)], step)
    frame.upright(told, MUTED, 1.6)
    frame.sheet.dot(frame.x(one.value), frame.y(0.5), 6, CITY)
