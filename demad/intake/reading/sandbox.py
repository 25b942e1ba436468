"""Run jobs in child processes with limits on memory, processor time and elapsed time, as far as the system allows.

On Linux a helper process with all libraries loaded forks for each job: 20 ms instead of 250. On other systems each
job gets a new interpreter, and on Windows only its elapsed time is limited. What a job may see is in `wall`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demad.intake.reading import wall
from demad.system import FORKS, Limits, in_fork, limit_self

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "DEMAD_DEBUG")
_SETTINGS = {
    "PYTHONUTF8": "1",
    "POLARS_MAX_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",  # numpy only counts here, but would start a thread per core
    "MALLOC_MMAP_THRESHOLD_": str(1 << 25),  # allocate blocks from the heap, so that the next block reuses the memory
    "MALLOC_TRIM_THRESHOLD_": str(1 << 26),
}
_ONCE = "--once"
_lock = threading.Lock()
_helper: subprocess.Popen[bytes] | None = None


def run(
    module: str, job: dict[str, Any], limits: Limits, *, reads: Iterable[str] = (), writes: Iterable[str] = ()
) -> int | None:
    """Run a job in a child process; return its exit status, None if it had no answer in time.

    `OUT_OF_TIME`: it used its processor time. A wall that is four times as long bounds a child that does nothing.

    ``module`` must call `serve`. The child has no terminal and only the paths of our environment; its output is
    discarded, because a library's message may contain a cell.

    Parameters
    ----------
    reads, writes
        The files that the job may read and the folders in which it may write: nothing else, where the kernel can.
    """
    given = {"limits": asdict(limits), "job": job, "reads": [*reads], "writes": [*writes]}
    line = json.dumps(given).encode() + b"\n"
    return _ask_helper(module, line) if FORKS else _run_once(module, line, limits.elapsed)


def serve(work: Callable[[dict[str, Any]], None]) -> None:
    """Run every incoming job in a fork with limits; without fork, run the single job in this process."""
    wall.landlock_version()  # its library is loaded once, before any fork
    for line in sys.stdin.buffer:
        given = json.loads(line)
        limits = Limits(**given["limits"])
        if _ONCE in sys.argv:
            limit_self(limits)
            _walled(work, given)
            continue
        status = in_fork(lambda given=given: _walled(work, given), limits)
        sys.stdout.write(f"{'' if status is None else status}\n")
        sys.stdout.flush()


def _walled(work: Callable[[dict[str, Any]], None], given: dict[str, Any]) -> None:
    wall.build(given["reads"], given["writes"])
    work(given["job"])


def stop() -> None:
    """Stop the waiting helper process, if any; the next job starts a new one."""
    global _helper  # noqa: PLW0603
    with _lock:
        if _helper is not None:
            _stop(_helper)
            _helper = None


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
        if not answer.endswith(b"\n"):  # the helper died: the next job starts a new one
            _stop(_helper)
            _helper = None
            return 1
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
    child = _started(module, _ONCE)
    try:
        child.communicate(line, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        child.kill()
        child.communicate()
    return child.returncode


def _started(module: str, *options: str) -> subprocess.Popen[bytes]:
    quiet = None if os.environ.get("DEMAD_DEBUG") else subprocess.DEVNULL
    return subprocess.Popen(
        [*wall.network_of_its_own(), sys.executable, "-P", "-m", module, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=quiet,
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    here = str(Path(__file__).resolve().parents[3])
    return {**kept, **_SETTINGS, "PYTHONPATH": here}
