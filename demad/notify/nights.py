"""`<root>/health/nights.jsonl`: how each night ended, one line each, kept for years. No figure is derived from it.

Runs with nothing new are one line a day, so that a machine that looks every minute does not fill the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from demad.store import private_folder, refusing_storage, write_atomic

FOLDER, _NAME = "health", "nights.jsonl"
_MOST = 2**20  # bytes, some 6,000 lines; past it the older half goes
_TAIL = 4096  # bytes; longer than any line of a night without a result
_NOTHING = {"exit_status": 0, "cities": [], "failed": [], "benchmark": False}


def remember_night(root: Path, told: Mapping[str, object]) -> None:
    """Add the outcome of a run: time, exit status, cities, what failed, whether the comparison was made."""
    path = private_folder(root / FOLDER) / _NAME
    with refusing_storage():
        before = path.stat().st_size if path.exists() else 0
        if _nothing(told) and _said_today(path, str(told["at"])[:10]):
            return
        if before > _MOST:
            lines = path.read_bytes().splitlines(keepends=True)
            write_atomic(path, b"".join(lines[len(lines) // 2 :]))
        _append(path, json.dumps(dict(told)).encode() + b"\n")


def nights(root: Path, *, last: int | None = None) -> list[dict[str, Any]]:
    """The outcomes that are kept, oldest first; a line that a kill or a hand damaged is left out."""
    try:
        lines = (root / FOLDER / _NAME).read_bytes().splitlines()
    except OSError:
        return []
    return [night for line in (lines if last is None else lines[-last:]) if (night := _read(line))]


def forget_nights(root: Path, before: datetime) -> int:
    """Remove the nights that ended before this moment; return how many."""
    found = nights(root)
    kept = [night for night in found if datetime.fromisoformat(night["at"]) >= before]
    if len(kept) < len(found):
        write_atomic(root / FOLDER / _NAME, b"".join(json.dumps(night).encode() + b"\n" for night in kept))
    return len(found) - len(kept)


def _append(path: Path, line: bytes) -> None:
    """One write at the end; a line that a dead writer left without its end is ended first."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        if size := os.fstat(handle).st_size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)


def _nothing(told: Mapping[str, object]) -> bool:
    return all(told.get(name) == value for name, value in _NOTHING.items())


def _said_today(path: Path, day: str) -> bool:
    """Whether the last line is of a run with nothing new on this day."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().splitlines()
    last = _read(lines[-1]) if lines else None
    return last is not None and _nothing(last) and str(last["at"])[:10] == day


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        night = json.loads(line)
        datetime.fromisoformat(night["at"])
    except (ValueError, KeyError, TypeError):
        return None
    return night
