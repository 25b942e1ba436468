"""POSIX implementation; the other one is `windows`. Locks are kernel locks, released when their process ends."""

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
from demad.system.persons import Behind

FORKS = sys.platform == "linux"  # on other systems some libraries do not work after a fork
OUT_OF_TIME = -int(signal.SIGXCPU)
RIGHTS = True  # permission bits decide who may read
_NO_LOGIN = str(2**32 - 1)  # what the kernel says of a process that nobody logged in for
_STACKS = 1_500_000_000  # bytes of address space that libraries reserve but do not use


def limit_self(limits: Limits) -> None:
    """Set the limits of this process permanently, before a file is opened."""
    wanted = {
        resource.RLIMIT_CPU: limits.seconds * 2,  # summed over threads
        resource.RLIMIT_FSIZE: limits.written,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: limits.memory + _STACKS,
    }
    if sys.platform == "linux":
        wanted[resource.RLIMIT_DATA] = limits.memory
    for kind, most in wanted.items():
        last = most + 5 if kind == resource.RLIMIT_CPU else most  # the signal of the time is to arrive before the end
        with contextlib.suppress(ValueError, OSError):  # a stricter limit was already set
            resource.setrlimit(kind, (most, last))


def in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    """Run a function in a fork with limits and without terminal; return its exit status, None if it timed out."""
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
    return _awaited(child, limits.elapsed)


def alone_on_the_network() -> tuple[str, ...]:
    """Options of `unshare` for a network of its own, without changing which files may be read; empty but on Linux.

    Root needs no user of its own for it, and would lose its right to files of others in one.
    """
    if sys.platform != "linux":
        return ()
    return ("--net",) if os.geteuid() == 0 else ("--map-current-user", "--net")


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
    """Lock an open file; False if another process has the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock_after(descriptor: int) -> None:
    """Lock an open file, after waiting for the current holder."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def sync_folder(path: Path) -> None:
    """Flush a folder, so that created, renamed and removed names are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False if the system or the file system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return swap is not None and swap(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def user() -> str:
    """User name of this process according to the system; never from an environment variable."""
    return _named(os.getuid())


def owner(path: Path) -> str:
    """The account that owns a file or folder."""
    return _named(path.stat().st_uid)


def behind() -> Behind:
    """The accounts behind this process.

    The kernel keeps which account logged in (`/proc/self/loginuid`), through sudo and su; only root can set it, once.
    In a container it is often not set. Then there are the processes that started this one, as long as they live, and
    what sudo says, which a user can change: it can add a name and never takes one away.
    """
    accounts = {os.getuid(), os.geteuid(), *_of_ancestors(os.getppid())}
    said = os.environ.get("SUDO_UID", "")
    if said.isdecimal() and len(said) < len(_NO_LOGIN):
        accounts.add(int(said))
    return Behind(_login(), frozenset(map(_named, accounts)))


def _login() -> str:
    try:
        kept = Path("/proc/self/loginuid").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return "" if kept in ("", _NO_LOGIN) else _named(int(kept))


def _of_ancestors(process: int) -> set[int]:
    """Real and effective user of a process and of every one that started it, as far as the system shows them."""
    found: set[int] = set()
    while process > 0:
        try:
            lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            break
        told = dict(line.split(":", 1) for line in lines if ":" in line)
        found.update(map(int, told["Uid"].split()[:2]))
        process = int(told["PPid"])
    return found


def _named(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
