"""The twin of `posix`: no fork, no limits but time, no folder that is made sure of; locks and names are its own."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

from demad.system.limits import Limits

FORKS = False
OUT_OF_TIME = None
RIGHTS = False  # permission bits say nothing about who may read


def limit_self(limits: Limits) -> None:
    """Nothing: Windows limits a process from outside only; the parent ends it when its time is up."""


def in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    """Never asked for: nothing forks here."""
    raise NotImplementedError


def locked_now(descriptor: int) -> bool:
    """Hold an open file alone; False where another process has it."""
    import msvcrt

    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
    except OSError:
        return False
    return True


def lock_after(descriptor: int) -> None:
    """Nothing: only the root's lock protects here."""


def sync_folder(path: Path) -> None:
    """Nothing: Windows makes sure of the names itself and opens no folder."""


def exchanged(one: Path, other: Path) -> bool:
    """False: two names cannot be swapped in one step here."""
    return False


def user() -> str:
    """The user of this process."""
    return getpass.getuser()
