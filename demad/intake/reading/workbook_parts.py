"""Read facts about a workbook that the cell reader does not give: formulas, errors, hidden rows, the date system.

The XML parts of the XLSX are scanned as text in chunks; only these few marks are used.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from demad.errors import DeliveryRefused
from demad.intake.reading.archives import chunks, opened
from demad.intake.reading.table import COLUMN_LIMIT, damaged, refuse_many_columns

_FORBIDDEN = re.compile(
    r"vbaProject|externalLinks/|embeddings/|activeX/|ctrlProps/|macrosheets/|connections\.xml|queryTables/",
    re.IGNORECASE,
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_WIDEST = re.compile(rb"<(?:\w+:)?c\s[^>]*?r=[\"']([A-Z]+)\d+[\"']")
_ERROR = re.compile(rb"(<(?:\w+:)?c\b[^>]*?\st=)([\"'])e\2")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\s(?:hidden=[\"'](?:1|true)[\"']|ht=[\"']0(?:\.0+)?[\"'])")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*?\shidden=[\"'](?:1|true)[\"'][^>]*)")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)")
_PROPERTIES = re.compile(rb"<(?:\w+:)?workbookPr\b([^>]*)")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PART_LIMIT = 1 << 22  # bytes; a longer list of sheets is refused
_TAG_LIMIT = 1 << 16


@dataclass(frozen=True, slots=True)
class Hidden:
    """Number of hidden rows and columns of a sheet, for example by a filter."""

    rows: int = 0
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """A workbook that passed the checks.

    Parameters
    ----------
    content
        The workbook, with the text of an error in each cell with an error: the cell reader would make it empty.
    date_1904
        Whether its date numbers count from 1904.
    hidden
        Hidden rows and columns by sheet name.
    """

    content: bytes
    date_1904: bool
    hidden: Mapping[str, Hidden]


def parts_of(content: bytes) -> Parts:
    """Scan a workbook.

    Raises
    ------
    DeliveryRefused
        As `archives.opened`; D-103: damaged, D-107: macros or links, D-108: formulas, D-113: too many columns.
    """
    with opened(content, "XLSX") as archive:
        _refuse_programs(archive)
        files = _sheet_files(archive)
        names = {name for name in archive.namelist() if _is_sheet(name)} | set(files.values())
        seen = {name: _looked_through(archive, name) for name in sorted(names & set(archive.namelist()))}
        wrong = {name for name, (_, errors) in seen.items() if errors}
        readable = _with_error_texts(archive, wrong) if wrong else content
        hidden = {sheet: seen[path][0] for sheet, path in files.items() if path in seen}
        return Parts(readable, _date_1904(archive), hidden)


def _refuse_programs(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        macros = entry.filename == "[Content_Types].xml" and b"macroEnabled" in _part(archive, entry.filename)
        if macros or _FORBIDDEN.search(entry.filename):
            raise DeliveryRefused(
                "D-107", "Het XLSX-bestand bevat macro's of koppelingen.", "Sla het op zonder macro's en koppelingen."
            )


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Archive entry of each sheet, by sheet name."""
    targets = {}
    for tag in _RELATION.findall(_part(archive, _RELATIONS)):
        about = _attributes(tag)
        targets[about.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", about.get("Target", ""))).lstrip("/")
    found = {}
    for tag in _SHEET.findall(_part(archive, _BOOK)):
        about = _attributes(tag)
        relation = next((value for name, value in about.items() if name.endswith(":id")), "")
        if "name" in about and relation in targets:
            found[about["name"]] = targets[relation]
    return found


def _date_1904(archive: zipfile.ZipFile) -> bool:
    """Interpret the 1904 mark as the date reader does, so that dates and date numbers agree."""
    tags = _PROPERTIES.findall(_part(archive, _BOOK))
    return any(_attributes(tag).get("date1904") in ("1", "true") for tag in tags)


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(tag)}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part of the workbook; empty if it does not exist."""
    if name not in archive.namelist():
        return b""
    found = b""
    for piece in chunks(archive, archive.getinfo(name), "XLSX"):
        found += piece
        if len(found) > _PART_LIMIT:
            raise damaged("XLSX")
    return found


def _looked_through(archive: zipfile.ZipFile, name: str) -> tuple[Hidden, bool]:
    """What a sheet hides, and whether it contains errors."""
    rows = columns = 0
    errors = False
    for text in _whole_tags(chunks(archive, archive.getinfo(name), "XLSX")):
        if _FORMULA.search(text):
            raise DeliveryRefused("D-108", "Het XLSX-bestand bevat formules.", "Plak de waarden en lever opnieuw.")
        refuse_many_columns(max((_place(letters) for letters in set(_WIDEST.findall(text))), default=0))
        if b"hidden=" in text or b" ht=" in text:
            rows += sum(1 for _ in _HIDDEN_ROW.finditer(text))
            columns += sum(_width(tag) for tag in _HIDDEN_COLUMN.findall(text))
        errors = errors or _ERROR.search(text) is not None
    return Hidden(rows, min(columns, COLUMN_LIMIT)), errors


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same text, split at the start of a tag."""
    held = b""
    for piece in pieces:
        text = held + piece
        cut = text.rfind(b"<")
        if cut <= 0 or len(text) - cut > _TAG_LIMIT:
            cut = len(text)
        yield text[:cut]
        held = text[cut:]
    yield held


def _with_error_texts(archive: zipfile.ZipFile, wrong: set[str]) -> bytes:
    """The workbook with error texts in place of errors, in these sheets."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as mended:
        for entry in archive.infolist():
            with mended.open(entry.filename, "w") as out:
                pieces = chunks(archive, entry, "XLSX")
                for text in _whole_tags(pieces) if entry.filename in wrong else pieces:
                    out.write(_ERROR.sub(rb"\1\2str\2", text) if entry.filename in wrong else text)
    return target.getvalue()


def _width(tag: bytes) -> int:
    about = _attributes(tag)
    first, last = (int(about[name]) if about.get(name, "").isdecimal() else 1 for name in ("min", "max"))
    return max(0, min(last, COLUMN_LIMIT) - first + 1)


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters[:5]:
        place = place * 26 + letter - 64
    return place
