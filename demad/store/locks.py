"""Who may write: one run a root, one writer a folder. Both are the kernel's locks, which die with their process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.errors import Busy
from demad.store.atomic import private_folder
from demad.store.refusals import refusing_storage
from demad.system import lock_after, locked_now

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
        if not locked_now(held.fileno()):
            raise Busy("D-350", "Een andere run is bezig in deze map.", "Wacht tot die klaar is en probeer opnieuw.")
        yield


@contextmanager
def lease(home: Path) -> Iterator[None]:
    """Write in a folder alone; whoever holds it is waited for (not on Windows), and who dies lets go of it."""
    with (home / _LEASE).open("a+b") as held:
        lock_after(held.fileno())
        yield
