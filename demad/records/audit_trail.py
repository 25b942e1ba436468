"""Audit trail in `<root>/audit/`: who accepted, released, restored, pruned or changed policy, in a hash chain.

Every line contains the hash of the line before it, so that a changed or missing line is detected. The last hash is
kept in a separate file, so that truncation is detected. Counts, codes and release names only: no personal data except
the user name of whoever gave the command.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demad.reference.fingerprint import settings_hash
from demad.store import append_line, write_atomic
from demad.system import user

_TRAIL, _HEAD = "trail.jsonl", "HEAD"
_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Chain:
    """State of the trail: number of lines, hash of the last one, and whether every link is valid."""

    entries: int
    head: str
    holds: bool


def record(root: Path, act: str, facts: Mapping[str, object]) -> None:
    """Append one line and flush it to disk, before the act that it records becomes visible."""
    written: list[str] = []

    def line(last: bytes) -> bytes:
        before = _read(last) or {"hash": _START, "number": 0}
        entry = {
            "number": before["number"] + 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": user(),
            "act": act,
            "facts": dict(facts),
            "previous": before["hash"],
        }
        written.append(_hash(entry))
        return json.dumps({**entry, "hash": written[0]}, ensure_ascii=False, sort_keys=True).encode()

    append_line(folder(root) / _TRAIL, line)
    write_atomic(folder(root) / _HEAD, written[0].encode())


def record_policy(root: Path) -> None:
    """Append a line if `demad.toml` or a city file of this root differs from the last recorded version."""
    now = settings_hash(root)
    known = [entry["facts"].get("settings") for entry in entries(root) if entry["act"] == "policy"]
    if (known[-1] if known else settings_hash(root / "no-such-folder")) != now:
        record(root, "policy", {"settings": now})


def entries(root: Path) -> list[dict[str, Any]]:
    """Every complete line of the trail, oldest first; lines that are not valid JSON are left out."""
    path = folder(root) / _TRAIL
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [entry for entry in map(_read, lines) if entry]


def verify(root: Path) -> Chain:
    """Verify the chain from its first line to the last hash that was kept."""
    path, last = folder(root) / _TRAIL, folder(root) / _HEAD
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    hashes = [_START]
    for number, line in enumerate(lines, start=1):
        entry = _read(line)
        claimed = entry.pop("hash", "")
        if (entry.get("number"), entry.get("previous"), _hash(entry)) != (number, hashes[-1], claimed):
            return Chain(len(lines), hashes[-1], holds=False)
        hashes.append(claimed)
    # A process that died between writing the line and the head leaves lines after the head.
    kept = last.read_text(encoding="utf-8", errors="replace") if last.exists() else _START
    return Chain(len(lines), hashes[-1], holds=kept in hashes)


def folder(root: Path) -> Path:
    """Folder of the trail."""
    return root / "audit"


def _read(line: bytes) -> dict[str, Any]:
    """Parse one line; empty if it is not ours (then `verify` reports a broken chain)."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) and {"hash", "number"} <= entry.keys() else {}


def _hash(entry: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
