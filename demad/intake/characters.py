"""Bytes of a text file become UTF-8, with the name of what they were; mangled letters are refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from demad.errors import DeliveryRefused

_CHUNK = 1 << 20
_UTF8_BOM = b"\xef\xbb\xbf"

# UTF-8 that was once read as Windows-1252, a lost letter, a control character of Latin-1.
_TWICE = re.compile(
    "\ufffd|Ã[\u0080-\u00bf\u0192\u0160\u0152\u2020-\u2030\u20ac\u2122]|Â[\u00a0-\u00bf]|â‚¬|â€|[\u0080-\u009f]"
)
# cp850 read as Windows-1252: é, ê, ë, è, ï, ç and ö become marks that never stand there in a word.
_DOS = re.compile(r"[A-Za-z][‚‰‹‡ˆ]|[a-z][Š”“Œ„†…][a-z]")


def to_utf8(content: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without mark, and the Dutch name of its encoding.

    A mark at the beginning decides, else strict UTF-8, else Windows-1252: a guess by statistics is wrong on
    nearly every file of a Windows program.

    Raises
    ------
    DeliveryRefused
        D-102 nothing but white space, D-103 NUL characters, D-105 mangled or no text.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, encoding = _decoded(content, "utf-16"), "UTF-16"
    elif content.startswith(_UTF8_BOM):
        text, encoding = content[len(_UTF8_BOM) :], "UTF-8 met BOM"
    else:
        text, encoding = content, "UTF-8"
    if not text.strip():
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    if b"\0" in text:
        raise DeliveryRefused("D-103", "Dit CSV-bestand is beschadigd of onvolledig.", "Maak de export opnieuw.")
    if _is_utf8(text):
        return text, encoding
    if encoding != "UTF-8":
        raise _unreadable()
    text = _decoded(content, "cp1252")
    if any(_DOS.search(part) for part in _parts(text)):
        raise _mangled()
    return text, "Windows-1252"


def _decoded(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).removeprefix("\ufeff").encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise _unreadable() from None


def _is_utf8(text: bytes) -> bool:
    """Whether it is; mangled letters in it are refused on the way."""
    try:
        if any(_TWICE.search(part) for part in _parts(text)):
            raise _mangled()
    except UnicodeDecodeError:
        return False
    return True


def _parts(text: bytes) -> Iterator[str]:
    """Chunks as text, so that a large file never stands in memory twice; ASCII is passed over."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    last = max(0, (len(text) - 1) // _CHUNK)
    for number in range(last + 1):
        chunk = text[number * _CHUNK : (number + 1) * _CHUNK]
        part = decoder.decode(chunk, final=number == last)
        if not part.isascii():
            yield part


def _mangled() -> DeliveryRefused:
    return DeliveryRefused(
        "D-105", "De letters met accenten zijn al verminkt in het bestand.", "Exporteer opnieuw als UTF-8."
    )


def _unreadable() -> DeliveryRefused:
    return DeliveryRefused(
        "D-105", "De tekens in dit bestand zijn niet te lezen.", "Sla het op als UTF-8 (CSV UTF-8 in Excel)."
    )
