"""Inspect the directory of a ZIP (or XLSX) before unpacking: zip bombs, path traversal, encryption."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from demad.errors import DeliveryRefused
from demad.intake.reading.places import within
from demad.intake.reading.table import damaged

UNPACKED_LIMIT, RATIO_LIMIT, ENTRY_LIMIT = 512_000_000, 200, 200
MEMBERS = (".csv", ".txt", ".xlsx", ".parquet")
_LAYOUT = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_CHUNK = 1 << 20


def opened(content: bytes, kind: str) -> zipfile.ZipFile:
    """Open an archive after its directory has passed all checks.

    Raises
    ------
    DeliveryRefused
        D-103: damaged, D-106: too large after unpacking, D-116: a path outside the archive, D-117: encrypted.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise damaged(kind) from None
    entries = archive.infolist()
    unpacked, packed = (sum(getattr(entry, size) for entry in entries) for size in ("file_size", "compress_size"))
    if len(entries) > ENTRY_LIMIT or unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * max(packed, 1):
        raise DeliveryRefused("D-106", f"Het {kind}-bestand is uitgepakt te groot.", "Lever het als CSV of Parquet.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise locked()
    if any(_leads_elsewhere(entry) for entry in entries):
        raise DeliveryRefused(
            "D-116",
            "In het archief staat een naam of bestand dat niet kan.",
            "Lever een ZIP met alleen CSV, XLSX of Parquet.",
        )
    if len({entry.filename for entry in entries}) < len(entries):
        raise damaged(kind)
    return archive


def members(content: bytes) -> list[tuple[str, bytes]]:
    """Name and content of each table in a ZIP, in order.

    Raises
    ------
    DeliveryRefused
        As `opened`; D-102: empty, D-116: a file that is not a table.
    """
    found = []
    with opened(content, "ZIP") as archive:
        for entry in archive.infolist():
            if entry.is_dir() or any(mark in entry.filename for mark in _LAYOUT):
                continue
            if PurePosixPath(entry.filename).suffix.lower() not in MEMBERS:
                with within(PurePosixPath(entry.filename).name):
                    raise DeliveryRefused(
                        "D-116",
                        "In het archief staat een naam of bestand dat niet kan.",
                        "Lever een ZIP met alleen CSV, XLSX of Parquet.",
                    )
            found.append((PurePosixPath(entry.filename).name, b"".join(chunks(archive, entry, "ZIP"))))
    if not found:
        raise DeliveryRefused("D-102", "Het bestand is leeg.", "Maak de export opnieuw.")
    return found


def chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str) -> Iterator[bytes]:
    """Yield one entry in chunks, never more bytes than the directory announced."""
    try:
        with archive.open(entry) as source:
            while piece := source.read(_CHUNK):
                yield piece
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        raise damaged(kind) from None
    except Exception as fault:  # each compression method raises its own exception
        if type(fault).__module__ in ("zlib", "lzma", "bz2", "_lzma", "_bz2"):
            raise damaged(kind) from None
        raise


def locked() -> DeliveryRefused:
    """The refusal of a file with a password."""
    return DeliveryRefused("D-117", "Het bestand is beveiligd met een wachtwoord.", "Sla het op zonder wachtwoord.")


def _leads_elsewhere(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name or any(ord(letter) < 32 for letter in name)
    link = stat.S_ISLNK(entry.external_attr >> 16)
    return odd or link or not path.parts or path.is_absolute() or ".." in path.parts or len(name) > 250
