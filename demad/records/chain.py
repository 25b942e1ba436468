"""Chains of lines: each line contains the hash of the line before it, so that a changed or missing line shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demad.records.lines import parsed

START = "0" * 64  # what a chain without lines ends on
_NAMES = frozenset({"hash", "previous"})


@dataclass(frozen=True, slots=True)
class Chain:
    """State of a chain: number of lines, hash of the last one, and whether every link is valid.

    ``last_two``: hashes of the line before the last one and of the last one.
    """

    entries: int
    head: str
    holds: bool
    last_two: tuple[str, str] = (START, START)


def link(entry: Mapping[str, object], previous: str) -> tuple[bytes, str]:
    """One line, linked to the line before it, and its hash."""
    linked = {**entry, "previous": previous}
    own = _hash(linked)
    return json.dumps({**linked, "hash": own}, ensure_ascii=False, sort_keys=True).encode(), own


def chain_of(lines: Iterable[bytes], *, start: str = START) -> Chain:
    """Verify the links of lines, up to the first one that is not valid.

    Parameters
    ----------
    start
        What the first line is linked to.
    """
    before = head = start
    number = 0
    for number, line in enumerate(lines, start=1):  # the number of lines is told
        entry = parsed(line, _NAMES)
        claimed = entry.pop("hash", "")
        if (entry.get("previous"), _hash(entry)) != (head, claimed):
            return Chain(number, head, holds=False, last_two=(before, head))
        before, head = head, claimed
    return Chain(number, head, holds=True, last_two=(before, head))


def _hash(entry: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
