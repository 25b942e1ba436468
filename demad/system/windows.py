"""Windows implementation: no fork, time limit only, no directory fsync; locks and user name of Windows."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

from demad.system.limits import Limits
from demad.system.persons import Behind

FORKS = False
OUT_OF_TIME = None
RIGHTS = False  # permission bits do not decide who may read


def limit_self(limits: Limits) -> None:
    """Do nothing: a Windows process cannot limit itself; the parent ends it at the time limit."""


def in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    """Never called: Windows has no fork."""
    raise NotImplementedError


def locked_now(descriptor: int) -> bool:
    """Lock an open file; False if another process has the lock."""
    import msvcrt

    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
    except OSError:
        return False
    return True


def lock_after(descriptor: int) -> None:
    """Do nothing: on Windows only the lock of the root protects."""


def sync_folder(path: Path) -> None:
    """Do nothing: a folder cannot be opened, and Windows flushes names itself."""


def exchanged(one: Path, other: Path) -> bool:
    """Return False: Windows cannot exchange two names in one step."""
    return False


def user() -> str:
    """The user of this process."""
    return getpass.getuser()


def owner(path: Path) -> str:
    """Empty: on Windows people work under their own account."""
    return ""


def behind() -> Behind:
    """The account of this process, which is the one that logged in."""
    return Behind(user(), frozenset({user()}))


def alone_on_the_network() -> tuple[str, ...]:
    """Nothing: there is no `unshare`."""
    return ()
