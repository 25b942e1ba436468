"""The file of a bundle: a zip of small texts, with a signature over every byte before it. Not here: what the texts say.

The signature is the end of the comment of the zip, so that any program opens the zip and nothing in it, not even its
directory, is read before the signature holds. A city whose key was stolen may still send anything: so the zip is read
as if it were hostile.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demad.bundles.keys import SIGNATURE, key_id, public_text, signed_by
from demad.errors import DeliveryRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LARGEST = 5 * 2**20
"""Bytes of a bundle: eight times the largest city of the demo."""
MOST_ENTRIES = 60
LARGEST_ENTRY = 16 * 2**20
LARGEST_UNPACKED = 40 * 2**20
MOST_RATIO = 200
_MARK = b"demad-bundle/1 ed25519 "
_HEX = 2 * SIGNATURE
_COMMENT = len(_MARK) + 16 + 1 + _HEX
_END = re.compile(rb"demad-bundle/1 ed25519 ([0-9a-f]{16}) ([0-9a-f]{128})")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_RIGHTS = (stat.S_IFREG | 0o600) << 16
_UNIX, _VERSION = 3, 20  # what writes a zip of plain deflated files
_CENTRAL = 46  # bytes of an entry in the directory, without its name
_LAST = struct.Struct("<4s4H2LH")  # the end of the directory, without its comment


@dataclass(frozen=True, slots=True)
class Opened:
    """The texts of a bundle by name, and the public key that signed it."""

    entries: Mapping[str, bytes]
    key: str


def packed(entries: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """A signed zip; equal entries and key give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _RIGHTS, zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
        archive.comment = _MARK + key_id(public_text(key)).encode() + b" " + b"0" * _HEX
    unsigned = made.getvalue()[:-_HEX]
    return unsigned + key.sign(unsigned).hex().encode()


def opened(content: bytes, publics: Iterable[str]) -> Opened:
    """Verify the signature and read every entry of a bundle.

    Parameters
    ----------
    publics
        The public keys that may have signed it.

    Raises
    ------
    DeliveryRefused
        D-622: too large, or not a bundle. D-623: not signed by one of the keys. D-624: a zip that we do not write.
    """
    end = _END.fullmatch(content[-_COMMENT:])
    if len(content) > LARGEST or not end:
        raise DeliveryRefused(
            "D-622", "Dit is geen bundel, of hij is te groot, onvolledig of beschadigd.", "Vraag de stad hem opnieuw."
        )
    named = (public for public in publics if key_id(public).encode() == end[1])
    signer = signed_by(bytes.fromhex(end[2].decode()), content[:-_HEX], named)
    if signer is None:
        raise DeliveryRefused(
            "D-623",
            "De bundel is niet ondertekend met een sleutel die hier geregistreerd is, of er is iets aan gewijzigd.",
            "Vraag de stad hem opnieuw; vergelijk anders het kenmerk van haar sleutel, per telefoon.",
        )
    try:
        return Opened(dict(_entries(content)), signer)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, KeyError, NotImplementedError, OSError):
        raise _odd_zip() from None


def _entries(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        _refuse_odd(listed, archive.start_dir, content)
    return [(info.filename, _text(content, info)) for info in listed]


def _refuse_odd(listed: list[zipfile.ZipInfo], directory: int, content: bytes) -> None:
    """Raise for a zip with any byte that we would not write, before one of its files is unpacked."""
    place = 0
    for info in listed:
        head = info.FileHeader(zip64=False)
        whole = info.file_size <= LARGEST_ENTRY and info.file_size <= MOST_RATIO * max(info.compress_size, 1)
        ours = _fields(info) == _OURS and info.filename == info.orig_filename and not info.is_dir()
        if not (ours and whole and info.header_offset == place and content[place : place + len(head)] == head):
            raise ValueError
        place += len(head) + info.compress_size
    names = [info.filename for info in listed]
    unpacked = sum(info.file_size for info in listed)
    if len(names) > MOST_ENTRIES or len(set(names)) < len(names) or unpacked > LARGEST_UNPACKED:
        raise ValueError
    size = sum(_CENTRAL + len(name) for name in names)
    last = _LAST.pack(b"PK\5\6", 0, 0, len(names), len(names), size, directory, _COMMENT)
    if place != directory or content[directory + size : -_COMMENT] != last:
        raise ValueError


def _fields(info: zipfile.ZipInfo) -> tuple[object, ...]:
    """All that a directory says of a file besides its name, place, size and check sum."""
    return (
        *(info.create_system, info.create_version, info.extract_version, info.reserved, info.volume),
        *(info.internal_attr, info.external_attr, info.date_time),
        *(info.compress_type, info.flag_bits, info.extra, info.comment),
    )


_OURS = (_UNIX, _VERSION, _VERSION, 0, 0, 0, _RIGHTS, _EARLIEST, zipfile.ZIP_DEFLATED, 0, b"", b"")


def _text(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """Unpack one file; a stream that gives more or less than announced, or that ends before its bytes, is refused."""
    start = info.header_offset + len(info.FileHeader(zip64=False))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    text = stream.decompress(content[start : start + info.compress_size], info.file_size + 1)
    rest = stream.unused_data or stream.unconsumed_tail or not stream.eof
    if rest or len(text) != info.file_size or zlib.crc32(text) != info.CRC:
        raise ValueError
    return text


def _odd_zip() -> DeliveryRefused:
    return DeliveryRefused(
        "D-624",
        "De zip van de bundel bevat iets dat DEMaD nooit schrijft.",
        "Vraag de stad hoe hij gemaakt is: demad bundle make.",
    )
