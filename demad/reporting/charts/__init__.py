"""Charts as SVG text: the same figures give the same bytes. Nothing here decides what is shown."""

from demad.reporting.charts.band import band, band_with_numbers
from demad.reporting.charts.bars import bars, mix, parted, stacked
from demad.reporting.charts.canvas import HALF, WIDE, with_own_ids
from demad.reporting.charts.dots import dots, dumbbells, funnel, places, strip
from demad.reporting.charts.lines import Ahead, Course, course, curve, sparkline
from demad.reporting.charts.spine import Bone, spine
from demad.reporting.charts.squares import Part, squares
from demad.reporting.charts.together import CityLine, multiples, slopes, together

__all__ = [
    "HALF",
    "WIDE",
    "Ahead",
    "Bone",
    "CityLine",
    "Course",
    "Part",
    "band",
    "band_with_numbers",
    "bars",
    "course",
    "curve",
    "dots",
    "dumbbells",
    "funnel",
    "mix",
    "multiples",
    "parted",
    "places",
    "slopes",
    "sparkline",
    "spine",
    "squares",
    "stacked",
    "strip",
    "together",
    "with_own_ids",
]
