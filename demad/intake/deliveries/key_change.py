"""`sleutelwissel.json`: what a city tells the receiver when the key of its pseudonyms changes. Strict reader, writer.

It says nothing about who is who: of erased persons the hashes of both pseudonyms, of a sample of everybody the old
pseudonym alone, sorted. It is destroyed when its delivery is accepted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import DeliveryRefused, InputMissing
from demad.records.pseudonym_keys import key_id_of
from demad.store import write_atomic

NAME = "sleutelwissel.json"
FORMAT = "demad-sleutelwissel/1"
_SIZE_LIMIT = 20_000_000
_SAMPLE_LIMIT = 5_000
_HASH, _ID = re.compile(r"[0-9a-f]{64}"), re.compile(r"[a-z2-7]{4}")
_NAMES = {"format", "city", "from", "to", "asked", "carried", "of", "sample"}


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A change of key of a city.

    Parameters
    ----------
    before, after
        Identifiers of the keys.
    asked
        Hashes of the erased persons that the city knew of when it made this.
    carried
        Of those it found: hash of the old and of the new pseudonym.
    of, sample
        The old pseudonyms of one person in ``of``, by hash.
    """

    city: str
    before: str
    after: str
    asked: frozenset[str]
    carried: tuple[tuple[str, str], ...]
    of: int
    sample: frozenset[str]

    def share_kept(self, persons: pl.Series) -> float | None:
        """Share of the sampled persons of an earlier delivery who are in the new one; None if none was sampled."""
        earlier = {person for person in persons.drop_nulls().unique() if in_sample(person, self.of)}
        return len(earlier & self.sample) / len(earlier) if earlier else None


def in_sample(pseudonym: str, of: int) -> bool:
    """Whether a pseudonym is one of the sample of one in ``of``: by its hash, so that both sides draw the same."""
    return int.from_bytes(hashlib.sha256(f"demad-key-change/1|{pseudonym}".encode()).digest()[:8], "big") % of == 0


def as_written(told: Mapping[str, Any]) -> bytes:
    """The bytes of the file, from what `pseudonyms.tables` tells."""
    return (json.dumps({"format": FORMAT, **told}, indent=1, sort_keys=True) + "\n").encode()


def told_by(path: Path) -> dict[str, Any]:
    """What a file tells, to be written again; raises as `read_change`."""
    change = read_change(path)
    return {
        "city": change.city,
        "from": change.before,
        "to": change.after,
        "asked": sorted(change.asked),
        "carried": sorted(change.carried),
        "of": change.of,
        "sample": sorted(change.sample),
    }


def write_change(path: Path, told: Mapping[str, Any]) -> None:
    """Write the file."""
    write_atomic(path, as_written(told))


def read_change(path: Path) -> KeyChange:
    """Read the file.

    Raises
    ------
    InputMissing
        D-274: not there.
    DeliveryRefused
        D-275: not this format.
    """
    try:
        content = path.read_bytes() if path.is_file() and path.stat().st_size <= _SIZE_LIMIT else None
    except OSError:
        content = None
    if content is None:
        raise InputMissing(
            "D-274",
            f"De sleutelwissel {path.name} is er niet of is te groot.",
            "Geef het bestand van demad pseudonymise --rekey.",
        )
    try:
        return _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DeliveryRefused(
            "D-275", "De sleutelwissel is onvolledig of fout.", "Maak ze opnieuw met demad pseudonymise --rekey."
        ) from None


def _parsed(found: dict[str, Any]) -> KeyChange:
    change = KeyChange(
        city=found["city"],
        before=found["from"],
        after=found["to"],
        asked=frozenset(found["asked"]),
        carried=tuple((old, new) for old, new in found["carried"]),
        of=found["of"],
        sample=frozenset(found["sample"]),
    )
    hashes = [*change.asked, *(hashed for pair in change.carried for hashed in pair)]
    good = (
        found.keys() == _NAMES
        and found["format"] == FORMAT
        and isinstance(change.city, str)
        and all(_ID.fullmatch(key) for key in (change.before, change.after))
        and change.before != change.after
        and all(_HASH.fullmatch(hashed) for hashed in hashes)
        and {old for old, _ in change.carried} <= change.asked
        and type(change.of) is int
        and change.of >= 1
        and len(change.sample) <= _SAMPLE_LIMIT
        and all(key_id_of(pseudonym) == change.before for pseudonym in change.sample)
    )
    if not good:
        raise ValueError
    return change
