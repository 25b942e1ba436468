"""Dots with their uncertainty: cities beside each other, groups, places, the funnel, then and now."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demad.reporting.blocks import Point
from demad.reporting.charts.canvas import (
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
    label,
    shortened,
)
from demad.reporting.charts.frame import Frame, Limits, around, ticks
from demad.reporting.words import number

_ROW, _FOLDED = 0.195, 0.33
"""Inches of a row, and of one whose name may take two lines."""
_LONGEST = 28
_SHORT = 14
_ROUNDING = 1e-6
_NEAR_EDGE = 0.25
_BLOCK, _HEAD = 1.35, 0.95
"""Room above a block of rows, and how far its name stands above its first row, in rows."""
_COUNTS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True, slots=True)
class Expected:
    """Where chance keeps a city, at each expected count."""

    expected: tuple[float, ...]
    low_95: tuple[float, ...]
    high_95: tuple[float, ...]
    low_998: tuple[float, ...]
    high_998: tuple[float, ...]


def strip(
    points: Sequence[Point],
    middle: tuple[float, float, float] | None,
    *,
    open_dot: bool = False,
    alike: Sequence[str] = (),
) -> str:
    """Where a city stands between the others: dots, the middle half, the middle city, its own interval.

    ``alike``: names of cities that are drawn as squares, because their people are most like those of the city.
    """
    ends = [end for point in points for end in (point.value, *((point.low, point.high) if point.emphasised else ()))]
    sheet = Sheet(2.1, 0.36)
    frame = Frame(sheet, around([*ends, *(middle or ())], 0.06), (-1, 1), left=0, right=0, top=0, bottom=0)
    centre = frame.y(0)
    if middle:
        low, median, high = middle
        top, bottom = frame.y(0.76), frame.y(-0.76)
        sheet.box(frame.x(low), top, frame.x(high) - frame.x(low), bottom - top, BAND)
        sheet.line([(frame.x(median), frame.y(0.6)), (frame.x(median), frame.y(-0.6))], MUTED, 1.4)
    for point in points:
        if point.value is not None and not point.emphasised:
            sheet.dot(frame.x(point.value), centre, 3.6, OTHERS)
    for point in points:
        if point.value is not None and point.label in alike:
            sheet.box(frame.x(point.value) - 2.2, centre - 2.2, 4.4, 4.4, INK)
    for point in points:
        if point.emphasised and point.value is not None:
            if point.low is not None and point.high is not None:
                sheet.line([(frame.x(point.low), centre), (frame.x(point.high), centre)], CITY, 2.6)
            inside = PAPER if open_dot else CITY
            sheet.dot(frame.x(point.value), centre, 7, inside, edge=CITY, line=1.6)
    return sheet.svg()


def dots(
    points: Sequence[Point],
    *,
    scale: float,
    unit: str,
    middle: float | None,
    middle_name: str,
    hidden: str,
    digits: int | None = None,
    blocks: Sequence[tuple[int, str]] = (),
) -> str:
    """One row a city or group: dot, uncertainty and value; the middle city as a line; hidden ones keep their row.

    ``blocks``: where a block of rows begins and its name; blocks lie apart, because they share no scale of groups.
    """
    ends = [end for point in points for end in (point.low, point.value, point.high)]
    limits = framed(ends, middle, scale)
    marks = ticks(*limits, whole=digits is None)
    frame, levels = _rows(points, hidden, limits, marks, _marked(unit), blocks=blocks)
    sheet = frame.sheet
    if middle is not None:
        frame.upright(middle * scale, MUTED, 1.2)
        left, right = limits
        along = (middle * scale - left) / (right - left)
        side = "start" if along < _NEAR_EDGE else "end" if along > 1 - _NEAR_EDGE else "middle"
        said = f"{middle_name} {label(middle * scale, unit, digits=digits)}"
        sheet.text(frame.x(middle * scale), frame.top - 1, said, MUTED, at=side, level="bottom")
    for level, point in zip(levels, points, strict=True):
        colour = CITY if point.emphasised else OTHERS
        if point.low is not None and point.high is not None:
            low, high = frame.x(point.low * scale), frame.x(point.high * scale)
            sheet.line([(low, level), (high, level)], colour, 2.4)
        if point.value is not None:
            dot = point.value * scale
            sheet.dot(frame.x(dot), level, 7, colour, edge=PAPER)
            _at_the_end(frame, level, label(dot, unit, digits=digits), chosen=point.emphasised)
    return sheet.svg()


def _marked(unit: str) -> Callable[[float], str]:
    """How a mark of the axis is written: with a digit where it is no whole number."""
    return lambda tick: label(tick, unit, digits=None if abs(tick - round(tick)) < _ROUNDING else 1)


def framed(ends: Sequence[float | None], middle: float | None, scale: float) -> Limits:
    """Limits of an axis with room for every dot, its uncertainty and the line of the middle city."""
    return around([None if end is None else end * scale for end in (*ends, middle)])


def places(points: Sequence[Point], *, most: int, hidden: str) -> str:
    """Between which places each city may stand: a thick line, never one place alone."""
    marks = [1, *range(5, most, 5), most]
    frame, levels = _rows(points, hidden, (0.4, most + 0.6), marks, lambda place: str(round(place)))
    for level, point in zip(levels, points, strict=True):
        if point.low is None or point.high is None:
            continue
        colour = CITY if point.emphasised else OTHERS
        frame.sheet.line([(frame.x(point.low), level), (frame.x(point.high), level)], colour, 6)
        said = label(point.low, "") if point.low == point.high else f"{label(point.low, '')}–{label(point.high, '')}"
        _at_the_end(frame, level, said, chosen=point.emphasised)
    return frame.sheet.svg()


def dumbbells(
    pairs: Sequence[tuple[str, float | None, float | None]],
    *,
    scale: float,
    unit: str,
    hidden: str,
    width: float = WIDE,
) -> str:
    """Then (open) and now (filled) of a few shares, joined by a line; on a narrow sheet long names take two lines."""
    points = [Point(name, now) for name, _, now in pairs]
    limits = around([None if end is None else end * scale for _, *both in pairs for end in both])
    marks = ticks(*limits, 5 if width > HALF else 2, whole=True)
    right = 1.1 if width > HALF else 0.85
    frame, levels = _rows(points, hidden, limits, marks, lambda tick: label(tick, unit), width=width, right=right)
    sheet = frame.sheet
    for level, (_, before, now) in zip(levels, pairs, strict=True):
        if before is not None and now is not None:
            sheet.line([(frame.x(before * scale), level), (frame.x(now * scale), level)], OTHERS, 2)
        if before is not None:
            sheet.dot(frame.x(before * scale), level, 6, PAPER, edge=OTHERS, line=1.6)
        if now is not None:
            sheet.dot(frame.x(now * scale), level, 8, CITY)
            said = label(now * scale, unit)
            said = said if before is None else f"{label(before * scale, unit)} → {said}"
            _at_the_end(frame, level, said, chosen=True)
    return sheet.svg()


def funnel(points: Sequence[tuple[float, Point]], limits: Expected, *, one: str) -> str:
    """Observed over expected against the expected count, inside the limits of chance; cities by name.

    ``points``: expected count and the ratio of a city. ``one``: what stands at the line of 1.
    """
    up = around(
        [*limits.low_998, *limits.high_998, *limits.low_95, *limits.high_95, *(p.value or 0 for _, p in points)]
    )
    counts = [*limits.expected, *(expected for expected, _ in points)]
    across = min(counts) / 1.08, max(counts) * 1.08
    sheet = Sheet(HALF, 2.6)
    frame = Frame(sheet, across, up, left=0.72, right=0.95, top=0.1, bottom=0.3, logarithmic=True)
    for low, high, fill in ((limits.low_998, limits.high_998, GRID), (limits.low_95, limits.high_95, BAND)):
        sheet.area(frame.spots(limits.expected, low), frame.spots(limits.expected, high), fill)
    frame.marks_up(ticks(*up), lambda tick: one if abs(tick - 1) < _ROUNDING else _ratio(tick))
    frame.level(1, MUTED, 1.1)
    for expected, point in sorted(points, key=lambda pair: pair[1].emphasised):
        colour, size = (CITY, 9) if point.emphasised else (OTHERS, 6.5)
        sheet.dot(frame.x(expected), frame.y(point.value or 0), size, colour, edge=PAPER)
        if point.emphasised:
            said = f"{shortened(point.label, _SHORT)}\n{_ratio(point.value)}"
            sheet.text(frame.right + 4, frame.y(point.value or 0), said, CITY, size=9.5, weight=700)
    frame.marks_across([count for count in _COUNTS if across[0] <= count <= across[1]], lambda tick: label(tick, ""))
    return sheet.svg()


def _ratio(value: float | None) -> str:
    return "" if value is None else number(value, 2)


def _rows(
    points: Sequence[Point],
    hidden: str,
    limits: Limits,
    marks: Sequence[float],
    say: Callable[[float], str],
    *,
    width: float = HALF,
    right: float = 0.5,
    blocks: Sequence[tuple[int, str]] = (),
) -> tuple[Frame, list[float]]:
    """A row a name, one of them possibly the city itself; what is hidden says so in its row. Also the level of each."""
    starts = dict(blocks)
    rows: list[float] = []
    for place in range(len(points)):
        step = 1.0 if rows else 0.0
        rows.append((rows[-1] if rows else 0.0) - step - (_BLOCK if place in starts else 0.0))
    lowest = rows[-1] if rows else 0.0
    names = [shortened(point.label, 2 * _LONGEST) for point in points]
    folded = width == HALF and max(map(len, names), default=0) > _LONGEST
    names = [textwrap.fill(name, _LONGEST) for name in names] if folded else names
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    left = min(3.5 if width > HALF else 1.85, 0.3 + longest * 0.062)
    sheet = Sheet(width, (_FOLDED if folded else _ROW) * (1 - lowest) + 0.55)
    frame = Frame(sheet, limits, (lowest - 0.6, 0.6), left=left, right=right, top=0.2, bottom=0.3)
    levels = [frame.y(row) for row in rows]
    alone = len({point.emphasised for point in points}) > 1
    for row, name, point in zip(rows, names, points, strict=True):
        chosen = point.emphasised and alone
        if chosen:
            top = frame.y(row + 0.45)
            sheet.box(frame.left, top, frame.right - frame.left, frame.y(row - 0.45) - top, BAND)
        colour, weight = (CITY, 700) if chosen else (INK, 400)
        sheet.text(frame.left - 6, frame.y(row), name, colour, weight=weight, at="end")
        if point.value is None and point.low is None:
            sheet.text(frame.left + 2, frame.y(row), point.instead or hidden, MUTED, size=SMALL)
    for place, name in starts.items():
        sheet.text(1, frame.y(rows[place] + _HEAD), name, MUTED, weight=700)
    frame.marks_across(marks, say, lines=True)
    return frame, levels


def _at_the_end(frame: Frame, level: float, said: str, *, chosen: bool) -> None:
    colour, weight = (CITY, 700) if chosen else (INK, 400)
    frame.sheet.text(frame.right + 3, level, said, colour, weight=weight)
