"""Typst: a fixed template of `reports/`, data as JSON and charts as files in memory. Data is never template source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from demad.reference.places import data_folder
from demad.reporting.fonts import characters, fonts

_DATA = "data.json"


def typeset_pdf(template: str, data: Mapping[str, Any], drawings: Mapping[str, str], font_folder: Path) -> bytes:
    """A tagged PDF/UA-1; Typst refuses a figure without alt text. The same input gives the same bytes."""
    return typst.compile(  # pyright: ignore[reportCallIssue]
        _sources(template, data, drawings, font_folder),  # pyright: ignore[reportArgumentType]
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=_typefaces(font_folder),
        timestamp=0,
    )


def typeset_png(
    template: str, data: Mapping[str, Any], drawings: Mapping[str, str], font_folder: Path, *, ppi: int
) -> list[bytes]:
    """Each page of the template as a picture."""
    made = typst.compile(  # pyright: ignore[reportCallIssue]
        _sources(template, data, drawings, font_folder),  # pyright: ignore[reportArgumentType]
        format="png",
        ppi=ppi,
        font_paths=_typefaces(font_folder),
    )
    return made if isinstance(made, list) else [made]


def _sources(
    template: str, data: Mapping[str, Any], drawings: Mapping[str, str], font_folder: Path
) -> dict[str, bytes]:
    known = characters(font_folder)
    sources = {path.name: path.read_bytes() for path in sorted(data_folder("reports").glob("*.typ"))}
    return {
        "main.typ": sources[template],
        **sources,
        **{name: _writable(text, known).encode() for name, text in drawings.items()},
        _DATA: _writable(json.dumps(data, ensure_ascii=False), known).encode(),
    }


def _writable(text: str, known: frozenset[str]) -> str:
    """The text with a question mark for what the font cannot write: PDF/UA refuses a page with a hole in it."""
    return text.translate({ord(mark): "?" for mark in set(text) - known})


@lru_cache(maxsize=4)
def _typefaces(folder: Path) -> typst.Fonts:
    home = next(iter(fonts(folder).values())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home)])
