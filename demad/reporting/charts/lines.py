"""Lines over time and over months: the city with its uncertainty, the middle city, the events to remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from demad.reporting.charts.canvas import (
    ATTENTION,
    BAND,
    CITY,
    HALF,
    MUTED,
    OTHERS,
    PAPER,
    bare,
    canvas,
    gaps,
    kept,
    shortened,
    svg,
)
from demad.reporting.charts.canvas import label as labelled

_LONGEST = 14
_DOT = 0.12
"""Room for the dot at the end of a small course, in parts of its height."""


@dataclass(frozen=True, slots=True)
class Course:
    """A line to draw. ``settled``: place of the last value that is no longer provisional."""

    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    middle: tuple[float | None, ...] = ()
    settled: int | None = None


@kept
def sparkline(values: Sequence[float | None], *, least_range: float = 0.0) -> str:
    """A small course: a line with a dot at the end, a cross where a value is not shown."""
    figure, axes = bare(1.2, 0.36)
    axes.plot(range(len(values)), gaps(values), color=CITY, linewidth=1.6)
    shown = [(place, value) for place, value in enumerate(values) if value is not None]
    if shown:
        axes.plot(*shown[-1], "o", color=CITY, markersize=4)
        _wide_enough(axes, [value for _, value in shown], least_range)
        bottom, top = axes.get_ylim()
        axes.set_ylim(bottom - (top - bottom) * _DOT, top + (top - bottom) * _DOT)
        hidden = [place for place, value in enumerate(values) if value is None and place > shown[0][0]]
        floor = axes.get_ylim()[0]
        axes.plot(hidden, [floor] * len(hidden), "x", color=MUTED, markersize=3, clip_on=False)
    axes.margins(x=0.06)
    return svg(figure)


@kept
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
) -> str:
    """A line over time with a light band for the uncertainty and the middle city beside it, both named at their end.

    ``least_range``: the vertical axis never shows less than this, so that small changes stay small.
    ``events``: (period, label) of what everybody should remember when reading the line.
    """
    figure, axes = canvas(width, 2.15, right=0.95, top=0.34 if events else 0.12)
    low, value, high, middle = (_scaled(part, scale) for part in (line.low, line.values, line.high, line.middle))
    if low:
        axes.fill_between(range(len(low)), gaps(low), gaps(high), color=BAND, linewidth=0)
    last = len(value) if line.settled is None else line.settled + 1
    axes.plot(range(len(middle[:last])), gaps(middle[:last]), color=OTHERS, linewidth=1.6, linestyle=(0, (4, 2)))
    axes.plot(range(last), gaps(value[:last]), color=CITY, linewidth=2.2)
    tail = gaps(value[last - 1 :])
    axes.plot(range(last - 1, len(value)), tail, color=CITY, linewidth=1, linestyle=(0, (2, 1)))
    shown = [(place, one) for place, one in enumerate(value[:last]) if one is not None]
    compared = [one for one in middle[:last] if one is not None]
    _wide_enough(axes, [*(one for _, one in shown), *compared], least_range, from_zero=not low)
    ends = [
        (middle_name, middle[last - 1] if middle else None, MUTED, 400),
        (name, shown[-1][1] if shown else None, CITY, 700),
    ]
    if shown:
        axes.plot(*shown[-1], "o", color=CITY, markersize=6, clip_on=False)
    _name_ends(axes, ends, last - 1, unit, digits)
    _mark_events(axes, line.periods, events)
    _ticks_at_years(axes, line.periods)
    _few_ticks(axes, unit)
    axes.set_xlim(-0.3, max(len(line.periods) - 0.7, 1))
    return svg(figure)


@kept
def curve(months: Sequence[int], line: Course, *, name: str, middle_name: str, unit: str) -> str:
    """Shares at a few months since the start, each with its value and its uncertainty; the middle city as a stroke.

    No line joins them: what happens between two of these months is not in the figures.
    """
    figure, axes = canvas(HALF, 2.15, right=0.95, top=0.12)
    low, value, high, middle = (_scaled(part, 100) for part in (line.low, line.values, line.high, line.middle))
    axes.vlines(months[1:], gaps(low)[1:], gaps(high)[1:], color=BAND, linewidth=9)
    axes.plot(months[: len(middle)][1:], gaps(middle)[1:], "_", color=MUTED, markersize=20, markeredgewidth=1.8)
    axes.plot(months, gaps(value), "o", color=CITY, markersize=6, clip_on=False)
    falling = (value[0] or 0) > (value[-1] or 0)
    outermost = max if falling else min
    for at, (month, one) in enumerate(zip(months[1:-1], value[1:-1], strict=True), start=1):
        if one is not None:
            beside = [given[at] for given in ((high if falling else low), middle) if at < len(given)]
            edge = outermost([one, *(given for given in beside if given is not None)])
            axes.annotate(
                labelled(one, unit), (month, edge), xytext=(0, 6 if falling else -14), textcoords="offset points",
                ha="left" if falling else "center", color=CITY, weight=700, fontsize=10,
            )  # fmt: skip
    ends = [(middle_name, middle[-1] if middle else None, MUTED, 400), (name, value[-1], CITY, 700)]
    highest = max([one for one in (*high, *value, *middle) if one is not None], default=1)
    axes.set_ylim(0, 105 if falling else highest * 1.2 or 1)  # nobody came back: an axis still needs a height
    _name_ends(axes, ends, months[-1], unit, None)
    axes.set_xticks(list(months), [str(month) for month in months])
    _few_ticks(axes, unit)
    axes.set_xlim(-0.6, months[-1] + 1.2)
    return svg(figure)


def _few_ticks(axes: Axes, unit: str) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(lambda tick, _: labelled(tick, unit))


def _scaled(values: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if value is None else value * scale for value in values]


def _name_ends(
    axes: Axes, ends: Sequence[tuple[str, float | None, str, int]], place: float, unit: str, digits: int | None
) -> None:
    """Name and value at the end of each line, kept a line of text apart."""
    bottom, top = axes.get_ylim()
    room = (top - bottom) * 0.22
    found = sorted((value, name, colour, weight) for name, value, colour, weight in ends if value is not None)
    if len(found) == 2 and found[1][0] - found[0][0] < room:
        middle = (found[0][0] + found[1][0]) / 2
        heights = [middle - room / 2, middle + room / 2]
    else:
        heights = [value for value, *_ in found]
    if heights and heights[-1] > top - room / 2:
        heights = [height - (heights[-1] - top + room / 2) for height in heights]
    for height, (value, name, colour, weight) in zip(heights, found, strict=True):
        axes.annotate(
            f"{shortened(name, _LONGEST)}\n{labelled(value, unit, digits=digits)}", (place, height), xytext=(8, 0),
            textcoords="offset points",
            color=colour, weight=weight, fontsize=9.5, va="center", linespacing=1.1, annotation_clip=False,
        )  # fmt: skip


def _mark_events(axes: Axes, periods: Sequence[str], events: Sequence[tuple[str, str]]) -> None:
    """A thin line at each event and its label above the chart, two heights so that neighbours stay readable."""
    for turn, (period, label) in enumerate(events):
        later = [place for place, known in enumerate(periods) if known >= period]
        if not later or later[0] == 0:
            continue
        axes.axvline(later[0], color=ATTENTION, linewidth=0.9, linestyle=(0, (1, 2)), zorder=0)
        axes.text(
            later[0], 1.01 + 0.075 * (turn % 2), label, transform=axes.get_xaxis_transform(),
            ha="right" if later[0] > len(periods) * 0.85 else "center", color=MUTED, fontsize=8.5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip


def _ticks_at_years(axes: Axes, periods: Sequence[str]) -> None:
    """A tick at the first period of a year, seven at most."""
    years = [period[:4] for period in periods]
    firsts = [place for place, year in enumerate(years) if place == 0 or years[place - 1] != year]
    step = max(1, -(-len(firsts) // 7))
    chosen = firsts[::-1][::step][::-1]
    axes.set_xticks(chosen, [f"\u2019{years[place][2:]}" for place in chosen])


def _wide_enough(axes: Axes, values: Sequence[float], least: float, *, from_zero: bool = False) -> None:
    """A vertical range that starts at zero, or never spans so little that a small change looks large."""
    if not values:
        axes.set_yticks([])
        return
    low, high = axes.get_ylim()
    if from_zero:
        axes.set_ylim(0, max(max(values) * 1.08, 1))
    elif high - low < least:
        centre = (low + high) / 2
        axes.set_ylim(max(0.0, centre - least / 2), max(0.0, centre - least / 2) + least)
