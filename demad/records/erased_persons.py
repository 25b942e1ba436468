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
from demad.records.pseudonym_keys import key_id_of
from demad.store import append_line, write_atomic

FILE = "erased.jsonl"
_PERSON = "persoon"
_NAMES = frozenset({"city", "hash"})


def remember_erased(root: Path, city: str, pseudonym: str) -> str:
    """Add a person to the list of a city; return the digest of the line, for the audit trail."""
    facts = {"city": city, "hash": erased_hash(city, pseudonym), "key": key_id_of(pseudonym)}
    entry = json.dumps(facts, sort_keys=True).encode()
    append_line(root / FILE, lambda _: entry)
    return _digest(entry)


def hashes_of(where: Path, city: str) -> set[str]:
    """Hashes of the erased persons of a city, in a root or in a list that was written for the city."""
    return {entry["hash"] for entry in _entries(where, city)}


def written_for(root: Path, city: str) -> bytes:
    """The lines of one city, for the city: it needs them when its key changes."""
    return b"".join(line + b"\n" for line in checked_lines(root) if _read(line).get("city") == city)


def not_carried_over(root: Path, city: str, key_id: str, *, key_before: str, as_listed: bool = False) -> set[str]:
    """Hashes of erased persons of a city of whom no pseudonym under this key is known.

    Parameters
    ----------
    key_before
        Identifier of the key of what is in force: lines that do not name their key are of that one.

    Raises
    ------
    StorageFailed
        D-355.
    """
    entries = [_read(line) for line in (lines_of(root) if as_listed else checked_lines(root))]
    own = [entry for entry in entries if entry.get("city") == city]
    same: dict[str, set[str]] = {entry["hash"]: set() for entry in own}
    for entry in own:
        if "was" in entry:  # two hashes of one person
            same[entry["hash"]].add(entry["was"])
            same.setdefault(entry["was"], set()).add(entry["hash"])
    reached: set[str] = set()
    ahead = {entry["hash"] for entry in own if entry.get("key", key_before) == key_id}
    while ahead:
        reached |= ahead
        ahead = {other for hashed in ahead for other in same[hashed]} - reached
    left = {
        hashed
        for entry in audit_trail.entries(root, "key_changed")
        if entry["facts"]["city"] == city and entry["facts"]["to"] == key_id
        for hashed in entry["facts"]["left"]
    }
    return same.keys() - reached - left


def carry_over(
    root: Path, city: str, *, before: str, after: str, carried: Iterable[tuple[str, str]], left: Iterable[str] = ()
) -> None:
    """Add the erased persons of a city under their new pseudonyms, and record the change of key. Idempotent.

    Parameters
    ----------
    before, after
        Identifiers of the keys.
    carried
        Hash of the old and of the new pseudonym of each erased person.
    left
        Erased persons that somebody let go by name: nobody knows their new pseudonyms.

    Raises
    ------
    StorageFailed
        D-354, D-355.
    """
    audit_trail.refuse_broken(root)
    known, digests = set(checked_lines(root)), []
    for old, new in sorted(set(carried)):
        entry = json.dumps({"city": city, "hash": new, "key": after, "was": old}, sort_keys=True).encode()
        digests.append(_digest(entry))
        if entry not in known:
            append_line(root / FILE, lambda _, entry=entry: entry)
    facts = {"city": city, "from": before, "to": after, "lines": digests, "left": sorted(left)}
    if not any(entry["facts"] == facts for entry in audit_trail.entries(root, "key_changed")):
        audit_trail.record(root, "key_changed", facts)


def key_was_changed(root: Path, city: str, before: str, after: str) -> bool:
    """Whether the trail knows that the key of a city went from one to the other, in one step or several."""
    steps = [
        (entry["facts"]["from"], entry["facts"]["to"])
        for entry in audit_trail.entries(root, "key_changed")
        if entry["facts"]["city"] == city
    ]
    reached, added = {before}, True
    while added:
        found = {new for old, new in steps if old in reached} - reached
        reached, added = reached | found, bool(found)
    return after in reached


def _entries(where: Path, city: str) -> list[dict[str, Any]]:
    path = where if where.is_file() else where / FILE
    return [entry for entry in map(_read, complete_lines(path)) if entry.get("city") == city]


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
    gone = (
        [person for person in frame[_PERSON].unique().to_list() if erased_hash(city, person) in known] if known else []
    )
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
    told = {fact["line"] for fact in acts if "line" in fact}
    told |= {line for entry in audit_trail.entries(root, "key_changed") for line in entry["facts"]["lines"]}
    if not all(_read(line) for line in lines) or not listed >= told:
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


def erased_hash(city: str, pseudonym: str) -> str:
    """What stands in the list for a pseudonym of a city."""
    return hashlib.sha256(f"demad-erased/1|{city}|{pseudonym}".encode()).hexdigest()
