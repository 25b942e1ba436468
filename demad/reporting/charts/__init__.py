"""Charts as SVG text: the same figures give the same bytes. Nothing here decides what is shown."""

from demad.reporting.charts.bars import bars, in_and_out, mix
from demad.reporting.charts.canvas import HALF, WIDE, prepare, with_own_ids
from demad.reporting.charts.dots import dots, dumbbells, funnel, places, strip
from demad.reporting.charts.lines import Course, course, curve, sparkline
from demad.reporting.charts.squares import Part, squares

__all__ = [
    "HALF",
    "WIDE",
    "Course",
    "Part",
    "bars",
    "course",
    "curve",
    "dots",
    "dumbbells",
    "funnel",
    "in_and_out",
    "mix",
    "places",
    "prepare",
    "sparkline",
    "squares",
    "strip",
    "with_own_ids",
]
