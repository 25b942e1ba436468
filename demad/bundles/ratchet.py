"""Which bundles of a city were taken before: a newer one goes forward and never back. Read from the audit trail.

The trail is a chain of hashes, and a restore keeps the longest, so an older backup does not turn the ratchet back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demad.bundles.manifest import LISTED_BEFORE, Manifest
from demad.errors import DeliveryRefused
from demad.records import audit_trail

TAKEN, MADE = "bundle_taken", "bundle_made"


@dataclass(frozen=True, slots=True)
class Taken:
    """A bundle that was taken: its sequence number, hash, key and newest day."""

    sequence: int
    sha256: str
    key: str
    as_of: str


def taken(root: Path, city: str) -> list[Taken]:
    """Every bundle of a city that was taken, oldest first."""
    return [_taken(entry["facts"]) for entry in bundles_taken(root, city)]


def bundles_taken(root: Path, city: str) -> list[dict[str, Any]]:
    """Every line of the audit trail about a bundle of a city that was taken, oldest first."""
    return [entry for entry in audit_trail.entries(root, TAKEN) if entry["facts"]["city"] == city]


def record_taken(root: Path, manifest: Manifest, *, sha256: str, key: str, reason: str = "") -> None:
    """Record that a bundle is taken, before it is in force."""
    facts = {"city": manifest.city, "sequence": manifest.sequence, "sha256": sha256, "key": key}
    why = {"reason": reason} if reason else {}
    audit_trail.record(root, TAKEN, {**facts, "as_of": manifest.as_of.isoformat(), **why})


def refuse_backward(before: Iterable[Taken], manifest: Manifest, *, sha256: str, key: str) -> bool:
    """Whether this very bundle was the last one taken; refuse one that is not newer.

    A key that signed none before begins a chain of its own, for a city that lost its root; the key before it is then
    refused for good.

    Raises
    ------
    DeliveryRefused
        D-637: an older bundle, or another with the same number. D-638: not of the chain of those that were taken.
        D-639: signed with a key that was replaced.
    """
    known = list(before)
    if not known:
        return False
    last = known[-1]
    if last.sha256 == sha256:
        return True
    if key != last.key:
        if any(one.key == key for one in known):
            raise DeliveryRefused(
                "D-639",
                "De bundel is ondertekend met een sleutel die vervangen is.",
                "Vraag hem met de nieuwe sleutel.",
            )
    elif manifest.sequence <= last.sequence:
        raise DeliveryRefused(
            "D-637",
            "De bundel is niet nieuwer dan de laatste die hier aangenomen is.",
            "Er is niets te doen als hij dubbel of te laat kwam; vraag anders een nieuwe.",
        )
    elif manifest.earlier.get(last.sequence) != last.sha256:
        raise DeliveryRefused(
            "D-638",
            "De bundel volgt niet op de laatste die hier aangenomen is.",
            "Vraag of de map van de stad teruggezet is; begin dan opnieuw met een nieuwe sleutel.",
        )
    if manifest.as_of.isoformat() < last.as_of:
        raise DeliveryRefused(
            "D-637",
            "De bundel loopt minder ver dan de laatste die hier aangenomen is.",
            "Vraag er een met een nieuwere levering.",
        )
    return False


def made_before(root: Path, city: str) -> dict[int, str]:
    """Hash of the newest bundles that a city made, by sequence number."""
    acts = (entry["facts"] for entry in audit_trail.entries(root, MADE))
    found = {facts["sequence"]: facts["sha256"] for facts in acts if facts["city"] == city}
    return {number: found[number] for number in sorted(found)[-LISTED_BEFORE:]}


def record_made(root: Path, manifest: Manifest, *, sha256: str, key: str) -> None:
    """Record that a city made a bundle, before its file is there."""
    facts = {"city": manifest.city, "sequence": manifest.sequence, "sha256": sha256, "key": key}
    audit_trail.record(root, MADE, {**facts, "protection": manifest.rounding.mode})


def _taken(facts: Mapping[str, Any]) -> Taken:
    return Taken(facts["sequence"], facts["sha256"], facts["key"], facts["as_of"])
