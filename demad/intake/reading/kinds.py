"""Determine the kind of a file from its bytes, not its name, and what the user must do. Reads no tables."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

_OLE = b"\xd0\xcf\x11\xe0"  # an Excel 97 file, or an encrypted XLSX
_SAVE = "Open het in Excel en bewaar het als .xlsx, of exporteer als CSV."
_EXPORT = "Exporteer als CSV of XLSX."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: short name, Dutch description, and Dutch advice."""

    name: str
    what: str
    todo: str


TEXT = Kind("text", "een tekstbestand", "Geef het de extensie .csv.")
WORKBOOK = Kind("xlsx", "een XLSX-bestand", "Geef het de extensie .xlsx.")
ZIP = Kind("zip", "een ZIP-bestand", "Geef het de extensie .zip.")
LOCKED = Kind("locked", "een bestand met een wachtwoord", "Sla het op zonder wachtwoord.")
_BEGINNINGS = {
    b"PAR1": Kind("parquet", "een Parquet-bestand", "Geef het de extensie .parquet."),
    b"%PDF": Kind("pdf", "een PDF-bestand", _EXPORT),
    b"\x1f\x8b": Kind("gzip", "een gecomprimeerd bestand (gzip)", "Pak het uit en lever wat erin zit."),
    b"7z\xbc\xaf": Kind("7z", "een gecomprimeerd bestand (7-Zip)", "Pak het uit, of lever een ZIP."),
    b"Rar!": Kind("rar", "een gecomprimeerd bestand (RAR)", "Pak het uit, of lever een ZIP."),
    b"SQLite": Kind("database", "een databank", _EXPORT),
    b"\x7fELF": Kind("program", "een programma", _EXPORT),
    b"MZ": Kind("program", "een programma", _EXPORT),
    b"{\\rtf": Kind("document", "een tekstdocument (RTF)", _EXPORT),
    b"\x89PNG": Kind("image", "een beeld", _EXPORT),
    b"\xff\xd8\xff": Kind("image", "een beeld", _EXPORT),
}
_PACKED = {
    "xl/workbook.bin": Kind("xlsb", "een binair Excel-bestand (.xlsb)", _SAVE),
    "word/": Kind("document", "een Word-document", _EXPORT),
    "Index/": Kind("numbers", "een bestand van Apple Numbers", "Exporteer het als .xlsx of CSV."),
    "xl/": WORKBOOK,
}
_MARKUP = (
    (rb"office:spreadsheet|<Workbook\b", Kind("xml", "een Excel-bestand in XML (Excel 2003)", _SAVE)),
    (rb"(?i)<!doctype html|<html\b|<table\b|<body\b|<head\b", Kind("html", "een webpagina", _SAVE)),
    (rb"", Kind("xml", "een webpagina of XML", _SAVE)),
)
_ARCHIVE = Kind("mhtml", "een webarchief", _SAVE)


def kind_of(content: bytes) -> Kind | None:
    """Return the kind of a file; None if it may be a text with a table.

    Parameters
    ----------
    content
        The whole file, or the part that is available; the directory of a ZIP is at the end.
    """
    if content.startswith(b"PK"):
        return _packed(content)
    if content.startswith(_OLE):
        return _old_office(content)
    found = next((kind for begin, kind in _BEGINNINGS.items() if content.startswith(begin)), None)
    head = content[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if found is None and head.startswith(b"<"):
        return next(kind for mark, kind in _MARKUP if re.search(mark, head))
    if found is None and head.lower().startswith((b"mime-version:", b"from: <saved by")):
        return _ARCHIVE
    return found


def _packed(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
                return Kind("ods", "een OpenDocument-bestand (.ods)", "Open het en bewaar het als .xlsx.")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, KeyError):
        return ZIP
    return next((kind for mark, kind in _PACKED.items() if any(name.startswith(mark) for name in names)), ZIP)


def _old_office(content: bytes) -> Kind:
    """Distinguish an old workbook from an encrypted new one: both are OLE containers, with different entries."""
    if _holds(content, "Workbook") or _holds(content, "Book"):
        return Kind("xls", "een oud Excel-bestand (.xls)", _SAVE)
    if _holds(content, "WordDocument"):
        return Kind("document", "een Word-document", _EXPORT)
    return LOCKED


def _holds(content: bytes, name: str) -> bool:
    return (name + "\0").encode("utf-16-le") in content


def looks_like_text(head: bytes) -> bool:
    """Whether bytes could be lines of text."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return bool(head) and (marked or (b"\0" not in head and (b"\n" in head or b"\r" in head or b";" in head)))
