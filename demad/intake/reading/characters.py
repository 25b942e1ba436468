"""Detect the encoding of a text file, convert it to UTF-8 in pieces, and refuse garbled characters."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from demad.errors import DeliveryRefused

_PIECE = 1 << 20
_LINE = 1 << 16  # bytes within which the end of a line is searched
_HEAD = 4_096
_UTF8_BOM = b"\xef\xbb\xbf"
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 met BOM",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 zonder BOM",
    "utf-16-be": "UTF-16 zonder BOM",
    "cp1252": "Windows-1252",
}

# UTF-8 that was decoded as Windows-1252, a replacement character, or a control character of Latin-1.
_TWICE = re.compile(
    "\ufffd|Ã[\u0080-\u00bf\u0192\u0160\u0152\u2020-\u2030\u20ac\u2122]|Â[\u00a0-\u00bf]|â‚¬|â€|[\u0080-\u009f]"
)
# Text of other encodings decoded as Windows-1252: é ê ë è ï ç ö of cp850, and é ë ï à á â ä ö ü ô of Mac Roman, become
# symbols that never occur in this position in a Dutch word.
_DOS = r"[A-Za-z][‚‰‹‡ˆ]|[a-z][Š”“Œ„†…][a-z]"
_MAC = r"[a-z][Ž•Ÿ™šž][a-z]|[a-zŽ]Ž|[A-Z]ƒ|[aeiou]‘[a-z]{2}|[a-z]i‘(?![a-z])"
_OLD = re.compile(f"{_DOS}|{_MAC}")
# A multi-byte character in UTF-8; Western letters and symbols start with one of the three bytes below.
_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WESTERN = (b"\xc2", b"\xc3", b"\xe2")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first fault in a file: ``kind`` (nul, bytes or mangled), the piece, and the byte in that piece."""

    kind: str
    piece: int
    place: int


def encoding_of(source: BinaryIO) -> tuple[str, str]:
    """Return the codec of a text file and the Dutch name of its encoding; every byte is checked.

    A byte order mark decides, or NUL at every second byte (UTF-16 without mark), else strict UTF-8, else Windows-1252.
    Statistical detection is wrong for nearly every file of a Windows program. A file that is UTF-8 except for some
    bytes is refused.

    Raises
    ------
    DeliveryRefused
        D-102: only white space, D-103: NUL characters, D-105: garbled or no text; with line and byte.
    """
    codec = _marked(source)
    fault = _first_fault(source, codec, _TWICE)
    if fault is not None and fault.kind == "bytes" and codec == "utf-8":
        _refuse_mixture(source, fault)
        codec = "cp1252"
        fault = _first_fault(source, codec, _OLD)
    if fault is not None:
        raise _refused(source, codec, fault)
    return codec, _NAMES[codec]


def pieces(source: BinaryIO, codec: str, size: int = _PIECE) -> Iterator[bytes]:
    """Yield a text file as UTF-8 without mark, in pieces of about ``size`` bytes; a piece may end inside a character.

    Pieces of a UTF-8 file end at a line end, unless a line is long, so that the caller can split lines without copying.

    Raises
    ------
    UnicodeError
        The file is not in that codec; UTF-8 is not checked here.
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
    head = source.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(_UTF8_BOM):
        return "utf-8-sig"
    even, odd = (part.count(0) / max(1, len(part)) for part in (head[::2], head[1::2]))
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else "utf-8"


def _first_fault(source: BinaryIO, codec: str, mangling: re.Pattern[str]) -> _Fault | None:
    """Find the first fault of a file in this codec; invalid bytes take precedence over garbled characters."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    mangled, filled, number = None, False, -1
    try:
        for number, piece in enumerate(pieces(source, codec)):
            filled = filled or bool(piece.strip())
            if b"\0" in piece:
                return _Fault("nul", number, piece.index(b"\0"))
            if piece.isascii() and not decoder.getstate()[0]:
                continue
            before = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError as fault:
                return _Fault("bytes", number, max(0, fault.start - before))
            if mangled is None and (found := mangling.search(text)):
                mangled = _Fault("mangled", number, len(text[: found.start()].encode()) - before)
        if decoder.getstate()[0]:
            return _Fault("bytes", number, 0)
    except UnicodeError:
        return _Fault("bytes", number + 1, 0)
    if not filled:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    return mangled


def _refuse_mixture(source: BinaryIO, fault: _Fault) -> None:
    """Raise if a file that is not UTF-8 contains UTF-8 characters: decoded as Windows-1252 those would be garbled."""
    letters = western = wrong = 0
    for piece in pieces(source, "utf-8"):
        if piece.isascii():
            continue
        found = _LETTER.findall(piece)
        letters += len(found)
        western += sum(letter.startswith(_WESTERN) for letter in found)
        wrong += len(_HIGH.findall(_LETTER.sub(b"", piece)))
    if western or letters > wrong:
        line, place, byte = _where(source, "utf-8", fault)
        raise DeliveryRefused(
            "D-105",
            f"Het bestand is UTF-8, maar op lijn {line} staat als teken {place} een byte die dat niet is ({byte}); "
            f"zo zijn er {wrong}.",
            "Exporteer opnieuw in één codering (CSV UTF-8), of typ die letters opnieuw.",
        )


def _refused(source: BinaryIO, codec: str, fault: _Fault) -> DeliveryRefused:
    line, place, byte = _where(source, codec, fault)
    if fault.kind == "nul":
        return DeliveryRefused(
            "D-103",
            f"Dit CSV-bestand is beschadigd of onvolledig: op lijn {line} staan NUL-tekens.",
            "Maak de export opnieuw; opent het in Excel, bewaar het dan als CSV UTF-8.",
        )
    if fault.kind == "mangled":
        return DeliveryRefused(
            "D-105",
            f"De letters met accenten zijn al verminkt in het bestand, het eerst op lijn {line}.",
            "Exporteer opnieuw als UTF-8, niet uit een oud programma van DOS of Mac.",
        )
    return DeliveryRefused(
        "D-105",
        f"De tekens in dit bestand zijn niet te lezen, het eerst op lijn {line}, teken {place} ({byte}).",
        "Sla het op als UTF-8 (CSV UTF-8 in Excel).",
    )


def _where(source: BinaryIO, codec: str, fault: _Fault) -> tuple[int, int, str]:
    """Line, position in the line, and the byte of a fault in program notation."""
    line, before = 1, b""
    try:
        for number, piece in enumerate(pieces(source, codec)):
            if number == fault.piece:
                before += piece[: fault.place]
                line += before.count(b"\n") or before.count(b"\r")
                start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
                return line, len(before[start:].decode("utf-8", "replace")) + 1, f"0x{piece[fault.place]:02X}"
            line += piece.count(b"\n") or piece.count(b"\r")
            before = b"" if piece.endswith((b"\n", b"\r")) else before
    except (UnicodeError, IndexError):
        pass
    return line, 1, "onbekend"
