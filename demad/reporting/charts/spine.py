"""Spine: figures of different units on one scale, the distance to the median in widths of the middle half."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from demad.reporting.charts.canvas import (
    ATTENTION,
    BAND,
    CITY,
    GRID,
    HALF,
    INK,
    MUTED,
    OTHERS,
    PAPER,
    SMALL,
    WIDE,
    Sheet,
)
from demad.reporting.charts.frame import Frame

_LEAST, _MOST = 1.6, 4.0
"""Where the frame ends at the least and at the most, in widths of the middle half."""
_SIZE = 4.2
_COLOURS = {"good": CITY, "bad": ATTENTION}


@dataclass(frozen=True, slots=True)
class Bone:
    """One figure, everything but ``said`` as a distance from the median in widths of the middle half, good is positive.

    ``box``: ends of the middle half. ``mark``: of the verdict, as in BENCHMARK. ``is_open``: nothing can be said.
    ``block``: name of the block that begins here, else empty.
    """

    label: str
    value: float
    ends: tuple[float, float] | None
    box: tuple[float, float]
    said: str
    mark: str = ""
    is_open: bool = False
    block: str = ""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Inches of a row, left and right of the frame; letters of a line of a name; rows above the name of a block."""

    row: float
    left: float
    right: float
    letters: int
    head: float


_SHEETS = {HALF: _Sheet(0.3, 1.7, 0.62, 29, 0.84), WIDE: _Sheet(0.17, 3.3, 1.6, 60, 1.0)}


def spine(bones: Sequence[Bone], *, worse: str, middle_name: str, better: str, width: float = WIDE) -> str:
    """A row a figure: the middle half of the other cities as a box, the city with its uncertainty, its value.

    Triangle: good, diamond: needs attention, outlined where such a difference is found between cities; a dot where
    there is no such verdict. A line that reaches the side of the frame goes on beyond it. ``width``: WIDE, or HALF with
    names on two lines.
    """
    form = _SHEETS[width]
    reach = min(max([_LEAST, *(abs(bone.value) + 0.3 for bone in bones)]), _MOST)
    rows: list[float] = []
    for bone in bones:
        before = rows[-1] + 1 if rows else 0.0
        rows.append(before + (form.head if bone.block else 0.0))
    lowest = rows[-1] if rows else 0.0
    sheet = Sheet(width, form.row * (lowest + 1) + 0.4)
    up = -lowest - 0.5, 0.5
    frame = Frame(sheet, (-reach, reach), up, left=form.left, right=form.right, top=0.36, bottom=0.04)
    sheet.text(frame.left - 10, frame.top - 15, worse, MUTED, size=SMALL, level="bottom")
    sheet.text(frame.right + 10, frame.top - 15, better, MUTED, size=SMALL, at="end", level="bottom")
    sheet.text(frame.x(0), frame.top - 3, middle_name, MUTED, size=SMALL, at="middle", level="bottom")
    for row, bone in zip(rows, bones, strict=True):
        if bone.block:
            sheet.text(1, frame.y(-row + 0.72), bone.block, MUTED, weight=700)
        _bone(frame, -row, bone, form)
    return sheet.svg()


def _bone(frame: Frame, row: float, bone: Bone, form: _Sheet) -> None:
    sheet, level = frame.sheet, frame.y(row)
    sheet.line([(frame.left, level), (frame.right, level)], GRID, 0.8, round_ends=False)
    left, right = (_within(frame, end) for end in sorted(bone.box))
    top = frame.y(row + 0.36)
    sheet.box(left, top, right - left, frame.y(row - 0.36) - top, BAND)
    sheet.line([(frame.x(0), top), (frame.x(0), frame.y(row - 0.36))], MUTED, 1.2, round_ends=False)
    side, _, filled = bone.mark.partition("_")
    colour = _COLOURS.get(side, INK)
    x = _within(frame, bone.value)
    if bone.ends is not None:
        begin, end = (_within(frame, one) for one in sorted(bone.ends))
        sheet.line([(begin, level), (end, level)], colour if side else OTHERS, 2, round_ends=False)
    inside = PAPER if bone.is_open or filled == "outlined" else colour
    if side == "good":
        corners = [(x, level - _SIZE), (x + _SIZE, level + _SIZE * 0.8), (x - _SIZE, level + _SIZE * 0.8)]
        sheet.shape(corners, inside, edge=colour, line=1.4)
    elif side == "bad":
        corners = [(x, level - _SIZE), (x + _SIZE, level), (x, level + _SIZE), (x - _SIZE, level)]
        sheet.shape(corners, inside, edge=colour, line=1.4)
    else:
        sheet.dot(x, level, 5.6, inside, edge=colour, line=1.4)
    sheet.text(frame.left - 5, level, textwrap.fill(bone.label, form.letters), at="end", size=SMALL)
    weight = 700 if side else 400
    sheet.text(frame.right + 4, level, bone.said, colour, weight=weight)


def _within(frame: Frame, value: float) -> float:
    low, high = frame.across
    return frame.x(min(max(value, low), high))
