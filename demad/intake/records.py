"""Text is cut into blocks of whole records, so that a large file never stands in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from demad.errors import DeliveryRefused

_RECORD_LIMIT = 1 << 26  # bytes: as many columns as we read, each with the longest cell


def blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut after newlines that stand outside quotes.

    Raises
    ------
    DeliveryRefused
        D-114: a record longer than any program writes, as after a quote that nobody closed.
    """
    held = b""
    for piece in pieces:
        held += piece
        end = _end_of_records(held)
        if end:
            yield held[:end]
            held = held[end:]
        elif len(held) > _RECORD_LIMIT:
            raise long_record()
    if held:
        yield held


def _end_of_records(text: bytes) -> int:
    """Where the last whole record ends; 0 where none does. The text begins outside quotes."""
    end = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, end)
    while end and quotes % 2:
        opened = text.rfind(b'"', 0, end)
        quotes -= 1
        before = text.rfind(b"\n", 0, opened) + 1
        quotes -= text.count(b'"', before, opened)
        end = before
    return end


def long_record() -> DeliveryRefused:
    """The refusal of a cell or line that no program writes."""
    return DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")
