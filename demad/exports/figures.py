"""Figures as CSV and Parquet, columns and order of the contract."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from demad.errors import UsageRefused
from demad.store import write_atomic
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE

FORMATS = ("csv", "parquet")


def export_figures(values: pl.DataFrame, *, to: str, out: Path) -> None:
    """Write figures, sorted by key; the same figures give the same bytes.

    Raises
    ------
    UsageRefused
        D-500: a format we do not write.
    """
    table = INDICATOR_VALUE.check(values).sort(FIGURE_KEY)
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


def excel_csv(values: pl.DataFrame) -> bytes:
    """The same figures for a double click in a Belgian Excel: BOM, semicolon, decimal comma."""
    table = INDICATOR_VALUE.check(values).sort(FIGURE_KEY)
    return table.write_csv(separator=";", include_bom=True, decimal_comma=True).encode()
