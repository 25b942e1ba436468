"""Lines over time and over months: the city with its uncertainty, the middle city, the events to remember."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from demad.reporting.charts.canvas import (
    ATTENTION,
    BAND,
    CITY,
    DASHED,
    DOTTED,
    HALF,
    MUTED,
    OTHERS,
    SMALL,
    Sheet,
    shortened,
)
from demad.reporting.charts.canvas import label as labelled
from demad.reporting.charts.frame import Frame, Limits, around, ticks, year_marks

_LONGEST = 14
_MARGIN = 0.12
"""Room above and below a small course, in parts of its height."""
_NAMES, _EVENT, _LETTER = 0.95, 0.14, 4.3
"""Inches right of the frame for names, inches of a row of events above it, points of a letter."""
_NEAR_END = 3
"""Places after the last settled value within which what is expected leaves room for the name."""
_LINES = 0.22
"""Two names at the end of lines lie so far apart, in parts of the height of the frame."""


@dataclass(frozen=True, slots=True)
class Course:
    """A line to draw. ``settled``: place of the last value that is no longer provisional."""

    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    middle: tuple[float | None, ...] = ()
    settled: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is expected at one place of a line, with the ends of two bands; None where a band is hidden."""

    place: int
    value: float
    low_80: float | None = None
    high_80: float | None = None
    low_95: float | None = None
    high_95: float | None = None


def sparkline(values: Sequence[float | None], *, least_range: float = 0.0) -> str:
    """A small course: a line with a dot at the end, a cross where a value is not shown."""
    sheet = Sheet(1.2, 0.36)
    shown = [(place, value) for place, value in enumerate(values) if value is not None]
    if not shown:
        return sheet.svg()
    low, high = _wide_enough(around(values), least_range)
    room = (high - low) * _MARGIN
    across = around([0.0, max(len(values) - 1, 1)], 0.06)
    frame = Frame(sheet, across, (low - room, high + room), left=0, right=0, top=0, bottom=0)
    sheet.line(frame.spots(range(len(values)), values), CITY, 1.6)
    for place, value in enumerate(values):
        if value is None and place > shown[0][0]:
            sheet.cross(frame.x(place), frame.bottom - 2, 3, MUTED)
    sheet.dot(frame.x(shown[-1][0]), frame.y(shown[-1][1]), 5, CITY)
    return sheet.svg()


def course(
    line: Course,
    *,
    name: str,
    middle_name: str,
    scale: float,
    unit: str,
    digits: int | None = None,
    least_range: float = 0.0,
    width: float = HALF,
    events: Sequence[tuple[str, str]] = (),
    ahead: Sequence[Ahead] = (),
) -> str:
    """A line over time with a light band for the uncertainty and the middle city beside it, both named at their end.

    ``least_range``: the vertical axis never shows less than this, so that small changes stay small.
    ``events``: (period, label) of what everybody should remember when reading the line.
    ``ahead``: what is not counted but expected, hatched from the last settled value on, in the scale of the drawing.
    """
    low, value, high, middle = (_scaled(part, scale) for part in (line.low, line.values, line.high, line.middle))
    last = len(value) if line.settled is None else line.settled + 1
    shown = [(place, one) for place, one in enumerate(value[:last]) if one is not None]
    compared = [one for one in middle[:last] if one is not None]
    up = (
        _wide_enough(around([*low, *high, *value, *compared]), least_range)
        if low
        else _from_nought([*value, *compared, *(one for each in ahead for one in (each.value, each.high_95))])
    )
    marks = _placed_events(line.periods, events, width)
    frame = _framed(len(line.periods), up, width, rows=1 + max((row for _, _, _, row in marks), default=-1))
    if shown:
        frame.marks_up(ticks(*up, whole=True), lambda tick: labelled(tick, unit))
    frame.marks_across(*year_marks(line.periods, 7))
    _mark_events(frame, marks)
    if low:
        frame.sheet.area(frame.spots(range(len(value)), low), frame.spots(range(len(value)), high), BAND)
    frame.sheet.line(frame.spots(range(len(middle[:last])), middle[:last]), OTHERS, 1.6, dash=DASHED)
    if ahead and shown:
        _expected(frame, shown, ahead)
    _settled_and_not(frame, value, last)
    at, end = _named_end(last - 1, shown[-1][1] if shown else None, ahead)
    ends = [(middle_name, middle[last - 1] if middle else None, MUTED, 400), (name, end, CITY, 700)]
    if shown:
        frame.sheet.dot(frame.x(shown[-1][0]), frame.y(shown[-1][1]), 7, CITY)
    _name_ends(frame, ends, at, unit, digits)
    return frame.sheet.svg()


def _framed(n_periods: int, up: Limits, width: float, *, rows: int) -> Frame:
    """An empty frame with room for names at its right, and above it for so many rows of events."""
    above = _EVENT * rows
    across = -0.3, max(n_periods - 0.7, 1)
    return Frame(Sheet(width, 2.03 + above), across, up, right=_NAMES, top=0.12 + above)


def _settled_and_not(frame: Frame, value: Sequence[float | None], last: int) -> None:
    """The line itself: thin and broken from the last settled value on, of which ``last`` is the number."""
    places = range(len(value))
    frame.sheet.line(frame.spots(places[last - 1 :], value[last - 1 :]), CITY, 1, dash="2 1")
    frame.sheet.line(frame.spots(places[:last], value[:last]), CITY, 2.2)


def _from_nought(values: Iterable[float | None]) -> tuple[float, float]:
    """A vertical axis from 0 to a little over the largest value, and at least to 1."""
    return 0.0, max(max((one for one in values if one is not None), default=1) * 1.08, 1)


def _named_end(at: int, end: float | None, ahead: Sequence[Ahead]) -> tuple[int, float | None]:
    """Place and value beside which the city is named: its last settled value, or the last expected one far beyond."""
    if ahead and max(one.place for one in ahead) > at + _NEAR_END:
        return max((one.place, one.value) for one in ahead)
    return at, end


def _expected(frame: Frame, shown: Sequence[tuple[int, float]], ahead: Sequence[Ahead]) -> None:
    """Two hatched bands that open from the last settled value, the inner one denser, and a dotted line in them."""
    first = min(one.place for one in ahead)
    place, value = max((one for one in shown if one[0] < first), default=shown[-1])
    after = [Ahead(place, *[value] * 5), *sorted(ahead, key=lambda one: one.place)]
    with frame.sheet.group("expected"):
        hatched(frame, [(one.place, one.low_95, one.high_95) for one in after], 4.0)
        hatched(frame, [(one.place, one.low_80, one.high_80) for one in after], 2.0)
        line = [(frame.x(one.place), frame.y(one.value)) for one in after]
        frame.sheet.line(line, CITY, 1.4, dash=DOTTED)


def hatched(frame: Frame, ends: Sequence[tuple[float, float | None, float | None]], step: float) -> None:
    """Upright strokes, ``step`` points apart, between two lines; none where one of them is hidden."""
    known = [
        (frame.x(at), frame.y(low), frame.y(high)) for at, low, high in ends if low is not None and high is not None
    ]
    for before, after in pairwise(known):
        strokes = max(int((after[0] - before[0]) / step), 1)
        for turn in range(1, strokes + 1):
            x, low, high = (one + (other - one) * turn / strokes for one, other in zip(before, after, strict=True))
            frame.sheet.line([(x, low), (x, high)], CITY, 0.5, round_ends=False)


def curve(months: Sequence[int], line: Course, *, name: str, middle_name: str, unit: str) -> str:
    """Shares at a few months since the start, each with its value and its uncertainty; the middle city as a stroke.

    No line joins them: what happens between two of these months is not in the figures.
    """
    low, value, high, middle = (_scaled(part, 100) for part in (line.low, line.values, line.high, line.middle))
    falling = (value[0] or 0) > (value[-1] or 0)
    highest = max([one for one in (*high, *value, *middle) if one is not None], default=1)
    up = 0.0, 105.0 if falling else highest * 1.2 or 1.0  # nobody came back: an axis still needs a height
    sheet = Sheet(HALF, 2.15)
    frame = Frame(sheet, (-0.6, months[-1] + 1.2), up, right=0.95, top=0.12)
    frame.marks_up(ticks(*up, whole=True), lambda tick: labelled(tick, unit))
    frame.marks_across(months, lambda month: str(round(month)))
    outermost = max if falling else min
    for at, (month, one) in enumerate(zip(months, value, strict=True)):
        beside = [given[at] for given in (low, high) if at < len(given) and at]
        if len(beside) == 2 and None not in beside:
            spots = frame.spots([month, month], beside)
            sheet.line(spots, BAND, 9, round_ends=False)
        typical = middle[at] if at and at < len(middle) else None
        if typical is not None:
            x, y = frame.x(month), frame.y(typical)
            sheet.line([(x - 10, y), (x + 10, y)], MUTED, 1.8, round_ends=False)
        if one is not None:
            sheet.dot(frame.x(month), frame.y(one), 7, CITY)
        if one is not None and 0 < at < len(months) - 1:
            near = [given[at] for given in ((high if falling else low), middle) if at < len(given)]
            edge = outermost([one, *(given for given in near if given is not None)])
            x, y = frame.x(month), frame.y(edge) + (-6 if falling else 6)
            anchor, level = ("start", "bottom") if falling else ("middle", "top")
            sheet.text(x, y, labelled(one, unit), CITY, size=10, weight=700, at=anchor, level=level)
    ends = [(middle_name, middle[-1] if middle else None, MUTED, 400), (name, value[-1], CITY, 700)]
    _name_ends(frame, ends, months[-1], unit, None)
    return sheet.svg()


def _scaled(values: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if value is None else value * scale for value in values]


def _name_ends(
    frame: Frame, ends: Sequence[tuple[str, float | None, str, int]], place: float, unit: str, digits: int | None
) -> None:
    """Name and value at the end of each line, kept a line of text apart."""
    bottom, top = frame.up
    room = (top - bottom) * _LINES
    found = sorted((value, name, colour, weight) for name, value, colour, weight in ends if value is not None)
    if len(found) == 2 and found[1][0] - found[0][0] < room:
        middle = (found[0][0] + found[1][0]) / 2
        heights = [middle - room / 2, middle + room / 2]
    else:
        heights = [value for value, *_ in found]
    if heights and heights[-1] > top - room / 2:
        heights = [height - (heights[-1] - top + room / 2) for height in heights]
    for height, (value, name, colour, weight) in zip(heights, found, strict=True):
        said = f"{shortened(name, _LONGEST)}\n{labelled(value, unit, digits=digits)}"
        frame.sheet.text(frame.x(place) + 8, frame.y(height), said, colour, size=9.5, weight=weight)


def _placed_events(
    periods: Sequence[str], events: Sequence[tuple[str, str]], width: float
) -> list[tuple[int, str, str, int]]:
    """Place, name, side of the place and row of each event: as low as it can stand without touching another name."""
    step = (width - 0.5 - _NAMES) * 72 / max(len(periods) - 0.4, 1)
    rows: list[float] = []
    placed = []
    for month, name in events:
        later = [place for place, known in enumerate(periods) if known >= month]
        if not later or later[0] == 0:
            continue
        side = "end" if later[0] > len(periods) * 0.85 else "middle"
        long = len(name) * _LETTER
        begin = max(later[0] * step - (long if side == "end" else long / 2), -0.5 * 72)
        row = next((row for row, taken in enumerate(rows) if taken <= begin), len(rows)) if name else -1
        if row == len(rows):
            rows.append(0.0)
        if name:
            rows[row] = begin + long + _LETTER
        placed.append((later[0], name, side, row))
    return placed


def _mark_events(frame: Frame, marks: Sequence[tuple[int, str, str, int]]) -> None:
    """A thin line at each event and its name above the chart."""
    for place, name, side, row in marks:
        frame.upright(place, ATTENTION, 0.9, dash=DOTTED)
        if name:
            above = frame.top - 1 - row * _EVENT * 72
            frame.sheet.text(frame.x(place), above, name, MUTED, size=SMALL, at=side, level="bottom")


def _wide_enough(limits: Limits, least: float) -> Limits:
    """Limits that never span so little that a small change looks large, and never begin below zero for it."""
    low, high = limits
    if high - low >= least:
        return limits
    begin = max(0.0, (low + high - least) / 2)
    return begin, begin + least
