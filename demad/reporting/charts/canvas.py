"""Paper and ink of every chart: a sheet measured in points, drawn on from back to front, as SVG text.

Written by hand and not by matplotlib: axes, ticks and measured text of that library cost two thirds of a report, and
half of the bytes it writes is seen by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from demad.reporting.fonts import FAMILY
from demad.reporting.words import number

INK, MUTED, CITY, ATTENTION = "var(--ink)", "var(--muted)", "var(--city)", "var(--attention)"
OTHERS, BAND, GRID, PAPER = "var(--others)", "var(--band)", "var(--grid)", "var(--paper)"
SOFT = "var(--soft)"
"""Variables of the page, so that a chart follows it into the dark."""

HALF, WIDE = 3.5, 8.7
"""Inches. A phone of 390 pixels draws HALF at 1.42 times its size: its smallest text, 8.5 points, is 12 pixels."""
SMALL, USUAL = 8.5, 9.0
"""Points: marks of an axis, and other text."""
DASHED, DOTTED = "6 3", "1 2"
_INCH = 72
_RISE, _DROP, _CENTRE = 0.71, 0.2, 0.29
"""Letters above and below the line they stand on, and from their middle to it, in parts of their size."""
_LINE = 1.1

Spot = tuple[float, float | None]
"""A place on the sheet in points; None where there is nothing to draw."""


class Sheet:
    """A drawing of so many inches. The origin is its upper left corner; what is drawn later lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width * _INCH, height * _INCH
        self._parts: list[str] = []

    def line(
        self, spots: Sequence[Spot], colour: str, width: float, *, dash: str = "", round_ends: bool = True
    ) -> None:
        """A line through the places, broken where one is missing; a place without neighbours is a dot."""
        path = _path(spots)
        if path:
            ends = ' stroke-linecap="round"' if round_ends and not dash else ""
            stroke = f'fill="none" stroke="{colour}" stroke-width="{_short(width)}"{ends}'
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            self._parts.append(f'<path d="{path}" {stroke}{dashes}/>')

    def area(self, low: Sequence[Spot], high: Sequence[Spot], fill: str) -> None:
        """What lies between two lines over the same places, without the places where one of them is missing."""
        for begin, end in _runs(
            [one is not None and other is not None for (_, one), (_, other) in zip(low, high, strict=True)]
        ):
            around = [*low[begin:end], *reversed(high[begin:end])]
            self._parts.append(f'<path d="{_path(around)}z" fill="{fill}"/>')

    def box(
        self, left: float, top: float, width: float, height: float, fill: str, *, edge: str = "", line: float = 0.6
    ) -> None:
        """A rectangle, with an edge of ``line`` points if it has a colour."""
        around = f' stroke="{edge}" stroke-width="{_short(line)}"' if edge else ""
        x, y, w, h = (_short(part) for part in (left, top, width, height))
        self._parts.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"{around}/>')

    def dot(self, x: float, y: float, size: float, fill: str, *, edge: str = "", line: float = 1.0) -> None:
        """A dot of ``size`` points across."""
        around = f' stroke="{edge}" stroke-width="{_short(line)}"' if edge else ""
        self._parts.append(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{_short(size / 2)}" fill="{fill}"{around}/>')

    def shape(self, corners: Sequence[Spot], fill: str, *, edge: str, line: float) -> None:
        """What lies between these corners."""
        self._parts.append(f'<path d="{_path(corners)}z" fill="{fill}" stroke="{edge}" stroke-width="{_short(line)}"/>')

    def cross(self, x: float, y: float, size: float, colour: str) -> None:
        """A cross where something is not shown."""
        half = size / 2
        for sign in (1, -1):
            self.line([(x - half, y - sign * half), (x + half, y + sign * half)], colour, 1, round_ends=False)

    def text(
        self,
        x: float,
        y: float,
        said: str,
        colour: str = INK,
        *,
        size: float = USUAL,
        weight: int = 400,
        at: str = "start",
        level: str = "middle",
    ) -> None:
        """Lines of text. ``at``: start, middle or end of each line at ``x``; ``level``: what of them lies at ``y``."""
        lines = said.split("\n")
        more = (len(lines) - 1) * size * _LINE
        first = {"middle": _CENTRE * size - more / 2, "top": _RISE * size, "bottom": -_DROP * size - more}[level]
        look = f'font-size="{_short(size)}" fill="{colour}"'
        look += f' font-weight="{weight}"' if weight != 400 else ""
        look += f' text-anchor="{at}"' if at != "start" else ""
        for turn, one in enumerate(lines):
            place = f'x="{_short(x)}" y="{_short(y + first + turn * size * _LINE)}"'
            self._parts.append(f"<text {place} {look}>{escape(one)}</text>")

    def group(self, name: str) -> _Group:
        """What is drawn within ``with`` has this name, so that a page or a test can find it."""
        return _Group(self._parts, name)

    def svg(self) -> str:
        """The drawing as SVG text; no date, no random id."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" aria-hidden="true" focusable="false" '
            f'viewBox="0 0 {_short(self.width)} {_short(self.height)}" font-family="{FAMILY}" stroke-linejoin="round">'
        )
        return head + "".join(self._parts) + "</svg>"


class _Group:
    def __init__(self, parts: list[str], name: str) -> None:
        self._parts, self._name = parts, name

    def __enter__(self) -> None:
        self._parts.append(f'<g id="{self._name}">')

    def __exit__(self, *_: object) -> None:
        self._parts.append("</g>")


def _path(spots: Sequence[Spot]) -> str:
    parts = []
    for begin, end in _runs([y is not None for _, y in spots]):
        run = [f"{_short(x)} {_short(y)}" for x, y in spots[begin:end] if y is not None]
        parts.append(f"M{run[0]}" + (f"L{' '.join(run[1:])}" if run[1:] else "h0"))
    return "".join(parts)


def _runs(there: Sequence[bool]) -> list[tuple[int, int]]:
    """Begin and end of each row of places that are there."""
    edges = [
        place
        for place in range(len(there) + 1)
        if (place > 0 and there[place - 1]) != (place < len(there) and there[place])
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _short(value: float) -> str:
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def label(value: float, unit: str, *, digits: int | None = None) -> str:
    """A value as it stands on a chart."""
    if digits is not None:
        return number(value, digits) + unit
    whole = unit == "%" or abs(value) >= 20 or abs(value - round(value)) < 1e-6
    return number(value, 0 if whole else 1) + unit


def shortened(name: str, most: int) -> str:
    """A name that fits: cut with three dots where it is longer."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def with_own_ids(drawing: str, prefix: str) -> str:
    """The same chart with its ids prefixed, so that several fit on one page."""
    return re.sub(r'id="([^"]+)"', rf'id="{prefix}-\1"', drawing)
