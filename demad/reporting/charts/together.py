"""All cities in one drawing: lines over time, small charts on one scale, before and after a date.

The group of each city has an id (``stad-<slug>``, its name ``naam-<slug>``), so that a page can bring one forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demad.reporting.charts.canvas import (
    ATTENTION,
    CITY,
    DASHED,
    DOTTED,
    GRID,
    HALF,
    INK,
    MUTED,
    OTHERS,
    Sheet,
    label,
    shortened,
)
from demad.reporting.charts.frame import Frame, Limits, around, ticks, year_marks

_LONGEST = 12
_COLUMNS = 3
_YEARS = 6
_LETTERS = 10
"""Size of the names, in points."""


@dataclass(frozen=True, slots=True)
class CityLine:
    """A city over the periods of a chart; None where nothing is shown."""

    slug: str
    name: str
    values: tuple[float | None, ...]


def together(
    periods: Sequence[str],
    lines: Sequence[CityLine],
    middle: Sequence[float | None],
    middle_name: str,
    *,
    scale: float,
    unit: str,
    digits: int | None = None,
) -> str:
    """A line a city, and the median of all dashed; the page brings one city forward."""
    up = _limits([value for line in lines for value in (*line.values, *middle)], scale)
    end = len(periods) - 1
    sheet = Sheet(HALF, 2.7)
    frame = Frame(sheet, (-0.3, end + 0.3), up, right=1.3, top=0.15)
    frame.marks_up(ticks(*up, whole=unit == "%"), lambda tick: label(tick, unit))
    frame.marks_across(*year_marks(periods, _YEARS))
    places = range(len(periods))
    for line in lines:
        with sheet.group(f"stad-{line.slug}"):
            sheet.line(frame.spots(places, _scaled(line.values, scale)), OTHERS, 1.3)
    sheet.line(frame.spots(places, _scaled(middle, scale)), INK, 1.8, dash=DASHED)
    for line in lines:
        last = _last(line.values)
        if last is not None:
            place, value = last[0], last[1] * scale
            said = f"{shortened(line.name, _LONGEST)} {label(value, unit, digits=digits)}"
            with sheet.group(f"naam-{line.slug}"):
                sheet.text(frame.x(place) + 6, frame.y(value), said, CITY, size=_LETTERS, weight=700)
    found = _last(middle)
    if found is not None:
        low, high = up
        level = min(max(found[1] * scale, low + (high - low) * 0.06), high)
        sheet.text(frame.x(end) + 6, frame.y(level) + 13, middle_name, MUTED, size=_LETTERS)
    return sheet.svg()


def multiples(
    periods: Sequence[str],
    lines: Sequence[CityLine],
    *,
    scale: float,
    unit: str,
    one_scale: bool,
    digits: int | None = None,
    hidden: str = "",
) -> str:
    """A small chart a city, aligned; ``one_scale``: with the same axis, else each from zero to its own highest."""
    rows = -(-len(lines) // _COLUMNS)
    width, height = HALF / _COLUMNS, 1.05
    sheet = Sheet(HALF, height * rows)
    known = [value * scale for line in lines for value in line.values if value is not None]
    shared = (min(known), max(known)) if known else (0.0, 1.0)
    for place, line in enumerate(lines):
        column, row = place % _COLUMNS, place // _COLUMNS
        own = [value * scale for value in line.values if value is not None]
        up = around(shared if one_scale else (0.0, max(own, default=1.0)), 0.08)
        frame = Frame(
            sheet, (-0.5, len(periods) - 0.5), up,
            left=column * width + 0.06, right=HALF - (column + 1) * width + 0.06,
            top=row * height + 0.32, bottom=(rows - row - 1) * height + 0.1,
        )  # fmt: skip
        frame.level(up[0], GRID, 1)
        sheet.line(frame.spots(range(len(periods)), _scaled(line.values, scale)), CITY, 1.8)
        last = _last(line.values)
        if last is not None:
            sheet.dot(frame.x(last[0]), frame.y(last[1] * scale), 5, CITY)
        said = label(last[1] * scale, unit, digits=digits) if last else hidden
        above = frame.top - 2
        sheet.text(frame.left, above, shortened(line.name, _LONGEST), level="bottom")
        sheet.text(frame.right, above, said, CITY, weight=700, at="end", level="bottom")
    return sheet.svg()


def slopes(
    lines: Sequence[CityLine], names: tuple[str, str], event: str, *, scale: float, unit: str, digits: int | None = None
) -> str:
    """Before and after a date, a line a city; the page brings one city forward.

    ``lines``: two values each. ``names``: of the two periods. ``event``: what lies between them.
    """
    up = _limits([value for line in lines for value in line.values], scale)
    sheet = Sheet(HALF, 2.7)
    frame = Frame(sheet, (-0.02, 1.02), up, left=1.2, right=1.25, top=0.5, bottom=0.1)
    above = frame.top - 4
    for place, side in ((0, "end"), (1, "start")):
        frame.upright(place, GRID, 1.2)
        said = "\n".join(names[place].rsplit(maxsplit=1))
        sheet.text(frame.x(place), above, said, size=_LETTERS, at=side, level="bottom")
    frame.upright(0.5, ATTENTION, 1, dash=DOTTED)
    sheet.text(frame.x(0.5), above, event.split(",", maxsplit=1)[0], MUTED, at="middle", level="bottom")
    for line in lines:
        spots = frame.spots([0, 1], _scaled(line.values, scale))
        with sheet.group(f"stad-{line.slug}"):
            sheet.line(spots, OTHERS, 1.4)
            for x, y in spots:
                if y is not None:
                    sheet.dot(x, y, 5, OTHERS)
    for line in lines:
        for place, value in enumerate(line.values if None not in line.values else ()):
            said = f"{shortened(line.name, _LONGEST)} {label((value or 0) * scale, unit, digits=digits)}"
            with sheet.group(f"naam-{line.slug}-{place}"):
                _beside(frame, place, (value or 0) * scale, said, CITY, 700)
    ends = [line.values for line in lines if None not in line.values]
    for place in (0, 1):
        at = [pair[place] or 0.0 for pair in ends]
        for turn, value in enumerate(sorted({min(at), max(at)}) if at else ()):
            with sheet.group(f"rand-{place}-{turn}"):
                _beside(frame, place, value * scale, label(value * scale, unit, digits=digits), MUTED, 400)
    return sheet.svg()


def _beside(frame: Frame, place: int, value: float, said: str, colour: str, weight: int) -> None:
    x, at = (frame.x(place) - 8, "end") if place == 0 else (frame.x(place) + 8, "start")
    frame.sheet.text(x, frame.y(value), said, colour, size=_LETTERS, weight=weight, at=at)


def _scaled(values: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if value is None else value * scale for value in values]


def _last(values: Sequence[float | None]) -> tuple[int, float] | None:
    found = [(place, value) for place, value in enumerate(values) if value is not None]
    return found[-1] if found else None


def _limits(values: Sequence[float | None], scale: float) -> Limits:
    """Every line within the frame, the median too; never below zero for the sake of room."""
    known = [value * scale for value in values if value is not None]
    low, high = around(known, 0.06)
    return (max(low, 0.0), high) if min(known, default=0.0) >= 0 else (low, high)
