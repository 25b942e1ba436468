"""A chart outside its web page: in light colours, with a size of its own and a text for who cannot see it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from demad.reporting.edition import Look
from demad.reporting.palette import palette

_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


WIDE_POINTS = 400
"""A chart that is wider than this takes the whole page."""


def light(svg: str, look: Look) -> str:
    """The chart with its colours filled in and its size in points, as a file or a PDF needs it."""
    for name, colour in palette(look).items():
        svg = svg.replace(f"var(--{name})", colour)
    width, height = size(svg)
    return svg.replace('width="100%" aria-hidden="true" focusable="false"', f'width="{width}pt" height="{height}pt"')


def standing_alone(svg: str, title: str, alt: str, look: Look) -> str:
    """The chart as a file: with its title and description inside."""
    said = f'<title id="titel">{escape(title)}</title>\n<desc id="tekst">{escape(alt)}</desc>'
    opened = light(svg, look).replace("<svg ", '<svg role="img" aria-labelledby="titel tekst" ', 1)
    at = opened.index(">") + 1
    return f'<?xml version="1.0" encoding="utf-8"?>\n{opened[:at]}\n{said}{opened[at:]}'


def size(svg: str) -> tuple[float, float]:
    """Width and height in points."""
    found = _VIEW.search(svg)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)
