"""Hashes of erased persons, so that their rows are never accepted again. The hashes cannot be reversed.

A pseudonym is random to anyone without the key, so its hash only serves to recognise it in a later delivery. The audit
trail holds the digest of every line: a list that lost a line, or cannot be read, is an alarm and never an empty list.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import StorageFailed
from demad.records import audit_trail
from demad.records.lines import complete_lines, parsed
from demad.store import append_line, write_atomic

FILE = "erased.jsonl"
_PERSON = "persoon"
_NAMES = frozenset({"city", "hash"})


def remember_erased(root: Path, city: str, pseudonym: str) -> str:
    """Add a person to the list of a city; return the digest of the line, for the audit trail."""
    entry = json.dumps({"city": city, "hash": _hash(city, pseudonym)}, sort_keys=True).encode()
    append_line(root / FILE, lambda _: entry)
    return _digest(entry)


def without_erased(root: Path, city: str, frame: pl.DataFrame, *, as_listed: bool = False) -> pl.DataFrame:
    """Remove the rows of erased persons; a table without persons is unchanged.

    ``as_listed``: take the list as it stands, without the comparison with the trail; only a restore does.

    Raises
    ------
    StorageFailed
        D-355: the list of erased persons is damaged, or lacks one that the audit trail knows.
    """
    if _PERSON not in frame.columns:
        return frame
    lines = lines_of(root) if as_listed else checked_lines(root)
    known = {entry["hash"] for entry in map(_read, lines) if entry.get("city") == city}
    gone = [person for person in frame[_PERSON].unique().to_list() if _hash(city, person) in known] if known else []
    return frame.filter(~pl.col(_PERSON).is_in(gone)) if gone else frame


def checked_lines(root: Path) -> list[bytes]:
    """Every line of the list, compared with the `erased` acts of the trail.

    Raises
    ------
    StorageFailed
        D-355.
    """
    lines = lines_of(root)
    listed = {_digest(line) for line in lines}
    acts = [entry["facts"] for entry in audit_trail.entries(root, "erased")]
    if not all(_read(line) for line in lines) or not listed >= {fact["line"] for fact in acts if "line" in fact}:
        raise _incomplete()
    # Acts of earlier versions do not name their line: then there are at least as many lines as acts.
    if Counter(fact["city"] for fact in acts if "line" not in fact) - Counter(_read(line)["city"] for line in lines):
        raise _incomplete()
    return lines


def lines_of(root: Path) -> list[bytes]:
    """Every complete line of the list of a root, as it stands there."""
    return complete_lines(root / FILE)


def write_lines(root: Path, lines: Iterable[bytes]) -> None:
    """Replace the list of a root by these lines."""
    write_atomic(root / FILE, b"".join(line + b"\n" for line in lines))


def cities_of(lines: Iterable[bytes]) -> set[str]:
    """The cities of lines that can be read."""
    return {entry["city"] for entry in map(_read, lines) if entry}


def _read(line: bytes) -> dict[str, Any]:
    """Parse one line; empty if it is not ours."""
    return parsed(line, _NAMES)


def _incomplete() -> StorageFailed:
    return StorageFailed(
        "D-355",
        "De lijst van gewiste personen is beschadigd of ingekort; er is niets verwerkt.",
        "Zet ze terug uit de laatste back-up met demad restore --replace; wis daarna opnieuw wie sindsdien gewist is.",
    )


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()[:32]


def _hash(city: str, pseudonym: str) -> str:
    return hashlib.sha256(f"demad-erased/1|{city}|{pseudonym}".encode()).hexdigest()
