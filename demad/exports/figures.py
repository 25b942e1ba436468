"""Figures as CSV and Parquet, columns and order of the contract."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl

from demad.disclosure import PublishedFigures
from demad.errors import PrivacyRefused, UsageRefused
from demad.store import write_atomic
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE
from demad.tables.kinds import ExactFigures

FORMATS = ("csv", "parquet")
PLAIN: dict[Any, str] = {pl.Float64: "General", pl.Int64: "General"}
"""How a workbook writes numbers: a count without decimals, a share with those it has."""


def export_figures(figures: PublishedFigures | ExactFigures, *, to: str, out: Path) -> None:
    """Write figures, sorted by key; the same figures give the same bytes.

    Exact figures are for the trusted zone; protected ones that did not pass `disclosure.publish` are neither.

    Raises
    ------
    UsageRefused
        D-500: a format we do not write.
    """
    table = rows_of(figures)
    if to == "csv":
        content = table.write_csv().encode()
    elif to == "parquet":
        buffer = io.BytesIO()
        table.write_parquet(buffer, compression="zstd", statistics=False)
        content = buffer.getvalue()
    else:
        raise UsageRefused("D-500", f"Het formaat {to} kennen we niet.", f"Kies uit: {', '.join(FORMATS)}.")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, content)


def rows_of(figures: PublishedFigures | ExactFigures) -> pl.DataFrame:
    """The rows of figures, sorted by key; D-601 for anything else, whatever a caller without types hands over."""
    if not isinstance(figures, (PublishedFigures, ExactFigures)):
        raise PrivacyRefused("D-601", "Deze cijfers kwamen niet door de bescherming.", "Meld dit; er is niets getoond.")
    return INDICATOR_VALUE.check(figures.frame).sort(FIGURE_KEY)
