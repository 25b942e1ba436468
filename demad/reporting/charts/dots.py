"""Dots with their uncertainty: cities beside each other, groups, places, the funnel, then and now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

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
    WIDE,
    bare,
    canvas,
    kept,
    label,
    shortened,
    svg,
)
from demad.reporting.words import number

_ROW = 0.195
_LONGEST = 28
_SHORT = 14


@dataclass(frozen=True, slots=True)
class Limits:
    """Where chance keeps a city, at each expected count."""

    expected: tuple[float, ...]
    low_95: tuple[float, ...]
    high_95: tuple[float, ...]
    low_998: tuple[float, ...]
    high_998: tuple[float, ...]


@kept
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
    figure, axes = bare(2.1, 0.36)
    if middle:
        low, median, high = middle
        axes.axvspan(low, high, ymin=0.12, ymax=0.88, color=BAND, linewidth=0)
        axes.plot([median, median], [-0.6, 0.6], color=MUTED, linewidth=1.4)
    others = [point.value for point in points if point.value is not None and not point.emphasised]
    axes.plot(others, [0] * len(others), "o", color=OTHERS, markersize=3.6, markeredgewidth=0)
    similar = [point.value for point in points if point.value is not None and point.label in alike]
    axes.plot(similar, [0] * len(similar), "s", color=INK, markersize=4.4, markeredgewidth=0)
    for point in points:
        if point.emphasised and point.value is not None:
            if point.low is not None and point.high is not None:
                axes.plot([point.low, point.high], [0, 0], color=CITY, linewidth=2.6, solid_capstyle="round")
            inside = PAPER if open_dot else CITY
            axes.plot([point.value], [0], "o", color=CITY, markersize=7, markerfacecolor=inside, markeredgewidth=1.6)
    axes.set_ylim(-1, 1)
    axes.margins(x=0.06)
    return svg(figure)


@kept
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
    figure, axes, levels = _rows(points, hidden, blocks=blocks)
    _frame(axes, [end for point in points for end in (point.low, point.value, point.high)], middle, scale)
    if middle is not None:
        axes.axvline(middle * scale, color=MUTED, linewidth=1.2)
        left, right = axes.get_xlim()
        along = (middle * scale - left) / (right - left)
        side = "left" if along < _NEAR_EDGE else "right" if along > 1 - _NEAR_EDGE else "center"
        axes.text(
            middle * scale, 1.0, f"{middle_name} {label(middle * scale, unit, digits=digits)}", fontsize=9, color=MUTED,
            transform=axes.get_xaxis_transform(), va="bottom", ha=side,
        )  # fmt: skip
    for level, point in zip(levels, points, strict=True):
        colour = CITY if point.emphasised else OTHERS
        if point.low is not None and point.high is not None:
            ends = [point.low * scale, point.high * scale]
            axes.plot(ends, [level, level], color=colour, linewidth=2.4, zorder=3, alpha=1)
        if point.value is not None:
            dot = point.value * scale
            axes.plot([dot], [level], "o", color=colour, markersize=6, zorder=4, markeredgecolor=PAPER)
            _at_the_end(axes, level, label(dot, unit, digits=digits), chosen=point.emphasised)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=digits is None))
    axes.xaxis.set_major_formatter(lambda tick, _: label(tick, unit, digits=None if _whole(tick) else 1))
    return svg(figure)


def _whole(tick: float) -> bool:
    """Whether a mark of an axis is a whole number; where all dots lie within a few per cent it may not be."""
    return abs(tick - round(tick)) < _ROUNDING


_ROUNDING = 1e-6
_NEAR_EDGE = 0.25


def _frame(axes: Axes, ends: Sequence[float | None], middle: float | None, scale: float) -> None:
    """Room for every dot, its uncertainty and the line of the middle city."""
    known = [end * scale for end in (*ends, middle) if end is not None]
    if known:
        room = (max(known) - min(known) or abs(max(known)) or 1) * 0.05
        axes.set_xlim(min(known) - room, max(known) + room)


@kept
def places(points: Sequence[Point], *, most: int, hidden: str) -> str:
    """Between which places each city may stand: a thick line, never one place alone."""
    figure, axes, levels = _rows(points, hidden)
    for place, point in zip(levels, points, strict=True):
        if point.low is None or point.high is None:
            continue
        colour = CITY if point.emphasised else OTHERS
        axes.plot([point.low, point.high], [place, place], color=colour, linewidth=6, solid_capstyle="round")
        said = label(point.low, "") if point.low == point.high else f"{label(point.low, '')}–{label(point.high, '')}"
        _at_the_end(axes, place, said, chosen=point.emphasised)
    axes.set_xlim(0.4, most + 0.6)
    axes.set_xticks([1, *range(5, most, 5), most])
    return svg(figure)


@kept
def dumbbells(pairs: Sequence[tuple[str, float | None, float | None]], *, scale: float, unit: str, hidden: str) -> str:
    """Then (open) and now (filled) of a few shares, joined by a line."""
    points = [Point(name, now) for name, _, now in pairs]
    figure, axes, levels = _rows(points, hidden, width=WIDE, right=1.1)
    for place, (_, before, now) in zip(levels, pairs, strict=True):
        if before is not None and now is not None:
            axes.plot([before * scale, now * scale], [place, place], color=OTHERS, linewidth=2)
        if before is not None:
            axes.plot(
                [before * scale], [place], "o", markersize=6, color=OTHERS, markerfacecolor=PAPER, markeredgewidth=1.6
            )
        if now is not None:
            axes.plot([now * scale], [place], "o", markersize=7, color=CITY, zorder=4)
            said = (
                label(now * scale, unit)
                if before is None
                else f"{label(before * scale, unit)} → {label(now * scale, unit)}"
            )
            _at_the_end(axes, place, said, chosen=True)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda tick, _: label(tick, unit))
    return svg(figure)


@kept
def funnel(points: Sequence[tuple[float, Point]], limits: Limits, *, one: str) -> str:
    """Observed over expected against the expected count, inside the limits of chance; cities by name.

    ``points``: expected count and the ratio of a city. ``one``: what stands at the line of 1.
    """
    figure, axes = canvas(HALF, 2.6, left=0.72, right=0.95, top=0.1, bottom=0.3)
    axes.fill_between(limits.expected, limits.low_998, limits.high_998, color=GRID, linewidth=0)
    axes.fill_between(limits.expected, limits.low_95, limits.high_95, color=BAND, linewidth=0)
    axes.axhline(1, color=MUTED, linewidth=1.1)
    for expected, point in points:
        colour, size = (CITY, 8) if point.emphasised else (OTHERS, 5.5)
        axes.plot([expected], [point.value or 0], "o", color=colour, markersize=size, zorder=4, markeredgecolor=PAPER)
        if point.emphasised:
            axes.text(
                1.02, point.value or 0, f"{shortened(point.label, _SHORT)}\n{_ratio(point.value)}", fontsize=9.5,
                weight=700, color=CITY, transform=axes.get_yaxis_transform(), va="center", linespacing=1.1,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(_steps(limits.expected))
    axes.xaxis.set_minor_locator(MaxNLocator(1))
    axes.xaxis.set_minor_formatter(lambda *_: "")
    axes.tick_params(which="minor", length=0)
    axes.xaxis.set_major_formatter(lambda tick, _: label(tick, ""))
    axes.yaxis.set_major_formatter(lambda tick, _: one if abs(tick - 1) < 1e-9 else _ratio(tick))
    return svg(figure)


def _ratio(value: float | None) -> str:
    return "" if value is None else number(value, 2)


def _steps(expected: Sequence[float]) -> FixedLocator:
    wanted = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]
    return FixedLocator([step for step in wanted if expected[0] <= step <= expected[-1]])


def _rows(
    points: Sequence[Point],
    hidden: str,
    *,
    width: float = HALF,
    right: float = 0.5,
    blocks: Sequence[tuple[int, str]] = (),
) -> tuple[Figure, Axes, list[float]]:
    """A row a name, one of them possibly the city itself; what is hidden says so in its row. Also the level of each."""
    starts = dict(blocks)
    levels: list[float] = []
    for place in range(len(points)):
        step = 1.0 if levels else 0.0
        levels.append((levels[-1] if levels else 0.0) - step - (_BLOCK if place in starts else 0.0))
    bottom = levels[-1] if levels else 0.0
    names = [shortened(point.label, _LONGEST if width == HALF else 2 * _LONGEST) for point in points]
    left = min(3.5 if width > HALF else 1.85, 0.3 + max(map(len, names), default=0) * 0.062)
    figure, axes = canvas(width, _ROW * (1 - bottom) + 0.55, left=left, right=right, top=0.2, bottom=0.3)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.set_yticks(levels, names, fontsize=9)
    alone = len({point.emphasised for point in points}) > 1
    for tick, level, point in zip(axes.get_yticklabels(), levels, points, strict=True):
        chosen = point.emphasised and alone
        tick.set(color=CITY if chosen else INK, fontweight=700 if chosen else 400, va="center")
        if chosen:
            axes.axhspan(level - 0.45, level + 0.45, color=BAND, alpha=0.55, linewidth=0, zorder=0)
        if point.value is None and point.low is None:
            axes.text(0.01, level, hidden, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5, color=MUTED)
    for place, name in starts.items():
        axes.text(
            -left / (width - left - right) + 0.01, levels[place] + _HEAD, name, transform=axes.get_yaxis_transform(),
            va="center", fontsize=9, weight=700, color=MUTED,
        )  # fmt: skip
    axes.set_ylim(bottom - 0.6, 0.6)
    return figure, axes, levels


_BLOCK, _HEAD = 1.35, 0.95
"""Room above a block of rows, and how far its name stands above its first row, in rows."""


def _at_the_end(axes: Axes, level: float, said: str, *, chosen: bool) -> None:
    colour, weight = (CITY, 700) if chosen else (INK, 400)
    where = axes.get_yaxis_transform()
    axes.text(1.02, level, said, transform=where, va="center", fontsize=9, color=colour, weight=weight)
