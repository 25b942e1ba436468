"""Whether a delivery is there as a whole, and a private copy of it to read. Not here: what is in its files."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from demad.errors import DeliveryRefused, DeliveryWaits
from demad.intake.checking.check import Given, not_as_announced
from demad.intake.deliveries.inbox import Found
from demad.intake.deliveries.key_change import NAME as KEY_CHANGE
from demad.intake.deliveries.manifest import DeliveredFile, Delivery, read_manifest
from demad.intake.reading.isolated import SIZE_LIMIT
from demad.store import open_plain, private_folder, refusing_storage

_BLOCK = 2**20  # bytes copied at a time


def arrived(found: Found) -> Delivery:
    """The manifest of a delivery of which every file is there, of its announced size.

    Raises
    ------
    DeliveryWaits
        Something is not there, shorter than announced, or not readable.
    DeliveryRefused
        As `read_manifest`; D-120: a file is announced as larger than is read, D-225: it is no file, or longer.
    """
    if found.trouble is not None:
        raise found.trouble
    delivery = read_manifest(found.path)
    for file in delivery.files:
        if file.bytes > SIZE_LIMIT:
            raise DeliveryRefused("D-120", "Het bestand is groter dan 2 GB.", "Lever het in kleinere delen.")
        with _opened(found.path / file.name, file) as source:
            size = os.fstat(source.fileno()).st_size
        if size < file.bytes:
            raise _still_coming(file)
        if size > file.bytes:
            raise not_as_announced(file.dataset)
    if delivery.key_change and not (found.path / KEY_CHANGE).exists():
        raise DeliveryWaits(
            "D-272", "De aangekondigde sleutelwissel is er nog niet.", "Wacht tot het kopiëren klaar is."
        )
    return delivery


def _opened(path: Path, file: DeliveredFile) -> BinaryIO:
    try:
        return open_plain(path)
    except FileNotFoundError:
        raise _still_coming(file) from None
    except PermissionError:
        raise DeliveryWaits(
            "D-232", f"Het bestand van {file.dataset} is niet leesbaar.", "Geef DEMaD rechten om te lezen."
        ) from None
    except OSError:
        raise DeliveryRefused("D-225", f"Wat {file.dataset} moet zijn, is geen bestand.", "Lever opnieuw.") from None


def _still_coming(file: DeliveredFile) -> DeliveryWaits:
    return DeliveryWaits(
        "D-225", f"Het bestand van {file.dataset} is er nog niet helemaal.", "Wacht tot het kopiëren klaar is."
    )


def staging(root: Path) -> Path:
    """Folder of the private copies; what a killed process left there may be removed under the lock of the root."""
    return root / "store" / "staging"


@contextmanager
def staged(root: Path, found: Found, delivery: Delivery) -> Iterator[tuple[Path, list[Given]]]:
    """A private folder with a copy of every file of a delivery; always removed.

    Raises
    ------
    StorageFailed
        D-360: it does not fit on the disk; nothing was copied.
    """
    with refusing_storage():
        home = private_folder(staging(root))
        if shutil.disk_usage(home).free < sum(file.bytes for file in delivery.files):
            raise OSError(errno.ENOSPC, "")
        stage = Path(tempfile.mkdtemp(prefix="in-", dir=home))
    try:
        yield stage, [_copied(found.path, file, stage / f"{place:02d}") for place, file in enumerate(delivery.files)]
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _copied(folder: Path, file: DeliveredFile, stem: Path) -> Given:
    """Copy one file, up to its announced size: what grows in the meantime costs no disk."""
    copy = stem.with_suffix(Path(file.name).suffix.lower())
    with _opened(folder / file.name, file) as source:
        try:
            left = file.bytes
            with refusing_storage(), copy.open("xb") as target:
                while left and (block := source.read(min(left, _BLOCK))):
                    target.write(block)
                    left -= len(block)
            copy.chmod(0o600)
        except OSError:
            raise DeliveryWaits(
                "D-232", f"Het bestand van {file.dataset} is niet leesbaar.", "Kijk of de schijf in orde is."
            ) from None
        if left:
            raise _still_coming(file)
    return Given(copy, file.name, file.dataset, file.sha256)
