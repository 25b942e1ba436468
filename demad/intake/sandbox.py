"""Runs work of ours within limits on memory, processor and time; the only module that asks POSIX for them.

Where the system can fork, one helper with every library loaded waits, and each job gets a fork of it: 20 ms
instead of 250. Elsewhere (Windows) each job gets a fresh interpreter, and only its time is limited.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "DEMAD_DEBUG")
_STACKS = 1_500_000_000  # address space that libraries reserve and never touch
DISK_FULL = 73  # status of a job that could not write
_FORKS = sys.platform == "linux"
_lock = threading.Lock()
_helper: subprocess.Popen[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: bytes of memory, bytes in one file it writes, seconds."""

    memory: int
    written: int
    seconds: int


def run(module: str, job: dict[str, Any], limits: Limits) -> int | None:
    """Do a job in a process of its own; its exit status, None where its time was up.

    ``module`` hands its work to `serve`. It has no terminal and nothing of our environment but the paths;
    what it prints is thrown away, as a library's message may hold a cell.
    """
    line = json.dumps({"limits": asdict(limits), "job": job}).encode() + b"\n"
    status = _ask_helper(module, line) if _FORKS else _run_once(module, line, limits.seconds)
    return None if status in (None, -_SIGXCPU) else status


_SIGXCPU = int(getattr(signal, "SIGXCPU", 24))


def serve(work: Callable[[dict[str, Any]], None]) -> None:
    """Do every job that comes in, each in a fork with its limits; without fork, the one job here."""
    for line in sys.stdin.buffer:
        given = json.loads(line)
        limits = Limits(**given["limits"])
        if not _FORKS:
            _limit_self(limits)
            work(given["job"])
            continue
        status = _in_fork(lambda job=given["job"]: work(job), limits)
        sys.stdout.write(f"{'' if status is None else status}\n")
        sys.stdout.flush()


def stop() -> None:
    """End the helper that waits for jobs, if one does; the next job starts another."""
    global _helper  # noqa: PLW0603
    with _lock:
        if _helper is not None:
            _stop(_helper)
            _helper = None


def _limit_self(limits: Limits) -> None:
    """Take on the limits, for good, before a file is opened."""
    if sys.platform == "win32":
        return
    import resource

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


def _in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            for inherited in (sys.stdin.fileno(), sys.stdout.fileno()):
                os.dup2(os.open(os.devnull, os.O_RDWR), inherited)
            _limit_self(limits)
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


def _ask_helper(module: str, line: bytes) -> int | None:
    global _helper  # noqa: PLW0603
    with _lock:
        if _helper is None or _helper.poll() is not None:
            _helper = _started(module)
            atexit.register(_stop, _helper)
        assert _helper.stdin is not None and _helper.stdout is not None  # noqa: S101, PT018
        try:
            _helper.stdin.write(line)
            _helper.stdin.flush()
            answer = _helper.stdout.readline()
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):  # the helper is gone: the next job gets a new one
            _stop(_helper)
            _helper = None
            return -int(signal.SIGKILL)
        return int(answer) if answer.strip() else None


def _stop(helper: subprocess.Popen[bytes]) -> None:
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        helper.wait(timeout=5)
    except subprocess.TimeoutExpired:
        helper.kill()
        helper.wait()


def _run_once(module: str, line: bytes, seconds: int) -> int | None:
    child = _started(module)
    try:
        child.communicate(line, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        child.kill()
        child.communicate()
    return child.returncode


def _started(module: str) -> subprocess.Popen[bytes]:
    quiet = None if os.environ.get("DEMAD_DEBUG") else subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=quiet,
        env=_environment(),
        start_new_session=_FORKS,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    here = str(Path(__file__).resolve().parent.parent.parent)
    return {**kept, "PYTHONPATH": here, "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "2"}
