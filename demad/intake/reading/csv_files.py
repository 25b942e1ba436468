"""CSV of real life: any encoding, separator and place of the header become columns of text."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO

from demad.intake.reading.body import Body
from demad.intake.reading.characters import encoding_of, pieces
from demad.intake.reading.records import blocks, long_record, ragged
from demad.intake.reading.table import HEADER_WITHIN, Reading, hits, named, no_header, refuse_many_columns, rows_of

SEPARATORS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
LINE_LIMIT = 1 << 20
TOP = (HEADER_WITHIN + 1) * (LINE_LIMIT + 1)  # bytes that hold the header and all above it
BLOCK = 1 << 24  # bytes of the file that are parsed at once


def read_text(source: BinaryIO, known: Collection[str]) -> Reading:
    """The table in a text file, read block by block; columns of which most cells return are coded.

    Parameters
    ----------
    source
        The file, which can be read twice.
    known
        Names (as `sheet.plain` writes them) a header may hold: the line within the first 25, and the
        separator, that match most of them win.

    Raises
    ------
    DeliveryRefused
        As `encoding_of`, `named` and `rows_of`; D-104 rows of different length, D-109 no header, D-114 a line
        that no program writes.
    """
    codec, encoding = encoding_of(source)
    text = _with_newlines(pieces(source, codec, BLOCK))
    beginning = _beginning(text)
    top = _top(beginning)
    hint = _hint(top[0][1]) if top else ""
    start, row, separator = _header(top, known, hint)
    headers, end = _first_record(beginning[start : start + LINE_LIMIT + 1], separator)
    refuse_many_columns(len(headers))
    lines = row + beginning.count(b"\n", start, start + end)
    body = Body(separator, len(headers))
    rows = body.frame(blocks(itertools.chain([beginning[start + end :]], text)))
    table, numbers, skipped = rows_of(named(rows, headers), lines + 1)
    body.refuse_short(numbers - (lines + 1))
    notes = [encoding, SEPARATORS[separator], *(["sep-regel"] if hint else [])]
    if row:
        notes.append(f"kopregel op lijn {row + 1}")
    return Reading(table, (*notes, *skipped), numbers=numbers)


def refuse_one_line(head: bytes) -> None:
    """Raise D-114 where a file begins with a line that no program writes: before the rest of it is read.

    What is no text is told so instead.
    """
    if b"\n" not in head and b"\r" not in head and b"\0" not in head[:1024]:
        raise long_record()


def _with_newlines(text: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that end in a carriage return alone, as old Macs wrote them, end in a newline."""
    alone = None
    for piece in text:
        if alone is None:
            alone = b"\r" in piece[:65_536] and b"\n" not in piece[:65_536]
        yield piece.replace(b"\r", b"\n") if alone else piece


def _beginning(text: Iterator[bytes]) -> bytes:
    """As much of the text as the lines above the rows can fill."""
    found = b""
    while len(found) <= TOP and (piece := next(text, b"")):
        found += piece
    return found


def _top(text: bytes) -> list[tuple[int, str]]:
    """Where each of the first lines begins, and the line."""
    lines, start = [], 0
    for _ in range(HEADER_WITHIN):
        if start >= len(text):
            break
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        if end - start > LINE_LIMIT:
            raise long_record()
        lines.append((start, text[start:end].decode("utf-8", "replace").rstrip("\r")))
        start = end + 1
    return lines


def _hint(line: str) -> str:
    """The separator that a first line like ``sep=;`` names."""
    bare = line.strip(' "')
    return bare[4:5] if bare.lower().startswith("sep=") and bare[4:5] in SEPARATORS else ""


def _header(top: list[tuple[int, str]], known: Collection[str], hint: str) -> tuple[int, int, str]:
    best, found = 0, (0, 0, "")
    for row, (start, line) in enumerate(top):
        for mark in [hint] if hint else SEPARATORS:
            count = hits(line.split(mark), known)
            if count > best:
                best, found = count, (start, row, mark)
    if not best:
        raise no_header()
    return found


def _first_record(body: bytes, separator: str) -> tuple[list[str], int]:
    """The cells of the header and where it ends; a quoted header may hold newlines."""
    end = -1
    while True:
        end = body.find(b"\n", end + 1)
        end = len(body) if end < 0 else end
        if end > LINE_LIMIT:
            raise ragged()
        line = body[:end]
        if line.count(b'"') % 2 == 0:
            break
        if end == len(body):
            raise ragged()
    try:
        cells = next(csv.reader(io.StringIO(line.decode("utf-8", "replace"), newline=""), delimiter=separator), [])
    except csv.Error:  # a carriage return outside quotes, or a header longer than any
        raise ragged() from None
    return cells, min(end + 1, len(body))
