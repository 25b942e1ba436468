"""Charts as SVG text: the same figures give the same bytes. Nothing here decides what is shown."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from demad.reference.places import data_folder
from demad.reporting.blocks import Point
from demad.reporting.fonts import fonts
from demad.reporting.words import number

INK, MUTED, CITY, OTHERS, BAND, GRID = "#16222f", "#3d4b5a", "#0b4f8a", "#7f8c99", "#d3e2f0", "#e3e8ec"
ATTENTION = "#a8470b"
VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    CITY: "--city",
    OTHERS: "--others",
    BAND: "--band",
    GRID: "--grid",
    ATTENTION: "--attention",
}
HALF, WIDE = 5.0, 10.4
_MOST_KEPT = 2000


def prepare(font_folder: Path) -> None:
    """Give matplotlib the report's font and style; needed once per process."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in fonts(font_folder).values():
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    mpl.rcParams.update(mpl.rc_params_from_file(data_folder("reports") / "demad.mplstyle", use_default_template=False))
    mpl.rcParams["text.parse_math"] = False


def _kept(draw: Callable[..., str]) -> Callable[..., str]:
    """Draw the same chart once: a release repeats most of the preview's charts."""
    drawn: dict[str, str] = {}

    @wraps(draw)
    def drawing(*given: object, **options: object) -> str:
        key = repr((given, sorted(options.items())))
        if key not in drawn:
            if len(drawn) >= _MOST_KEPT:
                drawn.clear()
            drawn[key] = draw(*given, **options)
        return drawn[key]

    return drawing


@_kept
def sparkline(values: Sequence[float | None], *, least_range: float = 0.0) -> str:
    """A small course: a line with a dot at the end, gaps where a value is not shown."""
    figure, axes = _bare(1.2, 0.36)
    _line(axes, values, 1.6)
    shown = [(place, value) for place, value in enumerate(values) if value is not None]
    if shown:
        axes.plot(*shown[-1], "o", color=CITY, markersize=4)
        _wide_enough(axes, [value for _, value in shown], least_range)
    axes.margins(x=0.06)
    return _svg(figure)


@_kept
def strip(points: Sequence[Point], middle: tuple[float, float, float] | None) -> str:
    """Where a city stands between the others: dots, the middle half, the middle city, its own interval."""
    figure, axes = _bare(2.1, 0.36)
    if middle:
        low, median, high = middle
        axes.axvspan(low, high, ymin=0.12, ymax=0.88, color=BAND, linewidth=0)
        axes.plot([median, median], [-0.6, 0.6], color=MUTED, linewidth=1.4)
    others = [point.value for point in points if point.value is not None and not point.emphasised]
    axes.plot(others, [0] * len(others), "o", color=OTHERS, markersize=3.6, markeredgewidth=0)
    for point in points:
        if point.emphasised and point.value is not None:
            if point.low is not None and point.high is not None:
                axes.plot([point.low, point.high], [0, 0], color=CITY, linewidth=2.6, solid_capstyle="round")
            axes.plot([point.value], [0], "o", color=CITY, markersize=7)
    axes.set_ylim(-1, 1)
    axes.margins(x=0.06)
    return _svg(figure)


@_kept
def course(
    periods: Sequence[str],
    values: Sequence[float | None],
    *,
    scale: float,
    unit: str,
    least_range: float = 0.0,
    width: float = HALF,
    settled: int | None = None,
    events: Sequence[tuple[str, str]] = (),
    **band: Sequence,
) -> str:
    """A line over time with a light band for the uncertainty; the last value stands at its end.

    ``least_range``: the vertical axis never shows less than this, so that small changes stay small.
    ``settled``: place of the last value that is no longer provisional; what follows is drawn thin.
    ``events``: (period, label) of what everybody should remember when reading the line.
    """
    figure, axes = _canvas(width, 2.5)
    scaled = [None if value is None else value * scale for value in values]
    if band:
        low, high = (
            [float("nan") if edge is None else edge * scale for edge in band[name]] for name in ("low", "high")
        )
        axes.fill_between(range(len(low)), low, high, color=BAND, linewidth=0)
    last = len(scaled) if settled is None else settled + 1
    _line(axes, scaled[:last], 2.2)
    axes.plot(range(last - 1, len(scaled)), _gaps(scaled[last - 1 :]), color=CITY, linewidth=1, linestyle=(0, (2, 1)))
    shown = [(place, value) for place, value in enumerate(scaled[:last]) if value is not None]
    _wide_enough(axes, [value for _, value in shown], least_range, from_zero=not band)
    if shown:
        axes.plot(*shown[-1], "o", color=CITY, markersize=6, clip_on=False)
        said = _label(shown[-1][1], unit)
        axes.annotate(said, shown[-1], xytext=(7, -3), textcoords="offset points", color=CITY, weight=700, fontsize=11)
    _mark_events(axes, periods, events)
    _ticks_at_years(axes, periods)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: _label(value, unit))
    axes.set_xlim(-0.5, len(periods) * (1 + 0.6 / width))
    return _svg(figure)


@_kept
def in_and_out(periods: Sequence[str], inflow: Sequence[float | None], outflow: Sequence[float | None]) -> str:
    """Inflow above the line and outflow below it, per quarter."""
    figure, axes = _canvas(WIDE, 2.5)
    places = range(len(periods))
    axes.bar(places, [value or 0 for value in inflow], color=CITY, width=0.72)
    axes.bar(places, [-(value or 0) for value in outflow], color=OTHERS, width=0.72)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: _label(abs(value), ""))
    _ticks_at_years(axes, periods)
    end = len(periods) - 0.2
    axes.text(end, 0, " Instroom", color=CITY, weight=700, va="bottom", fontsize=10)
    axes.text(end, 0, " Uitstroom", color=MUTED, weight=700, va="top", fontsize=10)
    axes.set_xlim(-0.8, len(periods) * 1.1)
    return _svg(figure)


@_kept
def bars(points: Sequence[Point]) -> str:
    """Horizontal bars with their value at the end; a missing one says so."""
    figure = Figure(figsize=(HALF, 0.27 * len(points) + 0.1))
    axes = figure.add_axes((0.46, 0.0, 0.54, 1.0))
    axes.set_axis_off()
    widest = max((point.value or 0 for point in points), default=0) or 1
    for place, point in enumerate(points):
        colour = CITY if point.emphasised else OTHERS
        axes.barh(-place, point.value or 0, color=colour, height=0.62)
        said = "niet getoond" if point.value is None else _label(point.value, "")
        axes.text((point.value or 0) + widest * 0.02, -place, said, va="center", color=INK)
        axes.text(-widest * 0.03, -place, point.label, va="center", ha="right", color=INK)
    axes.set_xlim(0, widest * 1.3)
    axes.set_ylim(-len(points) + 0.4, 0.6)
    return _svg(figure)


@_kept
def dots(points: Sequence[Point], *, scale: float, unit: str, middle: float | None) -> str:
    """One row a city or group: dot and interval, the middle city as a line; hidden ones keep their row."""
    height = 0.25 * len(points) + 0.35
    figure = Figure(figsize=(HALF, height))
    axes = figure.add_axes((0.42, 0.28 / height, 0.55, 1 - 0.34 / height))
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    if middle is not None:
        axes.axvline(middle * scale, color=MUTED, linewidth=1.2, linestyle=(0, (3, 2)))
    for place, point in enumerate(points):
        colour = CITY if point.emphasised else OTHERS
        if point.low is not None and point.high is not None:
            ends = [point.low * scale, point.high * scale]
            axes.plot(ends, [-place, -place], color=colour, linewidth=2.4, zorder=3)
        if point.value is not None:
            axes.plot([point.value * scale], [-place], "o", color=colour, markersize=6, zorder=4)
    alone = len({point.emphasised for point in points}) > 1
    labels = [point.label if point.value is not None else f"{point.label} (niet getoond)" for point in points]
    axes.set_yticks([-place for place in range(len(points))], labels, fontsize=9)
    for label, point in zip(axes.get_yticklabels(), points, strict=True):
        chosen = point.emphasised and alone
        label.set(color=CITY if chosen else INK, fontweight=700 if chosen else 400)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: _label(value, unit))
    axes.set_ylim(-len(points) + 0.4, 0.6)
    return _svg(figure)


def _bare(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    return figure, axes


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    return figure, figure.add_axes((0.55 / width, 0.11, 1 - 0.65 / width, 0.8))


def _line(axes: Axes, values: Sequence[float | None], width: float) -> None:
    axes.plot(range(len(values)), _gaps(values), color=CITY, linewidth=width)


def _gaps(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _mark_events(axes: Axes, periods: Sequence[str], events: Sequence[tuple[str, str]]) -> None:
    """A thin line at each event and its label above the chart."""
    for period, label in events:
        later = [place for place, known in enumerate(periods) if known >= period]
        if not later:
            continue
        axes.axvline(later[0], color=OTHERS, linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)
        axes.text(
            later[0],
            1.01,
            label,
            transform=axes.get_xaxis_transform(),
            ha="right" if later[0] > len(periods) * 0.8 else "center",
            color=MUTED,
            fontsize=8.5,
        )


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
        axes.set_ylim(0, max(values) * 1.08)
    elif high - low < least:
        centre = (low + high) / 2
        axes.set_ylim(max(0.0, centre - least / 2), max(0.0, centre - least / 2) + least)


def _label(value: float, unit: str) -> str:
    return number(value) + unit


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    for colour, variable in VARIABLES.items():
        text = re.sub(re.escape(colour), f"var({variable})", text, flags=re.IGNORECASE)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    sized = 'width="100%" aria-hidden="true" focusable="false"'
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', sized, text, count=1)


def with_own_ids(svg: str, prefix: str) -> str:
    """The same chart with its ids prefixed, so that several fit on one page."""
    svg = re.sub(r'id="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    return re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', svg)
