"""Text that was changed on its way: files put under each other, lines that became one quoted cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from demad.intake.reading.records import blocks, ragged

_MARK = b"\xef\xbb\xbf"  # the mark of a beginning, in UTF-8


class Marks:
    """Takes the marks of a beginning out of the middle of a text, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def without(self, text: Iterable[bytes]) -> Iterator[bytes]:
        """The text without marks; one that stands within a line ends it, as the file before it ended there."""
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
    """Whether a whole header line stands in its first cell."""
    return separator in headers[0] and not any(headers[1:]) if headers else False


def unwrapped(text: Iterable[bytes], separator: str) -> Iterator[bytes]:
    """Lines that each stand in one quoted cell, as the lines they were.

    Raises
    ------
    DeliveryRefused
        D-104: a quote that nobody closed.
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
