"""Bytes of a text file become UTF-8, piece by piece, with the name of what they were; mangled letters are refused."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from demad.errors import DeliveryRefused

_PIECE = 1 << 20
_LINE = 1 << 16  # bytes in which the end of a line is looked for
_UTF8_BOM = b"\xef\xbb\xbf"
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 met BOM", "utf-16": "UTF-16", "cp1252": "Windows-1252"}

# UTF-8 that was once read as Windows-1252, a lost letter, a control character of Latin-1.
_TWICE = re.compile(
    "\ufffd|Ã[\u0080-\u00bf\u0192\u0160\u0152\u2020-\u2030\u20ac\u2122]|Â[\u00a0-\u00bf]|â‚¬|â€|[\u0080-\u009f]"
)
# cp850 read as Windows-1252: é, ê, ë, è, ï, ç and ö become marks that never stand there in a word.
_DOS = re.compile(r"[A-Za-z][‚‰‹‡ˆ]|[a-z][Š”“Œ„†…][a-z]")


def encoding_of(source: BinaryIO) -> tuple[str, str]:
    """The codec of a text file and the Dutch name of its encoding; every byte is looked at.

    A mark at the beginning decides, else strict UTF-8, else Windows-1252: a guess by statistics is wrong on
    nearly every file of a Windows program.

    Raises
    ------
    DeliveryRefused
        D-102 nothing but white space, D-103 NUL characters, D-105 mangled or no text.
    """
    codec = _marked(source)
    if not _is_text(source, codec, _TWICE):
        if codec != "utf-8":
            raise _unreadable()
        codec = "cp1252"
        if not _is_text(source, codec, _DOS):
            raise _unreadable()
    return codec, _NAMES[codec]


def pieces(source: BinaryIO, codec: str, size: int = _PIECE) -> Iterator[bytes]:
    """A text file as UTF-8 without mark, in pieces of some ``size`` bytes of the file; a letter may be cut in two.

    Of a file in UTF-8 they end where a line does, unless it is long: whoever cuts it in lines need not copy it.

    Raises
    ------
    UnicodeError
        It is not in that codec; of UTF-8 this is not looked at.
    """
    source.seek(len(_UTF8_BOM) if codec == "utf-8-sig" else 0)
    if codec.startswith("utf-8"):
        yield from iter(lambda: _lines(source, size), b"")
        return
    decoder, first = codecs.getincrementaldecoder(codec)("strict"), True
    while raw := source.read(size):
        if text := decoder.decode(raw):
            yield (text.removeprefix("\ufeff") if first else text).encode()
            first = False
    if text := decoder.decode(b"", final=True):
        yield text.encode()


def _lines(source: BinaryIO, size: int) -> bytes:
    here = source.tell()
    source.seek(size, io.SEEK_CUR)
    rest = len(source.readline(_LINE))
    source.seek(here)
    return source.read(size + rest)


def _marked(source: BinaryIO) -> str:
    source.seek(0)
    head = source.read(3)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head == _UTF8_BOM else "utf-8"


def _is_text(source: BinaryIO, codec: str, mangling: re.Pattern[str]) -> bool:
    """Whether a file is in a codec; one that is empty, holds NULs or mangled letters is refused on the way."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    filled = mangled = False
    fits = True
    try:
        for piece in pieces(source, codec):
            filled = filled or bool(piece.strip())
            if b"\0" in piece:
                raise DeliveryRefused(
                    "D-103", "Dit CSV-bestand is beschadigd of onvolledig.", "Maak de export opnieuw."
                )
            if fits and not mangled and not (piece.isascii() and not decoder.getstate()[0]):
                fits, mangled = _judged(decoder, piece, mangling)
        decoder.decode(b"", final=fits and not mangled)
    except UnicodeError:
        return False
    if not filled:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    if mangled:
        raise DeliveryRefused(
            "D-105", "De letters met accenten zijn al verminkt in het bestand.", "Exporteer opnieuw als UTF-8."
        )
    return fits


def _judged(decoder: codecs.IncrementalDecoder, piece: bytes, mangling: re.Pattern[str]) -> tuple[bool, bool]:
    """Whether a piece is UTF-8, and whether letters in it are mangled."""
    try:
        return True, mangling.search(decoder.decode(piece)) is not None
    except UnicodeDecodeError:
        decoder.reset()
        return False, False


def _unreadable() -> DeliveryRefused:
    return DeliveryRefused(
        "D-105", "De tekens in dit bestand zijn niet te lezen.", "Sla het op als UTF-8 (CSV UTF-8 in Excel)."
    )
