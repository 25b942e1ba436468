"""Text is cut into blocks of whole records, so that a large file never stands in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from demad.errors import DeliveryRefused

_RECORD_LIMIT = 1 << 26  # bytes: as many columns as we read, each with the longest cell


def blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut after newlines that stand outside quotes; a piece that needs no cut is not copied.

    Raises
    ------
    DeliveryRefused
        D-114: a record longer than any program writes, as after a quote that nobody closed.
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
    """Where the last record that ends in a text does; 0 where none does. ``quotes`` stand before the text."""
    end = text.rfind(b"\n") + 1
    quotes += text.count(b'"', 0, end) if b'"' in text else 0  # to look is faster than to count
    while end and quotes % 2:
        opened = text.rfind(b'"', 0, end)
        if opened < 0:
            return 0
        before = text.rfind(b"\n", 0, opened) + 1
        quotes -= 1 + text.count(b'"', before, opened)
        end = before
    return end


def long_record() -> DeliveryRefused:
    """The refusal of a cell or line that no program writes."""
    return DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")


def ragged(line: int = 0, found: int = 0, expected: int = 0) -> DeliveryRefused:
    """The refusal of rows that are not all as long as the header, with the first of them where it is known."""
    what = "De rijen hebben niet allemaal evenveel kolommen."
    if line and found:
        what += f" Op lijn {line} vinden we {found} cellen en verwachten er {expected}."
    elif line:
        what += f" Kijk rond lijn {line}, naar een aanhalingsteken dat niet gesloten is."
    return DeliveryRefused(
        "D-104", what, "Controleer of het bestand volledig is en of er een scheidingsteken in een cel staat."
    )
