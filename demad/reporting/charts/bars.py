"""Bars: amounts by name, inflow in layers against outflow, and who the people are."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from demad.reporting.blocks import Point
from demad.reporting.charts.canvas import (
    ATTENTION,
    BAND,
    CITY,
    GRID,
    HALF,
    INK,
    MUTED,
    OTHERS,
    canvas,
    gaps,
    kept,
    label,
    svg,
)

_LONGEST = 27


@kept
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

    ``layers``: name and value per period, from below; None adds nothing. ``rest``: what is left on top of them, named
    without its value. ``events``: (month, label); those of the
    years of the last eight periods are drawn.
    """
    figure, axes = canvas(HALF, 2.85, left=0.5, right=1.42, top=0.3)
    places = range(len(periods))
    floor = [0.0] * len(periods)
    names = []
    for (name, values), (fill, edge) in zip((*layers, rest), _LAYERS, strict=False):
        heights = [value or 0 for value in values]
        axes.bar(places, heights, bottom=floor, color=fill, edgecolor=edge, linewidth=0.6, width=0.8)
        names.append(
            (
                floor[-1] + heights[-1] / 2,
                name,
                "" if values[-1] is None or name == rest[0] else label(heights[-1], ""),
                fill,
            )
        )
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    axes.step(places, gaps(line), where="mid", color=INK, linewidth=2)
    top = max([*floor, *(value for value in line if value is not None)], default=0) * 1.06 or 1
    axes.set_ylim(0, top)
    if line[-1] is not None:
        names.append((line[-1], line_name, label(line[-1], ""), INK))
    _name_layers(axes, names, len(periods) - 0.35, top)
    _mark_quarters(axes, periods, events)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: label(value, ""))
    firsts = [place for place in places if place == 0 or periods[place - 1][:4] != periods[place][:4]]
    firsts = [first for first in firsts if first or len(firsts) == 1 or firsts[1] > _APART]
    axes.set_xticks(firsts, [f"\u2019{periods[place][2:4]}" for place in firsts])
    axes.set_xlim(-0.8, len(periods) - 0.4)
    axes.tick_params(labelsize=_PHONE)
    return svg(figure)


_LAYERS = ((CITY, CITY), (BAND, CITY), (OTHERS, OTHERS), (GRID, OTHERS))


def _name_layers(axes: Axes, names: list[tuple[float, str, str, str]], place: float, top: float) -> None:
    """Name and last value of each layer beside it with its colour, two lines of text apart."""
    room, heights = top * 0.19, []
    for height, *_ in sorted(names):
        heights.append(max(height, heights[-1] + room if heights else room / 2))
    over = max(heights[-1] - (top - room / 2), 0) if heights else 0
    for height, (_, name, said, colour) in zip(heights, sorted(names), strict=True):
        level = height - over
        axes.plot([place], [level], "s", color=colour, markersize=6, clip_on=False, markeredgecolor=OTHERS)
        weight = 700 if colour in (CITY, INK) else 400
        text = f"{name}\n{said}" if said else name
        axes.annotate(
            text, (place, level), xytext=(7, 0), textcoords="offset points", color=INK, weight=weight, fontsize=_PHONE,
            va="center", linespacing=1.05, annotation_clip=False,
        )  # fmt: skip


def _mark_quarters(axes: Axes, periods: Sequence[str], events: Sequence[tuple[str, str]]) -> None:
    """A thin line at the beginning of the quarter of each event of the last eight; one label for those of a year."""
    recent = periods[-_RECENT:]
    for month, said in events:
        quarter = f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"
        if quarter not in recent:
            continue
        place = periods.index(quarter) - 0.5 + ((int(month[5:]) - 1) % 3) / 3
        axes.axvline(place, color=ATTENTION, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
        if said:
            axes.text(
                place, 1.02, said, transform=axes.get_xaxis_transform(), ha="right", color=MUTED, fontsize=_PHONE,
            )  # fmt: skip


_RECENT, _APART = 8, 2
_PHONE = 10.3
"""Points that are twelve pixels where a chart of half a page fills a phone."""


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
