"""All cities in one drawing: lines over time, small charts on one scale, before and after a date.

The group of each city has an id (``stad-<slug>``, its name ``naam-<slug>``), so that a page can bring one forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from demad.reporting.charts.canvas import (
    ATTENTION,
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
    shortened,
    svg,
)

_LONGEST = 12
_COLUMNS = 3
_FRAME = 1.03
_YEARS = 6


@dataclass(frozen=True, slots=True)
class CityLine:
    """A city over the periods of a chart; None where nothing is shown."""

    slug: str
    name: str
    values: tuple[float | None, ...]


@kept
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
    figure, axes = canvas(HALF, 2.7, right=1.3, top=0.15)
    end = len(periods) - 1
    for line in lines:
        drawn = axes.plot(_scaled(line.values, scale), color=OTHERS, linewidth=1.3)[0]
        drawn.set_gid(f"stad-{line.slug}")
    dashed = _scaled(middle, scale)
    axes.plot(dashed, color=INK, linewidth=1.8, linestyle=(0, (4, 2)))
    low, high = _framed(axes, [value for line in lines for value in (*line.values, *middle)], scale)
    for line in lines:
        last = _last(line.values)
        if last is not None:
            place, value = last
            text = axes.annotate(
                f"{shortened(line.name, _LONGEST)} {label(value * scale, unit, digits=digits)}", (place, value * scale),
                xytext=(6, 0), textcoords="offset points", color=CITY, weight=700, fontsize=10, va="center",
                annotation_clip=False,
            )  # fmt: skip
            text.set_gid(f"naam-{line.slug}")
    found = _last(middle)
    if found is not None:
        level = min(max(found[1] * scale, low + (high - low) * 0.06), high)
        axes.annotate(
            middle_name, (end, level), xytext=(6, -13), textcoords="offset points", color=MUTED, fontsize=10,
            va="center", annotation_clip=False,
        )  # fmt: skip
    _years(axes, periods)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda tick, _: label(tick, unit))
    axes.set_xlim(-0.3, end + 0.3)
    return svg(figure)


@kept
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
    figure = Figure(figsize=(HALF, height * rows))
    known = [value * scale for line in lines for value in line.values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    for place, line in enumerate(lines):
        column, row = place % _COLUMNS, place // _COLUMNS
        box = (
            (column * width + 0.08) / HALF,
            1 - ((row + 1) * height - 0.1) / (height * rows),
            (width - 0.2) / HALF,
            (height - 0.42) / (height * rows),
        )
        axes = figure.add_axes(box)
        axes.set_axis_off()
        own = [value * scale for value in line.values if value is not None]
        bottom, top = (low, high) if one_scale else (0.0, max(own, default=1.0))
        room = (top - bottom or 1) * 0.08
        axes.set_ylim(bottom - room, top + room)
        axes.set_xlim(-0.5, len(periods) - 0.5)
        axes.axhline(bottom - room, color=GRID, linewidth=1)
        axes.plot(_scaled(line.values, scale), color=CITY, linewidth=1.8)
        last = _last(line.values)
        if last is not None:
            axes.plot([last[0]], [last[1] * scale], "o", color=CITY, markersize=4, clip_on=False)
        said = label(last[1] * scale, unit, digits=digits) if last else hidden
        axes.text(0, 1.04, shortened(line.name, _LONGEST), transform=axes.transAxes, fontsize=10, color=INK)
        axes.text(1, 1.04, said, transform=axes.transAxes, fontsize=10, color=CITY, weight=700, ha="right")
    return svg(figure)


@kept
def slopes(
    lines: Sequence[CityLine], names: tuple[str, str], event: str, *, scale: float, unit: str, digits: int | None = None
) -> str:
    """Before and after a date, a line a city; the page brings one city forward.

    ``lines``: two values each. ``names``: of the two periods. ``event``: what lies between them.
    """
    figure, axes = canvas(HALF, 2.7, left=1.2, right=1.25, top=0.5, bottom=0.1)
    axes.grid(visible=False)
    axes.set_yticks([])
    for place in (0, 1):
        axes.axvline(place, color=GRID, linewidth=1.2)
        said, side = "\n".join(names[place].rsplit(maxsplit=1)), "right" if place == 0 else "left"
        axes.text(place, _FRAME, said, transform=axes.get_xaxis_transform(), ha=side, color=INK, fontsize=10)
    axes.axvline(0.5, color=ATTENTION, linewidth=1, linestyle=(0, (1, 2)))
    axes.text(
        0.5, _FRAME, event.split(",", maxsplit=1)[0], transform=axes.get_xaxis_transform(), ha="center", color=MUTED
    )
    for line in lines:
        values = _scaled(line.values, scale)
        drawn = axes.plot([0, 1], values, "o-", color=OTHERS, linewidth=1.4, markersize=4)[0]
        drawn.set_gid(f"stad-{line.slug}")
    _framed(axes, [value for line in lines for value in line.values], scale)
    ends = [line.values for line in lines if None not in line.values]
    for line in lines:
        before, now = line.values
        if before is None or now is None:
            continue
        for place, value, side in ((0, before, "right"), (1, now, "left")):
            said = label(value * scale, unit, digits=digits)
            text = axes.annotate(
                f"{shortened(line.name, _LONGEST)} {said}", (place, value * scale), xytext=(-8 if place == 0 else 8, 0),
                textcoords="offset points", color=CITY, weight=700, fontsize=10, ha=side, va="center",
                annotation_clip=False,
            )  # fmt: skip
            text.set_gid(f"naam-{line.slug}-{place}")
    for place in (0, 1):
        at = [pair[place] or 0.0 for pair in ends]
        for turn, value in enumerate(sorted({min(at), max(at)}) if at else ()):
            text = axes.annotate(
                label(value * scale, unit, digits=digits), (place, value * scale), xytext=(-8 if place == 0 else 8, 0),
                textcoords="offset points", color=MUTED, fontsize=10, ha="right" if place == 0 else "left",
                va="center", annotation_clip=False,
            )  # fmt: skip
            text.set_gid(f"rand-{place}-{turn}")
    axes.set_xlim(-0.02, 1.02)
    return svg(figure)


def _scaled(values: Sequence[float | None], scale: float) -> list[float]:
    return gaps([None if value is None else value * scale for value in values])


def _last(values: Sequence[float | None]) -> tuple[int, float] | None:
    found = [(place, value) for place, value in enumerate(values) if value is not None]
    return found[-1] if found else None


def _framed(axes: Axes, values: Sequence[float | None], scale: float) -> tuple[float, float]:
    """Every line within the frame, the median too."""
    known = [value * scale for value in values if value is not None]
    if not known:
        return axes.get_ylim()
    low, high = min(known), max(known)
    room = (high - low or abs(high) or 1) * 0.06
    axes.set_ylim(max(low - room, 0) if low >= 0 else low - room, high + room)
    return axes.get_ylim()


def _years(axes: Axes, periods: Sequence[str]) -> None:
    firsts = [place for place, period in enumerate(periods) if place == 0 or periods[place - 1][:4] != period[:4]]
    firsts = firsts[:: -(-len(firsts) // _YEARS)][-_YEARS:]
    axes.set_xticks(firsts, [f"\u2019{periods[place][2:4]}" for place in firsts])
