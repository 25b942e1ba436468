"""Split text into blocks of whole records, so that a large file is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from demad.errors import DeliveryRefused

_RECORD_LIMIT = 1 << 26  # bytes: the most columns we read, each with the longest cell


def blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes, split after newlines outside quotes; a piece that needs no split is not copied.

    Raises
    ------
    DeliveryRefused
        D-114: a record too long for any program, as after an unclosed quote.
    """
    held, quotes = b"", 0
    for piece in pieces:
        end = _end_of_records(piece, quotes)
        if end:
            yield b"".join((held, memoryview(piece)[:end])) if held or end < len(piece) else piece
            held, quotes = piece[end:], 0
        else:
            held += piece
            if len(held) > _RECORD_LIMIT:
                raise long_record()
        quotes = held.count(b'"')
    if held:
        yield held


def _end_of_records(text: bytes, quotes: int) -> int:
    """Position after the last complete record; 0 if there is none. ``quotes``: number of quotes before the text."""
    end = text.rfind(b"\n") + 1
    quotes += text.count(b'"', 0, end) if b'"' in text else 0  # a membership test is faster than a count
    while end and quotes % 2:
        opened = text.rfind(b'"', 0, end)
        if opened < 0:
            return 0
        before = text.rfind(b"\n", 0, opened) + 1
        quotes -= 1 + text.count(b'"', before, opened)
        end = before
    return end


def long_record() -> DeliveryRefused:
    """The refusal of an impossibly long cell or line."""
    return DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")


def ragged(line: int = 0, found: int = 0, expected: int = 0) -> DeliveryRefused:
    """The refusal of rows whose length differs from the header, with the first of them if known."""
    what = "De rijen hebben niet allemaal evenveel kolommen."
    if line and found:
        what += f" Op lijn {line} vinden we {found} cellen en verwachten er {expected}."
    elif line:
        what += f" Kijk rond lijn {line}, naar een aanhalingsteken dat niet gesloten is."
    return DeliveryRefused(
        "D-104", what, "Controleer of het bestand volledig is en of er een scheidingsteken in een cel staat."
    )
