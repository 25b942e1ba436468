"""Bars: amounts by name, in and out, and who the people are."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from demad.reporting.blocks import Point
from demad.reporting.charts.canvas import (
    BAND,
    CITY,
    HALF,
    INK,
    MUTED,
    OTHERS,
    WIDE,
    canvas,
    kept,
    label,
    svg,
)

_LONGEST = 27


@kept
def in_and_out(
    periods: Sequence[str], inflow: Sequence[float | None], outflow: Sequence[float | None], names: tuple[str, str]
) -> str:
    """Inflow above the line and outflow below it, per quarter; the last two with their value."""
    figure, axes = canvas(WIDE, 2.2, right=0.95)
    places = range(len(periods))
    axes.bar(places, [value or 0 for value in inflow], color=CITY, width=0.72)
    axes.bar(places, [-(value or 0) for value in outflow], color=OTHERS, width=0.72)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: label(abs(value), ""))
    firsts = [place for place in places if place == 0 or periods[place - 1][:4] != periods[place][:4]]
    axes.set_xticks(firsts, [f"\u2019{periods[place][2:4]}" for place in firsts])
    end = len(periods) - 0.3
    for values, name, colour, side in ((inflow, names[0], CITY, "bottom"), (outflow, names[1], MUTED, "top")):
        said = "" if not values or values[-1] is None else f"\n{label(values[-1], '')}"
        axes.text(end, 0, f" {name}{said}", color=colour, weight=700, va=side, fontsize=10, linespacing=1.1)
    axes.set_xlim(-0.8, len(periods) - 0.3)
    return svg(figure)


@kept
def bars(
    points: Sequence[Point], *, unit: str, hidden: str, scale: float = 1, ticks: Sequence[float | None] = ()
) -> str:
    """Horizontal bars with their value at the end; a missing one says so; ``ticks``: the middle city on each."""
    figure, axes = _rows(points)
    marked = [tick for tick in ticks if tick is not None]
    widest = max([*(point.value or 0 for point in points), *marked], default=0) * scale or 1
    for place, point in enumerate(points):
        value = (point.value or 0) * scale
        axes.barh(-place, value, color=CITY if point.emphasised else OTHERS, height=0.62)
        said = hidden if point.value is None else label(value, unit)
        weight = 700 if point.value is not None else 400
        tick = ticks[place] if place < len(ticks) else None
        beyond = max(value, (tick or 0) * scale)
        axes.text(beyond + widest * 0.025, -place, said, va="center", color=INK, weight=weight)
        axes.text(-widest * 0.03, -place, _lines(point.label), va="center", ha="right", color=INK, linespacing=0.95)
        if tick is not None:
            axes.plot([tick * scale] * 2, [-place - 0.42, -place + 0.42], color=INK, linewidth=1.6)
    axes.set_xlim(0, widest * 1.22)
    return svg(figure)


@kept
def mix(parts: Sequence[tuple[str, Sequence[float | None]]], names: Sequence[str], *, hidden: str) -> str:
    """Pairs of bars per group: the city now above, the same city earlier below it.

    ``parts``: a group and its share in each of the series; ``names``: of the series, the first is the city's own.
    """
    height = 0.33 * len(parts) + 0.4
    figure, axes = canvas(HALF, height, left=1.35, right=0.45, top=0.28, bottom=0.04)
    axes.set_axis_off()
    widest = max((value or 0 for _, values in parts for value in values), default=0) * 100 or 1
    colours = ((CITY, CITY, 700), (BAND, MUTED, 400))
    for place, (group, values) in enumerate(parts):
        axes.text(-widest * 0.03, -place, group, va="center", ha="right", color=INK)
        for turn, (value, (fill, ink, weight)) in enumerate(zip(values, colours, strict=False)):
            level = -place + 0.19 - 0.38 * turn
            share = (value or 0) * 100
            edge, width = (OTHERS, 0.8) if turn else ("none", 0)
            axes.barh(level, share, color=fill, height=0.34, edgecolor=edge, linewidth=width)
            said = hidden if value is None else label(round(share), "%")
            axes.text(share + widest * 0.02, level, said, va="center", fontsize=8.5, color=ink, weight=weight)
    for turn, (name, (_, ink, weight)) in enumerate(zip(names, colours, strict=False)):
        axes.text(0.62 * turn, 1.0, name, transform=axes.transAxes, va="bottom", fontsize=9, color=ink, weight=weight)
    axes.set_xlim(0, widest * 1.1)
    axes.set_ylim(-len(parts) + 0.4, 0.6)
    return svg(figure)


def _lines(label: str) -> str:
    """A long name on two lines."""
    return textwrap.fill(label, _LONGEST)


def _rows(points: Sequence[Point]) -> tuple[Figure, Axes]:
    longest = max((len(line) for point in points for line in _lines(point.label).split("\n")), default=0)
    left = min(0.55, (0.12 + longest * 0.063) / HALF)
    figure = Figure(figsize=(HALF, 0.24 * len(points) + 0.1))
    axes = figure.add_axes((left, 0.0, 1 - left, 1.0))
    axes.set_axis_off()
    axes.set_ylim(-len(points) + 0.4, 0.6)
    return figure, axes
