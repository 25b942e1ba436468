"""What POSIX does for us; its twin is `windows`. Every lock is the kernel's and dies with its process."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import pwd
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from demad.system.limits import DISK_FULL, Limits

FORKS = sys.platform == "linux"  # elsewhere libraries do not survive a fork
OUT_OF_TIME = -int(signal.SIGXCPU)
RIGHTS = True  # permission bits say who may read
_STACKS = 1_500_000_000  # address space that libraries reserve and never touch


def limit_self(limits: Limits) -> None:
    """Take on the limits, for good, before a file is opened."""
    wanted = {
        resource.RLIMIT_CPU: limits.seconds * 2,  # every thread counts
        resource.RLIMIT_FSIZE: limits.written,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: limits.memory + _STACKS,
    }
    if sys.platform == "linux":
        wanted[resource.RLIMIT_DATA] = limits.memory
    for kind, most in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # a stricter limit was already there
            resource.setrlimit(kind, (most, most))


def in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    """Work in a fork with limits, without terminal; its exit status, None where its time was up."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            for inherited in (sys.stdin.fileno(), sys.stdout.fileno()):
                os.dup2(os.open(os.devnull, os.O_RDWR), inherited)
            limit_self(limits)
            work()
            status = 0
        except OSError as fault:
            status = DISK_FULL if fault.errno in (errno.ENOSPC, errno.EDQUOT) else 1
        finally:
            os._exit(status)  # pyright: ignore[reportPrivateUsage]
    return _awaited(child, limits.seconds)


def _awaited(child: int, seconds: int) -> int | None:
    until, pause = time.monotonic() + seconds, 0.001
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def locked_now(descriptor: int) -> bool:
    """Hold an open file alone; False where another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock_after(descriptor: int) -> None:
    """Hold an open file alone, after whoever holds it now."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def sync_folder(path: Path) -> None:
    """Make sure that what was made, renamed or removed in a folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or the disk cannot."""
    if not sys.platform.startswith("linux"):
        return False
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return swap is not None and swap(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def user() -> str:
    """The user of this process as the system knows it; never a name from the environment."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
