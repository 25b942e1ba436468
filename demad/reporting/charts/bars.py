"""Bars: amounts by name, inflow in layers against outflow, and who the people are."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from demad.reporting.blocks import Point
from demad.reporting.charts.canvas import (
    ATTENTION,
    BAND,
    CITY,
    DOTTED,
    GRID,
    HALF,
    INK,
    MUTED,
    OTHERS,
    PAPER,
    SMALL,
    SOFT,
    Sheet,
    Spot,
    label,
)
from demad.reporting.charts.frame import Frame, ticks, year_marks

_LONGEST = 27
_ROOM, _WORDS = 0.09, 0.25
"""Parts of a bar in which a share, and in which a few words fit."""
_LAYERS = ((CITY, CITY), (BAND, CITY), (OTHERS, OTHERS), (GRID, OTHERS), (SOFT, OTHERS))
_RECENT, _APART = 8, 3
_PHONE = 10.3
"""Points that are twelve pixels where a chart of half a page fills a phone."""


def stacked(
    periods: Sequence[str],
    layers: Sequence[tuple[str, Sequence[float | None]]],
    rest: tuple[str, Sequence[float | None]],
    line: Sequence[float | None],
    line_name: str,
    *,
    events: Sequence[tuple[str, str]] = (),
) -> str:
    """Bars in layers and a stepped line over them, all named at their end; dates of events as thin lines.

    ``layers``: name and value per period, from below; None adds nothing, and a layer of nobody has no name.
    ``rest``: what is left on top of them, named without its value. ``events``: (month, label); those of the years of
    the last eight periods are drawn.
    """
    totals = [sum(values[place] or 0 for _, values in (*layers, rest)) for place in range(len(periods))]
    top = max([*totals, *(value for value in line if value is not None)], default=0) * 1.06 or 1
    sheet = Sheet(HALF, 2.85)
    frame = Frame(sheet, (-0.8, len(periods) - 0.4), (0.0, top), right=1.42, top=0.3)
    frame.marks_up(ticks(0, top, whole=True), lambda value: label(value, ""), size=_PHONE)
    _mark_quarters(frame, periods, events)
    floor = [0.0] * len(periods)
    names = []
    for (name, values), (fill, edge) in zip((*layers, rest), _LAYERS, strict=False):
        for place, value in enumerate(values):
            if value:
                _bar(frame, place, floor[place], value, fill, edge)
        newest = values[-1] or 0
        if not any(values):
            continue
        said = "" if values[-1] is None or name == rest[0] else label(newest, "")
        names.append((floor[-1] + newest / 2, name, said, fill))
        floor = [low + (value or 0) for low, value in zip(floor, values, strict=True)]
    sheet.line(_steps(frame, line), INK, 2, round_ends=False)
    if line[-1] is not None:
        names.append((line[-1], line_name, label(line[-1], ""), INK))
    _name_layers(frame, names, len(periods) - 0.35)
    frame.marks_across(*year_marks(periods, len(periods), apart=_APART), size=_PHONE)
    return sheet.svg()


def _bar(frame: Frame, place: int, floor: float, value: float, fill: str, edge: str) -> None:
    left, right, top, bottom = frame.x(place - 0.4), frame.x(place + 0.4), frame.y(floor + value), frame.y(floor)
    frame.sheet.box(left, top, right - left, bottom - top, fill, edge=edge)


def _steps(frame: Frame, values: Sequence[float | None]) -> list[Spot]:
    """A level from half a place before each value to half a place after it."""
    return [
        spot
        for place, value in enumerate(values)
        for spot in frame.spots(
            [place - 0.5 if place else 0, place + 0.5 if place + 1 < len(values) else place], [value] * 2
        )
    ]


def _name_layers(frame: Frame, names: list[tuple[float, str, str, str]], place: float) -> None:
    """Name and last value of each layer beside it with its colour, two lines of text apart."""
    top = frame.up[1]
    room, heights = top * 0.19, []
    for height, *_ in sorted(names):
        heights.append(max(height, heights[-1] + room if heights else room / 2))
    over = max(heights[-1] - (top - room / 2), 0) if heights else 0
    for height, (_, name, said, colour) in zip(heights, sorted(names), strict=True):
        x, y = frame.x(place), frame.y(height - over)
        frame.sheet.box(x - 3, y - 3, 6, 6, colour, edge=OTHERS, line=1)
        text = f"{name}\n{said}" if said else name
        frame.sheet.text(x + 7, y, text, size=_PHONE, weight=700 if colour in (CITY, INK) else 400)


def _mark_quarters(frame: Frame, periods: Sequence[str], events: Sequence[tuple[str, str]]) -> None:
    """A thin line at the beginning of the quarter of each event of the last eight; one label for those of a year."""
    recent = periods[-_RECENT:]
    for month, said in events:
        quarter = f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"
        if quarter not in recent:
            continue
        place = periods.index(quarter) - 0.5 + ((int(month[5:]) - 1) % 3) / 3
        frame.upright(place, ATTENTION, 1, dash=DOTTED)
        if said:
            frame.sheet.text(frame.x(place), frame.top - 3, said, MUTED, size=_PHONE, at="end", level="bottom")


def bars(
    points: Sequence[Point], *, unit: str, hidden: str, scale: float = 1, ticks: Sequence[float | None] = ()
) -> str:
    """Horizontal bars with their value at the end; a missing one says so; ``ticks``: the middle city on each."""
    marked = [tick for tick in ticks if tick is not None]
    widest = max([*(point.value or 0 for point in points), *marked], default=0) * scale or 1
    longest = max((len(line) for point in points for line in _lines(point.label).split("\n")), default=0)
    left = min(0.55 * HALF, 0.12 + longest * 0.063)
    sheet = Sheet(HALF, 0.24 * len(points) + 0.1)
    up = -len(points) + 0.4, 0.6
    frame = Frame(sheet, (0, widest * 1.22), up, left=left, right=0, top=0, bottom=0)
    for place, point in enumerate(points):
        value, y = (point.value or 0) * scale, frame.y(-place)
        _lying(frame, -place, value, 0.62, CITY if point.emphasised else OTHERS)
        said = (point.instead or hidden) if point.value is None else label(value, unit)
        weight = 700 if point.value is not None else 400
        tick = ticks[place] if place < len(ticks) else None
        beyond = max(value, (tick or 0) * scale)
        sheet.text(frame.x(beyond) + 4, y, said, weight=weight)
        sheet.text(frame.left - 5, y, _lines(point.label), at="end")
        if tick is not None:
            at = frame.x(tick * scale)
            sheet.line([(at, frame.y(-place - 0.42)), (at, frame.y(-place + 0.42))], INK, 1.6, round_ends=False)
    return sheet.svg()


def mix(parts: Sequence[tuple[str, Sequence[float | None]]], names: Sequence[str], *, hidden: str) -> str:
    """Pairs of bars per group: the city now above, the same city earlier below it.

    ``parts``: a group and its share in each of the series; ``names``: of the series, the first is the city's own.
    """
    sheet = Sheet(HALF, 0.33 * len(parts) + 0.4)
    widest = max((value or 0 for _, values in parts for value in values), default=0) * 100 or 1
    up = -len(parts) + 0.4, 0.6
    frame = Frame(sheet, (0, widest * 1.1), up, left=1.35, right=0.45, top=0.28, bottom=0.04)
    colours = ((CITY, "", CITY, 700), (BAND, OTHERS, MUTED, 400))
    for place, (group, values) in enumerate(parts):
        sheet.text(frame.left - 4, frame.y(-place), group, at="end")
        for turn, (value, (fill, edge, ink, weight)) in enumerate(zip(values, colours, strict=False)):
            level, share = -place + 0.19 - 0.38 * turn, (value or 0) * 100
            _lying(frame, level, share, 0.34, fill, edge)
            said = hidden if value is None else label(round(share), "%")
            sheet.text(frame.x(share) + 3, frame.y(level), said, ink, size=SMALL, weight=weight)
    for turn, (name, (_, _, ink, weight)) in enumerate(zip(names, colours, strict=False)):
        across = frame.left + 0.62 * turn * (frame.right - frame.left)
        sheet.text(across, frame.top - 2, name, ink, weight=weight, level="bottom")
    return sheet.svg()


Parts = tuple[str, Sequence[float | None], str, bool]


def parted(rows: Sequence[Parts], names: Sequence[str]) -> str:
    """Bars of a hundred per cent, one a row, in parts; what is not there is white or dark, with words in it.

    ``rows``: name, shares (0 to 1; None is not there, none at all for a row that is not there), what is said in the
    place of what is not there, and whether that is dark. ``names``: of the parts, five at most, in their order.
    """
    top = 0.5 + 0.21 * max((len(names) - 3) // 2, 0)
    sheet = Sheet(HALF, 0.2 * len(rows) + top + 0.06)
    frame = Frame(sheet, (0, 100), (-len(rows) + 0.4, 0.6), left=0.92, right=0.06, top=top, bottom=0.06)
    for turn, (name, (fill, edge)) in enumerate(zip(names, _LAYERS, strict=False)):
        across, up = (frame.left - 60) + (turn % 2) * 118, 9 + turn // 2 * 15
        sheet.box(across, up - 4, 8, 8, fill, edge=edge)
        sheet.text(across + 13, up, name, size=SMALL)
    for place, (name, shares, said, dark) in enumerate(rows):
        sheet.text(frame.left - 4, frame.y(-place), name, size=SMALL, at="end")
        at = 0.0
        for (fill, edge), share in zip(_LAYERS, shares, strict=False):
            if share:
                ink = PAPER if fill == CITY else INK
                _part(frame, -place, (at, at + share), (fill, edge), (label(round(share * 100), "%"), ink))
            at += share or 0
        if said:
            _part(frame, -place, (at, 1.0), (GRID if dark else PAPER, OTHERS), (said, INK), least=_WORDS)
    return sheet.svg()


def _part(
    frame: Frame,
    level: float,
    ends: tuple[float, float],
    look: tuple[str, str],
    said: tuple[str, str],
    *,
    least: float = _ROOM,
) -> None:
    """A part of a bar between two shares, with what is said in it where that fits."""
    (left, right), top = (frame.x(end * 100) for end in ends), frame.y(level + 0.4)
    fill, edge = look
    frame.sheet.box(left, top, max(right - left, 0), frame.y(level - 0.4) - top, fill, edge=edge)
    if ends[1] - ends[0] >= least:
        text, ink = said
        frame.sheet.text((left + right) / 2, frame.y(level), text, ink, size=SMALL, at="middle")


def _lying(frame: Frame, level: float, value: float, height: float, fill: str, edge: str = "") -> None:
    """A bar from the left; nothing where there is no value."""
    if value:
        top, left = frame.y(level + height / 2), frame.x(0)
        frame.sheet.box(left, top, frame.x(value) - left, frame.y(level - height / 2) - top, fill, edge=edge, line=0.8)


def _lines(label: str) -> str:
    """A long name on two lines."""
    return textwrap.fill(label, _LONGEST)
