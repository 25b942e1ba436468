"""Which reader a delivered file needs, and its tables. Runs in the child (`child`); not here: types."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO

from demad.errors import DeliveryRefused, InputMissing
from demad.intake.reading.archives import locked, members
from demad.intake.reading.csv_files import LINE_LIMIT, read_text, refuse_one_line
from demad.intake.reading.parquet_files import read_parquet
from demad.intake.reading.table import Reading, damaged
from demad.intake.reading.workbooks import read_workbook

_OLE = b"\xd0\xcf\x11\xe0"  # an Excel 97 file, or an XLSX behind a password
_MAGIC = {b"PK\x03\x04": "een ZIP- of XLSX-bestand", b"PAR1": "een Parquet-bestand", b"%PDF": "een PDF-bestand"}
_MAGIC |= {b"\x1f\x8b": "een gecomprimeerd bestand", b"SQLite": "een databank", b"\x7fELF": "een programma"}
_MAGIC |= {b"MZ\x90": "een programma", b"{\\rtf": "een tekstdocument", b"\x89PNG": "een beeld"}


def parse(path: Path, known: Collection[str]) -> list[Reading]:
    """The tables of one delivered file: one of a CSV or Parquet, one per sheet, all of a ZIP.

    Parameters
    ----------
    path
        ``.csv``, ``.txt``, ``.xlsx``, ``.parquet`` or ``.zip``; capitals do not matter.
    known
        Names (as `sheet.plain` writes them) that a header row may hold.

    Raises
    ------
    InputMissing
        D-100: not readable.
    DeliveryRefused
        D-101..D-121: another kind of file, empty, damaged, locked, too large, no header row.
    """
    try:
        with path.open("rb") as source:
            if path.suffix.lower() == ".zip":
                return _archived(source.read(), known)
            return _tables(path.name, source, known)
    except OSError:
        raise InputMissing("D-100", f"Het bestand {path.name} is niet leesbaar.", "Controleer de rechten.") from None


def _archived(content: bytes, known: Collection[str]) -> list[Reading]:
    _not_empty(content)
    found = members(content)
    names = tuple(name for name, _ in found)
    tables = []
    for name, inside in found:
        for reading in _tables(name, io.BytesIO(inside), known):
            called = reading.name or PurePath(name).stem
            labels = (*reading.labels, *names)
            tables.append(replace(reading, name=called, notes=("ZIP", *reading.notes), labels=labels))
    return tables


def _tables(name: str, source: BinaryIO, known: Collection[str]) -> list[Reading]:
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".csv", ".txt", ".xlsx", ".parquet"):
        raise DeliveryRefused(
            "D-101", "Dit soort bestand lezen we niet.", "Lever CSV, XLSX, Parquet of een ZIP daarvan."
        )
    head = source.read(LINE_LIMIT + 1)
    if suffix in (".csv", ".txt") and len(head) > LINE_LIMIT:
        refuse_one_line(head)
    _not_empty(head)
    if head.startswith(_OLE):
        raise locked()
    if suffix in (".csv", ".txt"):
        _is_text(head)
        return [read_text(source, known)]
    content = head + source.read()
    if suffix == ".parquet":
        return [read_parquet(content, known)]
    if not content.startswith(b"PK"):
        raise damaged("XLSX")
    return read_workbook(content, known)


def _not_empty(content: bytes) -> None:
    if not content:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")


def _is_text(content: bytes) -> None:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)
    if kind is None and head[:1] == b"<":
        kind = "een webpagina of XML"
    if kind:
        raise DeliveryRefused(
            "D-121", f"Dit is geen CSV maar {kind}.", "Exporteer als CSV, of geef de juiste extensie."
        )
