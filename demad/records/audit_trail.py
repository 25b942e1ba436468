"""Who accepted, released, restored, pruned or changed policy: one line each in `<root>/audit/`, chained by hash.

Every line carries the hash of the line before it, so that a line cannot be changed or left out unseen; the
last hash is kept beside the trail, so that its end cannot be cut off unseen. Counts, codes and names of
releases only: nothing of a person but the user of this machine who gave the command.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demad.reference.fingerprint import settings_hash
from demad.store import append_line, write_atomic
from demad.system import user

_TRAIL, _HEAD = "trail.jsonl", "HEAD"
_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Chain:
    """State of the trail: how many lines, the hash of the last one, and whether every link holds."""

    entries: int
    head: str
    holds: bool


def record(root: Path, act: str, facts: Mapping[str, object]) -> None:
    """Add one line to the trail and make sure it is on disk; before what it tells of is shown to anybody."""
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
    """Add a line where `demad.toml` or a city file of this root is not what the trail last knew."""
    now = settings_hash(root)
    known = [entry["facts"].get("settings") for entry in entries(root) if entry["act"] == "policy"]
    if (known[-1] if known else settings_hash(root / "no-such-folder")) != now:
        record(root, "policy", {"settings": now})


def entries(root: Path) -> list[dict]:
    """Every whole line of the trail, oldest first; a line that is no longer JSON is left out."""
    path = folder(root) / _TRAIL
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [entry for entry in map(_read, lines) if entry]


def verify(root: Path) -> Chain:
    """Follow the chain from its first line to the last hash that was kept."""
    path, last = folder(root) / _TRAIL, folder(root) / _HEAD
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    hashes = [_START]
    for number, line in enumerate(lines, start=1):
        entry = _read(line)
        claimed = entry.pop("hash", "")
        if (entry.get("number"), entry.get("previous"), _hash(entry)) != (number, hashes[-1], claimed):
            return Chain(len(lines), hashes[-1], holds=False)
        hashes.append(claimed)
    # A process that died between the line and its head leaves lines that the head does not know.
    kept = last.read_text(encoding="utf-8", errors="replace") if last.exists() else _START
    return Chain(len(lines), hashes[-1], holds=kept in hashes)


def folder(root: Path) -> Path:
    """Where the trail is kept."""
    return root / "audit"


def _read(line: bytes) -> dict:
    """One line; empty where it is not one of ours (the chain is broken there, which is for `verify` to say)."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) and {"hash", "number"} <= entry.keys() else {}


def _hash(entry: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
