"""Choose the reader for a delivered file and return its tables. Runs in the child process (`worker`)."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO

import polars as pl

from demad.errors import DeliveryRefused, InputMissing
from demad.intake.reading.archives import locked, members
from demad.intake.reading.csv_files import LINE_LIMIT, read_text, refuse_one_line
from demad.intake.reading.kinds import LOCKED, TEXT, WORKBOOK, Kind, kind_of, looks_like_text
from demad.intake.reading.monthly_statement import refuse_statement
from demad.intake.reading.parquet_files import read_parquet
from demad.intake.reading.places import within
from demad.intake.reading.table import Reading, damaged
from demad.intake.reading.workbooks import read_workbook

_LOOKED_AT = 1 << 26  # bytes examined of a file of an unknown kind
_NOTE = 1 << 16  # bytes: a text of at most this size next to tables in an archive may be a note


def parse(path: Path, known: Collection[str]) -> list[Reading]:
    """Read the tables of one delivered file: one from CSV or Parquet, one per sheet, all from a ZIP.

    Parameters
    ----------
    path
        ``.csv``, ``.txt``, ``.xlsx``, ``.parquet`` or ``.zip``; case is ignored.
    known
        Names that a header row may contain, normalised by `table.plain`.

    Raises
    ------
    InputMissing
        D-100: not readable.
    DeliveryRefused
        D-101..D-122: unknown kind, empty, damaged, encrypted, too large, no header row.
    PrivacyRefused
        D-203: a federal monthly statement.
    """
    try:
        with path.open("rb") as source:
            if path.suffix.lower() == ".zip":
                return _archived(source.read(), known)
            return _tables(path.name, source, known)
    except OSError:
        raise InputMissing("D-100", f"Het bestand {path.name} is niet leesbaar.", "Controleer de rechten.") from None


def _archived(content: bytes, known: Collection[str]) -> list[Reading]:
    """The tables of an archive; a text file next to them may be a note, which is guarded but not read as a table."""
    _not_empty(content)
    found = members(content)
    names = tuple(name for name, _ in found)
    tables, notes = [], []
    refusals: list[DeliveryRefused] = []
    for name, inside in found:
        try:
            with within(name):
                readings = _tables(name, io.BytesIO(inside), known)
        except DeliveryRefused as refusal:
            if refusal.code != "D-109" or len(inside) > _NOTE:
                raise
            refusals.append(refusal)
            notes.append((name, inside))
            continue
        for reading in readings:
            called = reading.name or PurePath(name).stem
            labels = (*reading.labels, *names)
            tables.append(replace(reading, name=called, notes=("ZIP", *reading.notes), labels=labels))
    if refusals and not tables:
        raise refusals[0]
    return [_with_notes(tables[0], notes), *tables[1:]]


def _with_notes(reading: Reading, notes: list[tuple[str, bytes]]) -> Reading:
    """Add notes found next to a table: they are reported, and guarded line by line."""
    frames = [pl.DataFrame({"lijn": inside.decode("utf-8", "replace").splitlines()}) for _, inside in notes]
    told = tuple(f"{name} overgeslagen: geen tabel" for name, _ in notes)
    return replace(reading, notes=(*reading.notes, *told), aside=(*reading.aside, *frames))


def _tables(name: str, source: BinaryIO, known: Collection[str]) -> list[Reading]:
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".csv", ".txt", ".xlsx", ".parquet"):
        raise _strange(suffix, source.read(_LOOKED_AT))
    head = source.read(LINE_LIMIT + 1)
    refuse_statement(head)
    text = suffix in (".csv", ".txt")
    if text and len(head) > LINE_LIMIT:
        refuse_one_line(head)
    _not_empty(head)
    if text:
        _is_text(head, source)
        return [read_text(source, known)]
    content = head + source.read()
    if suffix == ".parquet":
        return [read_parquet(content, known)]
    _is_workbook(content)
    return read_workbook(content, known)


def _not_empty(content: bytes) -> None:
    if not content:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")


def _strange(suffix: str, content: bytes) -> DeliveryRefused:
    """The refusal of a file that no reader supports, with what it contains."""
    kind = kind_of(content) or (TEXT if looks_like_text(content) else None)
    what = f"Dit soort bestand lezen we niet{f': het is {kind.what}' if kind else ''}."
    if kind is WORKBOOK and suffix == ".xlsm":
        return DeliveryRefused("D-101", what, "Open het in Excel en bewaar het als .xlsx, zonder macro's.")
    return DeliveryRefused("D-101", what, kind.todo if kind else "Lever CSV, XLSX, Parquet of een ZIP daarvan.")


def _is_text(head: bytes, source: BinaryIO) -> None:
    if kind_of(head) is not None:
        source.seek(0)
        _refuse(kind_of(source.read(_LOOKED_AT)), "CSV")


def _is_workbook(content: bytes) -> None:
    kind = kind_of(content)
    if kind is None and looks_like_text(content[:4_096]):
        raise DeliveryRefused("D-103", f"Dit is geen XLSX maar {TEXT.what}.", TEXT.todo)
    if kind is None:
        raise damaged("XLSX")
    if kind.name == "zip":
        raise DeliveryRefused(
            "D-103", "Dit XLSX-bestand is beschadigd, of het is een gewone ZIP.", "Maak de export opnieuw."
        )
    if kind is not WORKBOOK:
        _refuse(kind, "XLSX")


def _refuse(kind: Kind | None, called: str) -> None:
    if kind is LOCKED:
        raise locked()
    if kind is not None:
        raise DeliveryRefused("D-121", f"Dit is geen {called} maar {kind.what}.", kind.todo)
