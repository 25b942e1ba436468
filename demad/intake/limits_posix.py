"""What only POSIX can do: take on limits for good, and work in a fork. Its twin is `limits_windows`."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Callable

from demad.intake.limits import DISK_FULL, Limits

FORKS = sys.platform == "linux"  # elsewhere libraries do not survive a fork
OUT_OF_TIME = -int(signal.SIGXCPU)
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
