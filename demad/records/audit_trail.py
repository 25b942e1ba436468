"""Audit trail in `<root>/audit/`: who accepted, released, restored, pruned or changed policy, in a hash chain.

Every line contains the hash of the line before it, so that a changed or missing line is detected. The last hash is
kept in a separate file, so that truncation is detected. Counts, codes and release names only: no personal data except
the user name of whoever gave the command.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demad.errors import StorageFailed
from demad.records.chain import START, Chain, chain_of, link
from demad.records.lines import complete_lines, parsed
from demad.reference.fingerprint import settings_hash
from demad.store import append_line, write_atomic
from demad.system import user

RESTORING = ".herstel-bezig"
"""File of a root that a restore is replacing: until it is finished, only the restore writes in the trail."""
_TRAIL, _HEAD = "trail.jsonl", "HEAD"
_NAMES = frozenset({"hash", "number"})


def record(root: Path, act: str, facts: Mapping[str, object]) -> None:
    """Append one line and flush it to disk, before the act that it records becomes visible.

    Raises
    ------
    StorageFailed
        D-354: the trail was cut or changed, so nothing is added to it: a new line would make it look whole.
    """
    written: list[str] = []

    def line(last: bytes) -> bytes:
        before = _refuse_cut(root, last)
        if _kept(root) != before["hash"]:  # its writer died: two of them in a row may not leave two lines after it
            write_atomic(folder(root) / _HEAD, before["hash"].encode())
        entry = {
            "number": before["number"] + 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": user(),
            "act": act,
            "facts": dict(facts),
        }
        made, own = link(entry, before["hash"])
        written.append(own)
        return made

    append_line(folder(root) / _TRAIL, line, lambda: write_atomic(folder(root) / _HEAD, written[0].encode()))


def refuse_broken(root: Path) -> None:
    """Refuse an act before it begins where it could not be recorded.

    Raises
    ------
    StorageFailed
        D-354: the trail was cut or changed.
    """
    lines = _lines(folder(root) / _TRAIL)
    _refuse_cut(root, lines[-1] if lines else b"")


def record_policy(root: Path) -> None:
    """Append a line if `demad.toml` or a city file of this root differs from the last recorded version."""
    if (root / RESTORING).exists():
        return
    now = settings_hash(root)
    known = [entry["facts"].get("settings") for entry in entries(root) if entry["act"] == "policy"]
    if (known[-1] if known else settings_hash(root / "no-such-folder")) != now:
        record(root, "policy", {"settings": now})


def entries(root: Path, act: str = "") -> list[dict[str, Any]]:
    """Every complete line, oldest first, of earlier trails as well; lines that are not valid JSON are left out.

    Parameters
    ----------
    act
        Only lines of this act; all where empty.
    """
    found = {}  # trails that parted have their first lines in common
    for path in (*earlier(root), folder(root) / _TRAIL):
        found |= {entry["hash"]: entry for entry in map(_read, _lines(path, act)) if entry}
    return [entry for entry in found.values() if act in ("", entry["act"])]


def earlier(root: Path) -> list[Path]:
    """Trails of other copies of this root that a restore brought along, by name."""
    return sorted(folder(root).glob("earlier-*.jsonl"))


def verify(root: Path) -> Chain:
    """Verify the chain from its first line to the last hash that was kept, and every earlier trail."""
    chain = verify_file(folder(root) / _TRAIL)
    # A process that died between writing the line and the head leaves one line after the head.
    whole = chain.holds and _kept(root) in chain.last_two
    known = {name for entry in entries(root, "restored") for name in entry["facts"].get("earlier", [])}
    for path in earlier(root):
        whole = whole and path.name == earlier_name(path.read_bytes()) and path.name in known
    return replace(chain, holds=whole)


def verify_file(path: Path) -> Chain:
    """Verify the links of one file, without the hash that is kept apart; an absent file is an empty chain."""
    return chain_of(_lines(path))


def earlier_name(content: bytes) -> str:
    """File name of an earlier trail with these lines: by their hash, so that a change shows."""
    return f"earlier-{hashlib.sha256(content).hexdigest()}.jsonl"


def write(where: Path, lines: bytes) -> None:
    """Write a whole trail in a folder, with the hash of its last line apart; only a restore does."""
    write_atomic(where / _TRAIL, lines)
    last = _read(lines.rstrip(b"\n").rpartition(b"\n")[2])
    write_atomic(where / _HEAD, str(last.get("hash", START)).encode())


def file(root: Path) -> Path:
    """File of the trail in force."""
    return folder(root) / _TRAIL


def folder(root: Path) -> Path:
    """Folder of the trail."""
    return root / "audit"


def _refuse_cut(root: Path, last: bytes) -> dict[str, Any]:
    """The last line, if the hash that is kept apart is of it, or of the one before, whose writer died in between."""
    before = _read(last) if last else {"hash": START, "previous": START, "number": 0}
    if not before or _kept(root) not in (before["hash"], before.get("previous")):
        raise StorageFailed(
            "D-354",
            "Het auditspoor is ingekort of gewijzigd; er is niets bijgeschreven.",
            "Zoek uit wie eraan kwam, en zet het terug uit de laatste back-up met demad restore --replace.",
        )
    return before


def _kept(root: Path) -> str:
    path = folder(root) / _HEAD
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else START


def _lines(path: Path, act: str = "") -> list[bytes]:
    """Complete lines; ``act``: only those that may be of this act, before they are parsed."""
    return [line for line in complete_lines(path) if act.encode() in line]


def _read(line: bytes) -> dict[str, Any]:
    """Parse one line; empty if it is not ours (then `verify` reports a broken chain)."""
    return parsed(line, _NAMES)
