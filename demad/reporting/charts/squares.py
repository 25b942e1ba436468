"""A hundred squares: how many of a hundred people, one look for each part."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from demad.reporting.charts.canvas import BAND, CITY, GRID, HALF, INK, OTHERS, PAPER, bare, kept, svg

_LOOKS = (
    (CITY, CITY),
    (BAND, CITY),
    (OTHERS, OTHERS),
    (GRID, OTHERS),
    (PAPER, OTHERS),
    (PAPER, INK),
)
_HIGH, _UNIT = 2.35, 0.172
"""Inches: the height of the drawing, and the side of a square with its margin."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a hundred, in a few words."""

    count: int
    label: str


@kept
def squares(parts: Sequence[Part]) -> str:
    """A square of ten by ten, filled part by part, each part named beside it."""
    figure, axes = bare(HALF, _HIGH)
    looks = [look for part, look in zip(parts, _LOOKS, strict=False) for _ in range(part.count)]
    for place, (fill, edge) in enumerate(looks[:100]):
        corner = (place % 10, 9 - place // 10)
        axes.add_patch(Rectangle(corner, 0.84, 0.84, facecolor=fill, edgecolor=edge, linewidth=0.9))
    rows = _HIGH / _UNIT
    top, step = 9.1, min(rows / max(len(parts), 1), 2.6)
    for turn, (part, (fill, edge)) in enumerate(zip(parts, _LOOKS, strict=False)):
        level = top - turn * step
        axes.add_patch(Rectangle((10.7, level - 0.62), 0.84, 0.84, facecolor=fill, edgecolor=edge, linewidth=0.9))
        axes.text(11.9, level - 0.2, str(part.count), fontsize=13, weight=700, color=INK, va="center")
        axes.text(
            13.5, level - 0.2, textwrap.fill(part.label, 21), fontsize=8.5, color=INK, va="center", linespacing=1.1
        )
    axes.set_xlim(-0.1, HALF / _UNIT - 0.1)
    axes.set_ylim(9.95 - rows, 9.95)
    return svg(figure)
