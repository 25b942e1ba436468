"""Read CSV in any common encoding, with any separator and header position, into columns of text."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO

from demad.errors import DeliveryRefused
from demad.intake.reading.body import Body
from demad.intake.reading.characters import encoding_of, pieces
from demad.intake.reading.glued import Marks, is_wrapped, unwrapped
from demad.intake.reading.layout import rows_of
from demad.intake.reading.records import blocks, long_record, ragged
from demad.intake.reading.table import (
    HEADER_WITHIN,
    Reading,
    could_be_header,
    hits,
    named,
    no_header,
    refuse_many_columns,
)

SEPARATORS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
LINE_LIMIT = 1 << 20
TOP = (HEADER_WITHIN + 1) * (LINE_LIMIT + 1)  # bytes that certainly contain the header and all lines above it
BLOCK = 1 << 24  # bytes parsed at once
_SAMPLE, _SPARE = 1 << 15, 32
_OTHER_MARKS = {r"\^": "^", "~": "~", ":": "een dubbelpunt", "#": "#", "\\*": "*", "¦": "¦", r"\s{2,}| ": "spaties"}
_NAMES = 3


def read_text(source: BinaryIO, known: Collection[str]) -> Reading:
    """Read the table in a text file, block by block; columns with many repeated values are dictionary-encoded.

    Parameters
    ----------
    source
        The file; must be readable twice.
    known
        Names that a header may contain, normalised by `table.plain`. The header is the line, of the first 25, and the
        separator that match most of them.

    Raises
    ------
    DeliveryRefused
        As `encoding_of`, `named` and `rows_of`; D-104: rows of different length, D-109: no header, D-114: a line too
        long for any program.
    """
    codec, encoding = encoding_of(source)
    top = _Top(_text(source, codec, Marks()), known)
    wrapped = is_wrapped(top.headers, top.separator)
    marks = Marks()
    if wrapped:
        top = _Top(unwrapped(_text(source, codec, marks), top.separator), known)
    else:
        top = _Top(_text(source, codec, marks), known)
    body = Body(top.separator, len(top.headers), spare=top.spare, first=top.lines + 1)
    below, unnamed = named(body.frame(blocks(top.below)), top.headers)
    table, numbers, skipped = rows_of(below, top.lines + 1)
    body.refuse_short(numbers - (top.lines + 1))
    notes = [encoding, SEPARATORS[top.separator], *(["sep-regel"] if top.hinted else [])]
    notes += [f"kopregel op lijn {top.row + 1}"] if top.row else []
    notes += ["elke lijn stond als één cel tussen aanhalingstekens"] if wrapped else []
    notes += ["lege cellen aan het einde van lijnen overgeslagen"] if body.trailing else []
    notes += [f"{marks.count} keer een BOM midden in het bestand overgeslagen"] if marks.count else []
    return Reading(table, (*notes, *unnamed, *skipped), numbers=numbers)


def _text(source: BinaryIO, codec: str, marks: Marks) -> Iterator[bytes]:
    return marks.without(_with_newlines(pieces(source, codec, BLOCK)))


class _Top:
    """The header of a text and the lines above it; ``below`` yields the rows and can be read once.

    Parameters
    ----------
    row
        Line number of the header, from 0; ``lines`` is the number of lines up to its end.
    spare
        Number of empty cells in the first rows beyond the header.
    """

    def __init__(self, text: Iterator[bytes], known: Collection[str]) -> None:
        beginning = _beginning(text)
        lines = _top(beginning)
        hint = _hint(lines[0][1]) if lines else ""
        start, self.row, self.separator = _header(lines, known, hint)
        headers, end = _first_record(beginning[start : start + LINE_LIMIT + 1], self.separator)
        refuse_many_columns(len(headers))
        self.hinted = bool(hint)
        self.lines = self.row + beginning.count(b"\n", start, start + end)
        rows = beginning[start + end :]
        self.headers, self.spare = _shaped(headers, rows[:_SAMPLE], self.separator)
        self.below = itertools.chain([rows], text)


def _shaped(headers: list[str], sample: bytes, separator: str) -> tuple[list[str], int]:
    """Return the headers and the number of empty cells in the first rows beyond the header.

    If a program wrote row numbers in an unnamed first column, an empty header is put in front.
    """
    text = sample[: sample.rfind(b"\n") + 1].decode("utf-8", "replace")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        return headers, 0
    above = {len(row) - len(headers) for row in rows}
    if above == {1} and [row[0] for row in rows] in ([str(n + first) for n in range(len(rows))] for first in (0, 1)):
        return ["", *headers], 0
    spare = max(above, default=0)
    return headers, spare if 0 < spare < _SPARE and not any(cell for row in rows for cell in row[len(headers) :]) else 0


def refuse_one_line(head: bytes) -> None:
    """Raise D-114 if a file begins with an impossibly long line, before the rest is read.

    Not raised for bytes that are not text: those get their own refusal.
    """
    if b"\n" not in head and b"\r" not in head and b"\0" not in head[:1024]:
        raise long_record()


def _with_newlines(text: Iterable[bytes]) -> Iterator[bytes]:
    """Replace carriage returns by newlines in a file that has only those (old Mac format)."""
    alone = None
    for piece in text:
        if alone is None:
            alone = b"\r" in piece[:65_536] and b"\n" not in piece[:65_536]
        yield piece.replace(b"\r", b"\n") if alone else piece


def _beginning(text: Iterator[bytes]) -> bytes:
    """As many bytes as the lines above the rows can take."""
    found = b""
    while len(found) <= TOP and (piece := next(text, b"")):
        found += piece
    return found


def _top(text: bytes) -> list[tuple[int, str]]:
    """The first lines, each with the position of its start."""
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
    """The separator in a first line such as ``sep=;``."""
    bare = line.strip(' "')
    return bare[4:5] if bare.lower().startswith("sep=") and bare[4:5] in SEPARATORS else ""


def _header(top: list[tuple[int, str]], known: Collection[str], hint: str) -> tuple[int, int, str]:
    best, found = 0, (0, 0, "")
    for row, (start, line) in enumerate(top):
        for mark in [hint] if hint else SEPARATORS:
            count = hits(line.split(mark), known)
            if count > best:
                best, found = count, (start, row, mark)
    if best < 2 and (guessed := _guessed(top, known, hint)) and (not best or guessed[1] < found[1]):
        return guessed
    if not best:
        raise _no_table(top, known)
    return found


def _guessed(top: list[tuple[int, str]], known: Collection[str], hint: str) -> tuple[int, int, str] | None:
    """The first line that could be a header, with the separator that gives most cells, as many as in the next line."""
    lines = [line for _, line in top]
    for row, (start, line) in enumerate(top):
        marks = sorted([hint] if hint else SEPARATORS, key=lambda mark: -line.count(mark))
        cells = [cell.strip('"') for cell in line.split(marks[0])]
        alike = row + 1 == len(lines) or abs(lines[row + 1].count(marks[0]) - line.count(marks[0])) <= 1
        if could_be_header(cells, known) and alike:
            return start, row, marks[0]
    return None


def _no_table(top: list[tuple[int, str]], known: Collection[str]) -> DeliveryRefused:
    """The refusal of a text without a known header, or with a header in another separator."""
    for row, (_, line) in enumerate(top):
        for mark, name in _OTHER_MARKS.items():
            if hits(re.split(mark, line), known) >= _NAMES:
                return DeliveryRefused(
                    "D-109",
                    f"De kopregel op lijn {row + 1} gebruikt {name} als scheidingsteken: dat lezen we niet.",
                    "Exporteer met puntkomma, komma, tab of streep (|).",
                )
    return no_header()


def _first_record(body: bytes, separator: str) -> tuple[list[str], int]:
    """The cells of the header and its end position; a quoted header may contain newlines."""
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
    except csv.Error:  # a carriage return outside quotes, or an overlong header
        raise ragged() from None
    return cells, min(end + 1, len(body))
