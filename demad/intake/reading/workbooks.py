"""XLSX of real life: title rows, several sheets, mixed cells; formulas, macros and links are refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.archives import chunks, opened
from demad.intake.reading.table import (
    HEADER_WITHIN,
    Reading,
    damaged,
    hits,
    named,
    no_header,
    refuse_many_columns,
    rows_of,
)

_FORBIDDEN = re.compile(
    r"vbaProject|externalLinks/|embeddings/|activeX/|ctrlProps/|macrosheets/|connections\.xml|queryTables/",
    re.IGNORECASE,
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_WIDEST = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]+)\d+"')
_OVERLAP = 64


def read_workbook(content: bytes, known: Collection[str]) -> list[Reading]:
    """Every visible sheet with a header row, in order; the other sheets stand aside, and that is told.

    Raises
    ------
    DeliveryRefused
        As `archives.opened`, `named` and `rows_of`; D-103 damaged, D-107 macros or links, D-108 formulas,
        D-109 no header, D-115 the table stands on a hidden sheet.
    """
    _inspect(content)
    sheets = _sheets(content)
    headed = [(name, visible, cells, *_header(cells, known)) for name, visible, cells in sheets]
    most = max((found for *_, found in headed), default=0)
    if not most:
        raise no_header()
    # A sheet with a stray known word is no table: it needs three names, or as many as the best one.
    tables = [sheet for sheet in headed if sheet[4] >= min(3, most) and sheet[1]]
    if not tables:
        raise DeliveryRefused(
            "D-115", "De tabel staat op een verborgen blad.", "Maak het blad zichtbaar of lever het apart."
        )
    used = {name for name, *_ in tables}
    hidden = sum(not visible for _, visible, _ in sheets)
    others = len(sheets) - len(tables) - hidden
    told = [_told(hidden, "verborgen blad", "verborgen bladen"), _told(others, "ander blad", "andere bladen")]
    aside = tuple(cells for name, _, cells in sheets if name not in used)
    labels = tuple(name for name, *_ in sheets)
    readings = []
    for name, _, cells, row, _ in tables:
        headers = [cell or "" for cell in cells.row(row)]
        table, numbers, skipped = rows_of(named(cells.slice(row + 1), headers), row + 2)
        seen = ["XLSX", *([f"blad {len(readings) + 1} van {len(tables)}"] if len(tables) > 1 else [])]
        seen += [f"kopregel op lijn {row + 1}"] if row else []
        notes = (*seen, *skipped, *(note for note in told if note))
        readings.append(Reading(table, notes, labels, name if len(tables) > 1 else "", numbers, aside))
        aside, told = (), []
    return readings


def _told(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many} overgeslagen" if count else ""


def _header(cells: pl.DataFrame, known: Collection[str]) -> tuple[int, int]:
    """Row and number of known names of the likeliest header."""
    counts = [hits(values, known) for values in cells.head(HEADER_WITHIN).iter_rows()]
    most = max(counts, default=0)
    return (counts.index(most) if counts else 0), most


def _sheets(content: bytes) -> list[tuple[str, bool, pl.DataFrame]]:
    """Name, whether it shows, and all cells as text, from row 1."""
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


def _inspect(content: bytes) -> None:
    with opened(content, "XLSX") as archive:
        entries = archive.infolist()
        if any(_FORBIDDEN.search(entry.filename) for entry in entries):
            raise _macros()
        for entry in entries:
            if entry.filename == "[Content_Types].xml":
                types = b"".join(chunks(archive, entry, "XLSX"))
                if b"macroEnabled" in types:
                    raise _macros()
            elif entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                _refuse_formulas(archive, entry)


def _macros() -> DeliveryRefused:
    return DeliveryRefused(
        "D-107", "Het XLSX-bestand bevat macro's of koppelingen.", "Sla het op zonder macro's en koppelingen."
    )


def _refuse_formulas(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    before = b""
    for piece in chunks(archive, entry, "XLSX"):
        text = before + piece
        if _FORMULA.search(text):
            raise DeliveryRefused("D-108", "Het XLSX-bestand bevat formules.", "Plak de waarden en lever opnieuw.")
        widest = max((_place(letters) for letters in set(_WIDEST.findall(text))), default=0)
        refuse_many_columns(widest)
        before = text[-_OVERLAP:]


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters[:5]:
        place = place * 26 + letter - 64
    return place
