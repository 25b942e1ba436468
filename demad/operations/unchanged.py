"""Whether nothing changed since the last night after which there was nothing to do. Not here: what is out of date.

`demad run` asks this before it imports anything slow. The answer is yes only if every file that decides what a night
does, and what it reports, is what it was: the program, the inbox, the store, the settings, the secrets and the audit
trail. In any doubt it is no, and `demad.operations.night` decides by what the results were made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from demad.notify.last_run import remember_idle_run
from demad.operations.run_result import RunResult
from demad.reference.places import data_folder
from demad.store import private_folder, refusing_storage, root_lock, write_atomic
from demad.store.format import NAME as FORMAT_FILE

_NAME = "unchanged.json"
_OF_RESULTS = frozenset({"health", "intern", "preview", "publication", "receipts", "withdrawn", "work"})
_DECIDE_NOTHING = _OF_RESULTS | {".lock", "dagster", FORMAT_FILE}
_COMPILED = "__pycache__"  # Python adds to it when a command imports a module for the first time
_PROGRAM = ("cities", "expectations", "reports")  # the folder of the cities is in that of the library
_SMALL = 2**20  # bytes; a file of a root up to this size counts by its bytes, a larger one by its size and times


def unchanged(root: Path, *, now: datetime | None = None) -> RunResult | None:
    """The result of a night with nothing to do, remembered as a run; None if anything changed, or may have.

    Raises
    ------
    Busy
        D-350: another run holds the root.
    """
    if not (root / "work" / _NAME).exists():
        return None
    at = now or datetime.now(UTC)
    with root_lock(root):
        if not _holds(root, at) or not remember_idle_run(root, at=at):
            return None
    return RunResult((), (), (), benchmark=False)


def snapshot(root: Path) -> str:
    """Hash of all files that decide what a night does; empty if one of them is a link, whose target may change."""
    total = hashlib.sha256(f"{platform.python_version()} {(root / 'preview' / 'index.html').exists()}".encode())
    program = [data_folder(name) for name in _PROGRAM]
    try:
        for folder in (program[0].parent, *program[1:]):
            for path in _files(folder):
                total.update(_by_bytes(path, folder))
        for path in sorted((root / "publication").glob("*/manifest.json")):
            total.update(_by_bytes(str(path), root))
        for path in _files(root, without=_DECIDE_NOTHING):
            total.update(_by_times(path) if os.path.getsize(path) > _SMALL else _by_bytes(path, root))
    except OSError:
        return ""
    return total.hexdigest()


def remember(root: Path, seen: str, *, until: datetime | None) -> None:
    """Record that after this snapshot there is nothing to do.

    Parameters
    ----------
    until
        When the next message is due even if nothing changes; None if none is.
    """
    if seen:
        told = {"seen": seen, "at": datetime.now(UTC).isoformat(), "until": until.isoformat() if until else None}
        write_atomic(private_folder(root / "work") / _NAME, json.dumps(told).encode())


def forget(root: Path) -> None:
    """Let the next run decide by itself."""
    with refusing_storage():
        (root / "work" / _NAME).unlink(missing_ok=True)


def _holds(root: Path, now: datetime) -> bool:
    try:
        told = json.loads((root / "work" / _NAME).read_text(encoding="utf-8"))
        at, until = datetime.fromisoformat(told["at"]), told["until"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    in_time = at <= now and (until is None or now < datetime.fromisoformat(until))
    return in_time and told["seen"] == snapshot(root)


def _files(folder: Path, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every file under a folder but what is compiled, in a fixed order; OSError at a link.

    ``without``: names in the folder itself that are passed over.
    """
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.name in without or entry.name == _COMPILED:
            continue
        if entry.is_symlink():
            raise OSError
        if entry.is_dir():
            yield from _files(Path(entry.path))
        else:
            yield entry.path


def _by_times(path: str) -> bytes:
    found = os.stat(path)
    return f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_ctime_ns}\0".encode(errors="surrogateescape")


def _by_bytes(path: str, folder: Path) -> bytes:
    with open(path, "rb") as source:
        content = hashlib.sha256(source.read()).digest()
    return os.path.relpath(path, folder).encode(errors="surrogateescape") + b"\0" + content
