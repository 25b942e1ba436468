"""Each chart beside the page as a file: SVG and PNG to show, CSV to count with."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from demad.reporting.blocks import Figure, Page, Table
from demad.reporting.drawings import standing_alone
from demad.reporting.edition import Look
from demad.reporting.pdf import pictures

_RISKY = ("=", "@", "\t", "\r")


def chart_files(page: Page, look: Look, font_folder: Path) -> dict[str, bytes]:
    """Content by file name, for every chart of a page."""
    figures = [block for section in page.sections for block in section.blocks if isinstance(block, Figure)]
    png = pictures(page, figures, look, font_folder)
    made: dict[str, bytes] = {}
    for figure in figures:
        made[f"{figure.id}.svg"] = standing_alone(figure.svg, figure.title, figure.alt, look).encode()
        made[f"{figure.id}.csv"] = table_csv(figure.table)
        made[f"{figure.id}.png"] = png[figure.id]
    return made


def table_csv(table: Table) -> bytes:
    """A table as a Belgian Excel opens it; a text that Excel would run as a formula gets a quote in front."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in (table.columns, *table.rows))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: str) -> str:
    if cell[:1].isalnum():
        return cell
    signed = cell.startswith(("+", "-")) and not cell[1:2].isdigit()
    return f"'{cell}" if signed or cell.startswith(_RISKY) else cell
