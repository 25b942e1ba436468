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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from demad.bundles.keys import SIGNATURE, key_id, public_text, signed_by
from demad.errors import DeliveryRefused

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
_LOCAL, _CENTRAL, _LAST = 30, 46, 22  # bytes of the headers of a zip, without names


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
            info.create_system, info.external_attr, info.compress_type = 3, 0o600 << 16, zipfile.ZIP_DEFLATED
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
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, KeyError, NotImplementedError, EOFError, OSError):
        raise _odd_zip() from None
    except RuntimeError:  # a password
        raise _odd_zip() from None


def _entries(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        _refuse_odd(listed, archive.start_dir, len(content))
        return [(info.filename, _text(archive, info)) for info in listed]


def _refuse_odd(listed: list[zipfile.ZipInfo], directory: int, size: int) -> None:
    """Raise for a zip with anything but plain files one after another, before one of them is unpacked."""
    place = 0
    for info in listed:
        plain = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG) and not info.is_dir()
        bare = not (info.extra or info.comment or info.flag_bits) and info.filename == info.orig_filename
        whole = info.file_size <= LARGEST_ENTRY and info.file_size <= MOST_RATIO * max(info.compress_size, 1)
        if not (
            plain and bare and whole and info.compress_type == zipfile.ZIP_DEFLATED and info.header_offset == place
        ):
            raise ValueError
        place += _LOCAL + len(info.filename) + info.compress_size
    names = [info.filename for info in listed]
    ends = directory + sum(_CENTRAL + len(name) for name in names) + _LAST + _COMMENT
    unpacked = sum(info.file_size for info in listed)
    if len(names) > MOST_ENTRIES or len(set(names)) < len(names) or unpacked > LARGEST_UNPACKED:
        raise ValueError
    if place != directory or ends != size:
        raise ValueError


def _text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one entry; a stream that gives more or less than announced is refused."""
    with archive.open(info) as source:
        content = source.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise ValueError
    return content


def _odd_zip() -> DeliveryRefused:
    return DeliveryRefused(
        "D-624",
        "De zip van de bundel bevat iets dat DEMaD nooit schrijft.",
        "Vraag de stad hoe hij gemaakt is: demad bundle make.",
    )
