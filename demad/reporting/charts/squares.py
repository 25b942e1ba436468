"""A hundred squares: how many of a hundred people, one look for each part."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from demad.reporting.charts.canvas import BAND, CITY, GRID, HALF, INK, OTHERS, PAPER, SMALL, Sheet

_LOOKS = (
    (CITY, CITY),
    (BAND, CITY),
    (OTHERS, OTHERS),
    (GRID, OTHERS),
    (PAPER, OTHERS),
    (PAPER, INK),
)
_HIGH, _UNIT, _SIDE = 2.35, 12.4, 10.4
"""The height of the drawing in inches; points of a square with its margin, and without."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a hundred, in a few words."""

    count: int
    label: str


def squares(parts: Sequence[Part]) -> str:
    """A square of ten by ten, filled part by part, each part named beside it."""
    sheet = Sheet(HALF, _HIGH)
    looks = [look for part, look in zip(parts, _LOOKS, strict=False) for _ in range(part.count)]
    for place, (fill, edge) in enumerate(looks[:100]):
        _square(sheet, place % 10, place // 10, fill, edge)
    rows = sheet.height / _UNIT
    step = min(rows / max(len(parts), 1), 2.6)
    for turn, (part, (fill, edge)) in enumerate(zip(parts, _LOOKS, strict=False)):
        row = 0.63 + turn * step
        _square(sheet, 10.8, row, fill, edge)
        level = (row + 0.46) * _UNIT
        sheet.text(12.0 * _UNIT, level, str(part.count), size=13, weight=700)
        sheet.text(13.6 * _UNIT, level, textwrap.fill(part.label, 21), size=SMALL)
    return sheet.svg()


def _square(sheet: Sheet, column: float, row: float, fill: str, edge: str) -> None:
    sheet.box(column * _UNIT + 1, row * _UNIT + 1, _SIDE, _SIDE, fill, edge=edge, line=0.9)
