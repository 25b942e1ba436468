"""CSV, XLSX and Parquet of real life become columns, with a note of what was seen. Not here: types."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, InputMissing

HEADER_WITHIN = 25
_SEPARATORS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
_UNPACKED_LIMIT, _RATIO_LIMIT, _ENTRY_LIMIT = 512_000_000, 200, 200
_FORBIDDEN_PARTS = ("vbaProject.bin", "externalLinks/", "embeddings/", "activeX/")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: columns in order (text, or the types a Parquet file brings) and Dutch notes."""

    frame: pl.DataFrame
    notes: tuple[str, ...]
    labels: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers as delivered, stripped."""
        return tuple(self.frame.columns)


def plain(name: str) -> str:
    """A header without case, accents, spaces and marks, so that ``Geboorte jaar`` is ``geboortejaar``."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare.lower() if letter.isalnum())


def read_table(path: Path, *, known: Collection[str]) -> Reading:
    """Read one delivered file.

    Parameters
    ----------
    path
        ``.csv``, ``.txt``, ``.xlsx`` or ``.parquet``.
    known
        Column names and aliases that a header row may hold; the row (within the first 25) and separator
        that match most of them win.

    Raises
    ------
    InputMissing
        D-100: not there or not readable.
    DeliveryRefused
        D-101..D-109: another kind of file, empty, damaged, no header row.
    """
    if not path.is_file():
        raise InputMissing("D-100", f"Het bestand {path.name} is er niet.", "Controleer de naam en de map.")
    readers = {".csv": _read_csv, ".txt": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DeliveryRefused("D-101", "Dit soort bestand lezen we niet.", "Lever CSV, XLSX of Parquet.")
    try:
        content = path.read_bytes()
    except OSError:
        raise InputMissing("D-100", f"Het bestand {path.name} is niet leesbaar.", "Controleer de rechten.") from None
    if not content:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    return reader(content, {plain(name) for name in known})


def _read_parquet(content: bytes, known: set[str]) -> Reading:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError):
        raise _damaged("Parquet") from None
    _has_rows(frame)
    if not any(plain(name) in known for name in frame.columns):
        raise _no_header()
    return Reading(frame, ("Parquet",))


def _read_csv(content: bytes, known: set[str]) -> Reading:
    text, encoding = _decoded(content)
    lines = text.splitlines()
    hint = lines[0][4:5] if lines and lines[0].lower().startswith("sep=") else ""
    row, separator = _header_row(lines, known, hint)
    if row is None:
        raise _no_header()
    body = "\n".join(lines[row:]) if row else text
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode()),
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=False,
            quote_char='"',
        )
    except (pl.exceptions.PolarsError, OSError):
        raise DeliveryRefused(
            "D-104",
            "De rijen hebben niet allemaal evenveel kolommen.",
            "Controleer of het bestand volledig is.",
        ) from None
    notes = [encoding, _SEPARATORS[separator]]
    if row:
        notes.append(f"kopregel op lijn {row + 1}")
    return _without_totals(_named(frame), notes)


def _decoded(content: bytes) -> tuple[str, str]:
    """BOM, else strict UTF-8, else Windows-1252; a guess by statistics is wrong on every Windows file."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _clean(content.decode("utf-16")), "UTF-16"
        if content.startswith(b"\xef\xbb\xbf"):
            return _clean(content.decode("utf-8-sig")), "UTF-8 met BOM"
        try:
            return _clean(content.decode("utf-8")), "UTF-8"
        except UnicodeDecodeError:
            return _clean(content.decode("cp1252")), "Windows-1252"
    except UnicodeDecodeError:
        raise DeliveryRefused(
            "D-105",
            "De tekens in dit bestand zijn niet te lezen.",
            "Sla het op als UTF-8 (CSV UTF-8 in Excel).",
        ) from None


def _clean(text: str) -> str:
    if "\0" in text:
        raise _damaged("CSV")
    if any(mark in text for mark in ("\ufffd", "Ã«", "Ã©", "â‚¬", "‹n")):
        raise DeliveryRefused(
            "D-105",
            "De letters met accenten zijn al verminkt in het bestand.",
            "Exporteer opnieuw als UTF-8.",
        )
    if not text.strip():
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    return text


def _header_row(lines: list[str], known: set[str], hint: str) -> tuple[int | None, str]:
    best, found, separator = 0, None, ";"
    for row, line in enumerate(lines[:HEADER_WITHIN]):
        for mark in [hint] if hint in _SEPARATORS else _SEPARATORS:
            hits = sum(plain(cell) in known for cell in line.split(mark))
            if hits > best:
                best, found, separator = hits, row, mark
    return found, separator


def _read_xlsx(content: bytes, known: set[str]) -> Reading:
    _check_archive(content)
    import fastexcel

    try:
        book = fastexcel.read_excel(content)
        sheets = [
            (name, book.load_sheet(name, header_row=None, dtypes="string").to_polars()) for name in book.sheet_names
        ]
    except (fastexcel.FastExcelError, ValueError, pl.exceptions.PolarsError):
        raise _damaged("XLSX") from None
    best, chosen = 0, None
    for name, cells in sheets:
        for row, values in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
            hits = sum(plain(str(cell)) in known for cell in values if cell is not None)
            if hits > best:
                best, chosen = hits, (name, cells, row)
    if chosen is None:
        raise _no_header()
    name, cells, row = chosen
    headers = [str(cell).strip() if cell is not None else "" for cell in cells.row(row)]
    kept = [place for place, header in enumerate(headers) if header]
    repeated = [header for header, n in Counter(headers[place] for place in kept).items() if n > 1]
    if repeated:
        raise _twice()
    frame = cells.slice(row + 1).select(pl.nth(place).alias(headers[place]) for place in kept)
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    notes = ["XLSX", *([f"kopregel op lijn {row + 1}"] if row else [])]
    read = _without_totals(_named(frame), notes)
    return Reading(read.frame, read.notes, tuple(book.sheet_names))


def _check_archive(content: bytes) -> None:
    """Look at the archive's directory before anything is unpacked: bombs, macros and links are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            formulas = (
                any(
                    b"<f>" in archive.read(entry) or b"<f " in archive.read(entry)
                    for entry in entries
                    if entry.filename.startswith("xl/worksheets/") and entry.file_size < _UNPACKED_LIMIT // 8
                )
                if _fits(entries)
                else False
            )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise _damaged("XLSX") from None
    if not _fits(entries):
        raise DeliveryRefused("D-106", "Het XLSX-bestand is uitgepakt te groot.", "Lever het als CSV of Parquet.")
    if any(part in entry.filename for entry in entries for part in _FORBIDDEN_PARTS):
        raise DeliveryRefused(
            "D-107",
            "Het XLSX-bestand bevat macro's of koppelingen.",
            "Sla het op zonder macro's en koppelingen.",
        )
    if formulas:
        raise DeliveryRefused("D-108", "Het XLSX-bestand bevat formules.", "Plak de waarden en lever opnieuw.")


def _fits(entries: list[zipfile.ZipInfo]) -> bool:
    unpacked, packed = (sum(getattr(entry, size) for entry in entries) for size in ("file_size", "compress_size"))
    return len(entries) <= _ENTRY_LIMIT and unpacked <= _UNPACKED_LIMIT and unpacked <= _RATIO_LIMIT * max(packed, 1)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    stripped = [name.strip() for name in frame.columns]
    bare = [name.rsplit("_duplicated_", 1)[0] for name in stripped]
    if len({plain(name) for name in bare}) < len(bare):
        raise _twice()
    return frame.rename(dict(zip(frame.columns, stripped, strict=True)))


def _without_totals(frame: pl.DataFrame, notes: list[str]) -> Reading:
    """Drop rows that begin with Totaal and empty rows; both are layout, not people."""
    empty = pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")
    total = pl.any_horizontal(pl.all().str.to_lowercase().str.strip_chars().is_in(["totaal", "total", "eindtotaal"]))
    totals = frame.filter(total.fill_null(False)).height
    kept = frame.filter(~total.fill_null(False) & ~empty)
    if totals:
        notes.append(f"{totals} totaalrijen overgeslagen")
    _has_rows(kept)
    return Reading(kept, tuple(notes))


def _has_rows(frame: pl.DataFrame) -> None:
    if frame.is_empty():
        raise DeliveryRefused("D-102", "Het bestand bevat geen enkele rij.", "Maak de export opnieuw.")


def _damaged(kind: str) -> DeliveryRefused:
    return DeliveryRefused("D-103", f"Dit {kind}-bestand is beschadigd of onvolledig.", "Maak de export opnieuw.")


def _no_header() -> DeliveryRefused:
    return DeliveryRefused(
        "D-109", "We vinden geen kopregel met bekende kolommen.", "Vergelijk met demad template leefloon."
    )


def _twice() -> DeliveryRefused:
    return DeliveryRefused("D-110", "Een kolom komt twee keer voor.", "Hou één van de twee.")
