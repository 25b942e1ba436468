"""CSV of real life: any encoding, separator and place of the header become columns of text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.characters import to_utf8
from demad.intake.sheet import HEADER_WITHIN, Reading, hits, named, no_header, no_rows, refuse_many_columns, rows_of

SEPARATORS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
LINE_LIMIT = 1 << 20
_QUOTED = re.compile(rb'"[^"]*"')


def read_text(content: bytes, known: Collection[str]) -> Reading:
    """The table in a text file.

    Parameters
    ----------
    known
        Names (as `sheet.plain` writes them) a header may hold: the line within the first 25, and the
        separator, that match most of them win.

    Raises
    ------
    DeliveryRefused
        As `to_utf8`, `named` and `rows_of`; D-104 rows of different length, D-109 no header, D-114 a line
        that no program writes.
    """
    text, encoding = to_utf8(content)
    text = _with_newlines(text)
    top = _top(text)
    hint = _hint(top[0][1]) if top else ""
    start, row, separator = _header(top, known, hint)
    body = text[start:]
    headers, end = _first_record(body, separator)
    refuse_many_columns(len(headers))
    rows = body[end:]
    if not rows.strip():
        raise no_rows()
    frame = _parsed(rows, separator, headers)
    lines = row + body[:end].count(b"\n")
    table, numbers, skipped = rows_of(named(frame, headers), lines + 1)
    _refuse_short(rows, separator, len(headers), numbers - (lines + 1))
    notes = [encoding, SEPARATORS[separator], *(["sep-regel"] if hint else [])]
    if row:
        notes.append(f"kopregel op lijn {row + 1}")
    return Reading(table, (*notes, *skipped), numbers=numbers)


def refuse_one_line(head: bytes) -> None:
    """Raise D-114 where a file begins with a line that no program writes: before the rest of it is read.

    What is no text is told so instead.
    """
    if b"\n" not in head and b"\r" not in head and b"\0" not in head[:1024]:
        raise _long()


def _with_newlines(text: bytes) -> bytes:
    """Lines that end in a carriage return alone, as old Macs wrote them, end in a newline."""
    head = text[:65_536]
    return text.replace(b"\r", b"\n") if b"\r" in head and b"\n" not in head else text


def _top(text: bytes) -> list[tuple[int, str]]:
    """Where each of the first lines begins, and the line."""
    lines, start = [], 0
    for _ in range(HEADER_WITHIN):
        if start >= len(text):
            break
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        if end - start > LINE_LIMIT:
            raise _long()
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
            raise _ragged()
        line = body[:end]
        if line.count(b'"') % 2 == 0:
            break
        if end == len(body):
            raise _ragged()
    try:
        cells = next(csv.reader(io.StringIO(line.decode("utf-8", "replace"), newline=""), delimiter=separator), [])
    except csv.Error:  # a carriage return outside quotes, or a header longer than any
        raise _ragged() from None
    return cells, min(end + 1, len(body))


def _parsed(rows: bytes, separator: str, headers: list[str]) -> pl.DataFrame:
    try:
        return pl.read_csv(
            io.BytesIO(rows),
            separator=separator,
            has_header=False,
            new_columns=[f"c{place}" for place in range(len(headers))],
            schema={f"c{place}": pl.String for place in range(len(headers))},
            truncate_ragged_lines=False,
            quote_char='"',
        )
    except (pl.exceptions.PolarsError, OSError, ValueError):
        raise _ragged() from None


def _refuse_short(rows: bytes, separator: str, width: int, kept: pl.Series) -> None:
    """Raise D-104 where a row of data has fewer cells than the header: the file was cut or is broken.

    Every line is counted where nothing is quoted, else the last one.
    """
    if b'"' in rows:
        last = _QUOTED.sub(b"", rows.rstrip(b"\r\n").rsplit(b"\n", 1)[-1])
        cut = not rows.endswith(b"\n") and last.count(separator.encode()) < width - 1 and b'"' not in last
        if cut and rows.count(b"\n") in kept:
            raise _ragged()
        return
    mark = separator.encode()
    if rows.count(mark) == (width - 1) * (rows.count(b"\n") + (not rows.endswith(b"\n"))):
        return  # no row has more (the parser refuses those), so none has fewer
    lines = pl.Series("line", [rows.decode("utf-8", "replace").removesuffix("\n")]).str.split("\n").explode()
    short = (lines.str.count_matches(separator, literal=True) < width - 1).arg_true()
    if short.is_in(kept.implode()).any():
        raise _ragged()


def _long() -> DeliveryRefused:
    return DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")


def _ragged() -> DeliveryRefused:
    return DeliveryRefused(
        "D-104", "De rijen hebben niet allemaal evenveel kolommen.", "Controleer of het bestand volledig is."
    )
