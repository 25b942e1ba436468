"""Read XLSX with title rows, several sheets and mixed cells; formulas, macros and links are refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.layout import rows_of
from demad.intake.reading.places import within
from demad.intake.reading.table import HEADER_WITHIN, Reading, could_be_header, damaged, hits, named, no_header
from demad.intake.reading.workbook_parts import Hidden, parts_of

_DAYS_TO_1904 = 1_462


def read_workbook(content: bytes, known: Collection[str]) -> list[Reading]:
    """Read every visible sheet with a header row, in order; other sheets are set aside and reported.

    Raises
    ------
    DeliveryRefused
        As `archives.opened`, `named` and `rows_of`; D-103: damaged, D-107: macros or links, D-108: formulas,
        D-109: no header, D-115: the table is on a hidden sheet.
    """
    parts = parts_of(content)
    sheets = _sheets(parts.content)
    headed = [(name, visible, cells, *_header(cells, known)) for name, visible, cells in sheets]
    most = max((found for *_, found in headed), default=0)
    if not most:
        raise no_header()
    # One known word may be a coincidence: a table has three known names, or as many as the best sheet.
    tables = [sheet for sheet in headed if sheet[4] >= min(3, most) and sheet[1]]
    if not tables:
        raise DeliveryRefused(
            "D-115", "De tabel staat op een verborgen blad.", "Maak het blad zichtbaar of lever het apart."
        )
    used = {name for name, *_ in tables}
    hidden = sum(not visible for _, visible, _ in sheets)
    others = len(sheets) - len(tables) - hidden
    told = (
        *_told(hidden, "verborgen blad", "verborgen bladen", "overgeslagen"),
        *_told(others, "ander blad", "andere bladen", "overgeslagen"),
    )
    aside = tuple(cells for name, _, cells in sheets if name not in used)
    readings = []
    for name, _, cells, row, _ in tables:
        numbered = (f"blad {len(readings) + 1} van {len(tables)}",) if len(tables) > 1 else ()
        with within(f"blad {name}"):
            reading = _table(cells, row)
        readings.append(
            replace(
                reading,
                notes=("XLSX", *numbered, *reading.notes, *_not_shown(parts.hidden.get(name, Hidden())), *told),
                labels=tuple(name for name, *_ in sheets),
                name=name if len(tables) > 1 else "",
                aside=aside,
                days_later=_DAYS_TO_1904 if parts.date_1904 else 0,
            )
        )
        aside, told = (), ()
    return readings


def _table(cells: pl.DataFrame, row: int) -> Reading:
    """The table below the header in this row, from 0."""
    below, unnamed = named(cells.slice(row + 1), [cell or "" for cell in cells.row(row)])
    rows, numbers, skipped = rows_of(below, row + 2)
    notes = (f"kopregel op lijn {row + 1}",) if row else ()
    return Reading(rows, (*notes, *unnamed, *skipped), numbers=numbers)


def _not_shown(hidden: Hidden) -> tuple[str, ...]:
    return (
        *_told(hidden.rows, "verborgen of gefilterde rij", "verborgen of gefilterde rijen", "meegelezen"),
        *_told(hidden.columns, "verborgen kolom", "verborgen kolommen", "meegelezen"),
    )


def _told(count: int, one: str, many: str, what: str) -> tuple[str, ...]:
    return (f"{count} {one if count == 1 else many} {what}",) if count else ()


def _header(cells: pl.DataFrame, known: Collection[str]) -> tuple[int, int]:
    """Row and number of known names of the most likely header."""
    counts = [hits(values, known) for values in cells.head(HEADER_WITHIN).iter_rows()]
    most = max(counts, default=0)
    place = counts.index(most) if counts else 0
    if most < 2:
        rows = enumerate(cells.head(HEADER_WITHIN).iter_rows())
        guessed = next((row for row, values in rows if could_be_header(values, known)), None)
        if guessed is not None and (not most or guessed < place):
            return guessed, sum(cell is not None for cell in cells.row(guessed))
    return place, most


def _sheets(content: bytes) -> list[tuple[str, bool, pl.DataFrame]]:
    """Name, visibility, and all cells as text, from row 1."""
    import fastexcel

    try:
        book = fastexcel.read_excel(content)
        found = []
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            found.append((name, sheet.visible == "visible", sheet.to_polars()))
        return found
    except (fastexcel.FastExcelError, ValueError, TypeError, pl.exceptions.PolarsError):
        raise damaged("XLSX") from None
