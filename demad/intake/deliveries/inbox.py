"""What stands in the inbox, whatever a city put there: what cannot be read is named and stops no other city.

Not here: what becomes of a delivery (`reception`).
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demad.errors import DeliveryWaits
from demad.store import refusing_storage

_FRESH = 60  # seconds: what changed less long ago may still be growing
_OF_WINDOWS = ("Thumbs.db", "desktop.ini")  # Explorer leaves these on a share
LOOK_AGAIN = 1.0  # seconds until the second look at a folder that is fresh


@dataclass(frozen=True, slots=True)
class Found:
    """Something in the inbox: a delivery, or what cannot be one (``trouble`` says why)."""

    path: Path
    trouble: DeliveryWaits | None = None

    @property
    def city(self) -> str:
        """Name of the folder above, printable."""
        return printable(self.path.parent.name)

    @property
    def name(self) -> str:
        """Its own name, printable."""
        return printable(self.path.name)

    @property
    def key(self) -> tuple[str, str]:
        """City and name, as the ledger has them."""
        return self.city, self.name

    def seen(self) -> str:
        """Hash of the names, sizes, times and rights in it: it changes when anything is copied, or when rights do."""
        told = [_facts(self.path)]
        try:
            told += sorted(_facts(Path(entry.path)) for entry in os.scandir(self.path))
        except OSError as fault:  # not readable: it counts as it is
            told.append(str(fault.errno))
        return hashlib.sha256("\n".join(told).encode(errors="surrogateescape")).hexdigest()[:16]

    def changes(self) -> bool:
        """Whether something in it is still being written: it changed within the minute, and again within a second."""
        before, newest = self.seen(), _newest(self.path)
        if abs(time.time() - newest) > _FRESH:
            return False
        time.sleep(LOOK_AGAIN)
        return self.seen() != before


def everything(root: Path, city: str = "") -> list[Found]:
    """Everything that cities, or one city, put in the inbox, by city and name; not what is hidden: it is being written.

    Parameters
    ----------
    city
        Name of one folder, printable; empty: every folder.
    """
    inbox = root / "inbox"
    with refusing_storage():
        folders = sorted(_shown(inbox)) if inbox.is_dir() else []
    return [found for folder in folders if city in ("", printable(folder.name)) for found in _of_city(folder)]


def printable(name: str) -> str:
    """A name as it can be shown and stored: what is no UTF-8, or would steer a terminal, becomes its code."""
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def _of_city(city: Path) -> Iterator[Found]:
    if city.is_symlink():
        yield Found(city / "*", _odd("is een koppeling", "Zet er een gewone map; een koppeling volgen we niet."))
        return
    if not stat.S_ISDIR(city.lstat().st_mode):
        return
    try:
        entries = sorted(_shown(city))
    except OSError:
        yield Found(city / "*", _closed())
        return
    for entry in entries:
        try:
            mode = entry.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield Found(entry, _odd("is een koppeling", "Zet er een gewone map; een koppeling volgen we niet."))
            elif not stat.S_ISDIR(mode):
                yield Found(entry, _odd("is geen map", "Zet elke levering in een eigen map, met delivery.json."))
            elif any(entry.iterdir()):
                yield Found(entry)
        except OSError:
            yield Found(entry, _closed())


def _shown(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in _OF_WINDOWS)


def _odd(what: str, todo: str) -> DeliveryWaits:
    return DeliveryWaits("D-231", f"Wat in de inbox staat, {what}.", todo)


def _closed() -> DeliveryWaits:
    return DeliveryWaits("D-232", "De map of een bestand erin is niet leesbaar.", "Geef DEMaD rechten om te lezen.")


def _facts(path: Path) -> str:
    try:
        found = path.lstat()
    except OSError:
        return f"{path.name} gone"
    times = f"{found.st_mtime_ns} {found.st_ctime_ns}"
    return f"{path.name} {found.st_size} {times} {found.st_mode} {found.st_uid} {found.st_gid} {found.st_ino}"


def _newest(folder: Path) -> float:
    times = [folder.lstat().st_ctime]
    for entry in os.scandir(folder):
        found = entry.stat(follow_symlinks=False)
        times.append(max(found.st_ctime, found.st_mtime))
    return max(times)
