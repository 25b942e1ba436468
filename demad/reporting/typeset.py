"""Typst: a fixed template of `reports/`, data as JSON and charts as files in memory. Data is never template source."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pikepdf
import typst

from demad.reference.places import data_folder
from demad.reporting.fonts import characters, fonts
from demad.reporting.typeset_before import TypesetBefore

_DATA = "data.json"
_KEPT_FOR = 10
"""Documents, of the cache of Typst."""


def typeset_pdf(
    template: str,
    data: Mapping[str, Any],
    drawings: Mapping[str, str],
    font_folder: Path,
    before: TypesetBefore | None = None,
) -> bytes:
    """A tagged PDF/UA-1; Typst refuses a figure without alt text. The same input gives the same bytes.

    ``before``: where it may be already.
    """
    sources = _sources(template, data, drawings, font_folder)
    if before is None:
        return _typeset(sources, font_folder)
    decide = sources | _typefaces_and_programs(font_folder)
    return before.typeset(template, decide, lambda: _typeset(sources, font_folder))


def _typeset(sources: dict[str, bytes], font_folder: Path) -> bytes:
    made = typst.compile(  # pyright: ignore[reportCallIssue]
        sources,  # pyright: ignore[reportArgumentType]
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=_typefaces(font_folder),
        timestamp=0,
    )
    _forget(font_folder)
    return _packed(made)  # pyright: ignore[reportArgumentType]


def _forget(font_folder: Path) -> None:
    """Have Typst let go of what it laid out: it keeps that for ten documents, 40 MB for a report (measured)."""
    for _ in range(_KEPT_FOR + 1):
        typst.compile(b"", format="pdf", font_paths=_typefaces(font_folder), timestamp=0)  # pyright: ignore[reportCallIssue]


def _packed(pdf: bytes) -> bytes:
    """The same document with a header for each row, and its tags in compressed object streams.

    Typst writes tags as text: two thirds of a report.
    """
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _name_rows(document)
        document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()


def _name_rows(document: pikepdf.Pdf) -> None:
    """Mark the first cell of every row of a table as the header of that row, as it is in our tables.

    The Typst that PyPI brings cannot say it itself: `pdf.header-cell` is behind a feature its binding does not open.
    """
    for element in document.objects:
        if not isinstance(element, pikepdf.Dictionary) or element.get("/S") != "/TR":
            continue
        kids = element.get("/K")
        first = kids[0] if isinstance(kids, pikepdf.Array) and len(kids) else kids
        if isinstance(first, pikepdf.Dictionary) and first.get("/S") == "/TD":
            first["/S"] = pikepdf.Name("/TH")
            scope = pikepdf.Dictionary(O=pikepdf.Name("/Table"), Scope=pikepdf.Name("/Row"))
            layout = [one for one in first.get("/A", pikepdf.Array()) if one.get("/O") == "/Layout"]  # pyright: ignore[reportGeneralTypeIssues]
            first["/A"] = pikepdf.Array([scope, *layout])


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
def _typefaces_and_programs(folder: Path) -> dict[str, bytes]:
    """What decides a PDF besides its sources."""
    programs = {name: version(name).encode() for name in ("typst", "pikepdf")}
    return programs | {path.name: path.read_bytes() for path in fonts(folder).values()}


@lru_cache(maxsize=4)
def _typefaces(folder: Path) -> typst.Fonts:
    home = next(iter(fonts(folder).values())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home)])
