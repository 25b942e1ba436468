"""Who may write: one run a root, one writer a folder. Both are the kernel's locks, which die with their process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.errors import Busy
from demad.store.atomic import private_folder
from demad.store.refusals import refusing_storage

_LEASE = ".lease"


@contextmanager
def root_lock(root: Path) -> Iterator[None]:
    """Hold the root folder alone; Busy (D-350, exit 75) where another process has it.

    The lock is the kernel's: it dies with its process, so nothing has to be cleaned up after a crash.
    """
    private_folder(root)
    with refusing_storage():
        held = (root / ".lock").open("a+b")
    with held:
        if not _locked(held.fileno()):
            raise Busy("D-350", "Een andere run is bezig in deze map.", "Wacht tot die klaar is en probeer opnieuw.")
        yield


def _locked(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def lease(home: Path) -> Iterator[None]:
    """Write in a folder alone; whoever holds it is waited for, and who dies lets go of it."""
    with (home / _LEASE).open("a+b") as held:
        wait_for(held.fileno())
        yield


def wait_for(descriptor: int) -> None:
    """Hold an open file alone, after whoever holds it now; on Windows only the root's lock protects."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
