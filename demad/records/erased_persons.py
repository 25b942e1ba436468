"""Hashes of erased persons, so that their rows are never accepted again. The hashes cannot be reversed.

A pseudonym is random to anyone without the key, so its hash only serves to recognise it in a later delivery.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl

from demad.store import append_line

_FILE, _PERSON = "erased.jsonl", "persoon"


def remember_erased(root: Path, city: str, pseudonym: str) -> None:
    """Add a person to the list of a city."""
    entry = json.dumps({"city": city, "hash": _hash(city, pseudonym)}, sort_keys=True).encode()
    append_line(root / _FILE, lambda _: entry)


def without_erased(root: Path, city: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Remove the rows of erased persons; a table without persons is unchanged."""
    known = _hashes(root, city)
    if not known or _PERSON not in frame.columns:
        return frame
    gone = [person for person in frame[_PERSON].unique().to_list() if _hash(city, person) in known]
    return frame.filter(~pl.col(_PERSON).is_in(gone)) if gone else frame


def _hashes(root: Path, city: str) -> set[str]:
    path = root / _FILE
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return {entry["hash"] for entry in map(json.loads, lines) if entry["city"] == city}


def _hash(city: str, pseudonym: str) -> str:
    return hashlib.sha256(f"demad-erased/1|{city}|{pseudonym}".encode()).hexdigest()
