"""Locks: one run per root, one writer per folder. Both are kernel locks, released when their process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.errors import Busy, StorageFailed
from demad.store.atomic import private_folder
from demad.store.format import refuse_newer, stamp
from demad.store.refusals import refusing_storage
from demad.system import lock_after, locked_now

_LEASE = ".lease"


@contextmanager
def root_lock(root: Path) -> Iterator[None]:
    """Hold the lock of a root; raise Busy (D-350, exit 75) if another process has it.

    It is a kernel lock, released when the process ends, so a crash needs no cleaning up. StorageFailed: D-359, the
    lock is a folder; D-362, a newer version of DEMaD wrote here.
    """
    private_folder(root)
    if (root / ".lock").is_dir():
        raise StorageFailed("D-359", f"{root / '.lock'} is een map, en moet een bestand zijn.", "Verwijder die map.")
    refuse_newer(root)
    with refusing_storage():
        held = (root / ".lock").open("a+b")
    with held:
        if not locked_now(held.fileno()):
            raise Busy("D-350", "Een andere run is bezig in deze map.", "Wacht tot die klaar is en probeer opnieuw.")
        stamp(root)
        yield


@contextmanager
def lease(home: Path) -> Iterator[None]:
    """Hold the write lock of a folder; wait for another holder (not on Windows). Released when the process ends."""
    with (home / _LEASE).open("a+b") as held:
        lock_after(held.fileno())
        yield
