"""Repair text files that were changed after export: concatenated files, and lines quoted as a single cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from demad.intake.reading.records import blocks, ragged

_MARK = b"\xef\xbb\xbf"  # byte order mark of UTF-8


class Marks:
    """Removes byte order marks from within a text, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def without(self, text: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the text without byte order marks; a mark within a line ends that line, because a file ended there."""
        begins = True
        for piece in text:
            if _MARK not in piece:
                yield piece
            else:
                yield self._cut(piece, begins=begins)
            begins = piece.endswith((b"\n", b"\r"))

    def _cut(self, piece: bytes, *, begins: bool) -> bytes:
        self.count += piece.count(_MARK)
        parts = piece.split(_MARK)
        found = parts[0]
        for part in parts[1:]:
            at_start = found.endswith((b"\n", b"\r")) or (begins and not found)
            found += part if at_start else b"\n" + part
        return found


def is_wrapped(headers: list[str], separator: str) -> bool:
    """Whether the first cell holds the whole header line."""
    return separator in headers[0] and not any(headers[1:]) if headers else False


def unwrapped(text: Iterable[bytes], separator: str) -> Iterator[bytes]:
    """Unquote lines that are each written as one quoted cell.

    Raises
    ------
    DeliveryRefused
        D-104: an unclosed quote.
    """
    for block in blocks(text):
        target = io.StringIO()
        writer = csv.writer(target, delimiter=separator, lineterminator="\n")
        try:
            for row in csv.reader(io.StringIO(block.decode("utf-8", "replace"), newline=""), delimiter=separator):
                if any(row[1:]):
                    writer.writerow(row)
                else:
                    target.write(f"{row[0] if row else ''}\n")
        except csv.Error:
            raise ragged() from None
        yield target.getvalue().encode()
