"""Paper and ink of every chart: size, colours, font, and the way from a matplotlib figure to SVG text."""

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

from demad.reference.places import data_folder
from demad.reporting.charts.slim import slimmed
from demad.reporting.fonts import fonts
from demad.reporting.palette import LIGHT, VARIABLES
from demad.reporting.words import number, spoken_language

INK, MUTED, CITY = LIGHT["ink"], LIGHT["muted"], LIGHT["city"]
OTHERS, BAND, GRID, ATTENTION = LIGHT["others"], LIGHT["band"], LIGHT["grid"], LIGHT["attention"]
PAPER = "#fffffe"
"""White that follows the page into the dark: a colour of its own, so that it can be told from other white."""

HALF, WIDE = 3.5, 8.7
"""Inches. A phone of 390 pixels draws HALF at 1.42 times its size: its smallest text, 8.5 points, is 12 pixels."""
_MOST_KEPT = 4000


def prepare(font_folder: Path) -> None:
    """Give matplotlib the report's font and style; needed once per process."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in fonts(font_folder).values():
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    mpl.rcParams.update(mpl.rc_params_from_file(data_folder("reports") / "demad.mplstyle", use_default_template=False))
    mpl.rcParams["text.parse_math"] = False


def kept(draw: Callable[..., str]) -> Callable[..., str]:
    """Draw the same chart once: a release repeats most of the preview's charts."""
    drawn: dict[str, str] = {}

    @wraps(draw)
    def drawing(*given: object, **options: object) -> str:
        key = repr((spoken_language(), given, sorted(options.items())))
        if key not in drawn:
            if len(drawn) >= _MOST_KEPT:
                drawn.clear()
            drawn[key] = draw(*given, **options)
        return drawn[key]

    return drawing


def bare(width: float, height: float) -> tuple[Figure, Axes]:
    """A drawing without axes, in inches."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    return figure, axes


def canvas(
    width: float, height: float, *, left: float = 0.5, right: float = 0.1, top: float = 0.24, bottom: float = 0.28
) -> tuple[Figure, Axes]:
    """A chart with room for its labels, everything in inches."""
    figure = Figure(figsize=(width, height))
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    return figure, figure.add_axes(box)


def label(value: float, unit: str, *, digits: int | None = None) -> str:
    """A value as it stands on a chart."""
    if digits is not None:
        return number(value, digits) + unit
    whole = unit == "%" or abs(value) >= 20 or abs(value - round(value)) < 1e-6
    return number(value, 0 if whole else 1) + unit


def shortened(name: str, most: int) -> str:
    """A name that fits: cut with three dots where it is longer."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def gaps(values: Sequence[float | None]) -> list[float]:
    """Values with a hole where there is none."""
    return [float("nan") if value is None else value for value in values]


def svg(figure: Figure) -> str:
    """The figure as SVG text whose colours follow the page; no date, no random id."""
    buffer = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=nothing)
    text = buffer.getvalue()
    text = slimmed(re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL))
    for colour, variable in VARIABLES.items():
        text = re.sub(re.escape(colour), f"var({variable})", text, flags=re.IGNORECASE)
    sized = 'width="100%" aria-hidden="true" focusable="false"'
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', sized, text, count=1)


def with_own_ids(drawing: str, prefix: str) -> str:
    """The same chart with its ids prefixed, so that several fit on one page."""
    drawing = re.sub(r'id="([^"]+)"', rf'id="{prefix}-\1"', drawing)
    drawing = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", drawing)
    return re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', drawing)
