"""The secret of each city, which determines the offsets of its rounded counts. Not here: rounding.

A secret is made once, with the city's first figures, and never replaced: a count rounded under two secrets would
reveal more than one rounding. So the audit trail records the identifier of each secret, and a missing or different
secret is refused before anything is computed from it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets as random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from demad.errors import PrivacyRefused
from demad.records import audit_trail
from demad.store import private_folder, write_atomic

BYTES = 32
MOVED = "secret_moved"
_CHECK = b"demad: which secret is this"
_WRITTEN = re.compile(r"[0-9a-f]{64}\n?")


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that only its city and the trusted zone have; it never appears in a message, log or traceback."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Identifier to compare secrets without revealing them."""
        return hmac.new(self.key, _CHECK, hashlib.sha256).hexdigest()[:16]


def seeded(seed: str) -> Secret:
    """A secret derived from a seed, for the demo and for tests, whose figures must be reproducible."""
    return Secret(hashlib.sha256(f"demad demo {seed}".encode()).digest())


def secret_of(root: Path, city: str) -> Secret:
    """Return the secret of a city; make and record it if the city never had one.

    Raises
    ------
    PrivacyRefused
        D-602: its file is missing or damaged. D-603: it differs from the secret recorded in the trail.
    """
    path, known = secret_file(root, city), known_ids(root).get(city)
    if not path.exists() and known is None:
        return keep(root, city, Secret(random.token_bytes(BYTES)))
    found = _read(path)
    if found is None:
        raise PrivacyRefused(
            "D-602",
            f"Het geheim van {city} is weg of beschadigd: {path.name}.",
            "Zet het terug uit de back-up met demad restore. Met een nieuw geheim zouden oude en nieuwe cijfers samen "
            "kleine aantallen verraden.",
        )
    if known is not None and known != found.id:
        raise PrivacyRefused(
            "D-603",
            f"Het geheim van {city} is een ander dan waarmee vroegere cijfers gemaakt zijn: {path.name}.",
            "Zet het juiste terug uit de back-up met demad restore.",
        )
    return found if known is not None else keep(root, city, found)


def keep(root: Path, city: str, secret: Secret) -> Secret:
    """Write a secret, readable by this user only, and record its identifier in the trail."""
    path = secret_file(root, city)
    if not path.exists():
        private_folder(path.parent)
        write_atomic(path, secret.key.hex().encode() + b"\n")
        os.chmod(path, 0o400)
    if known_ids(root).get(city) != secret.id:
        record_id(root, city, secret.id)
    return secret


def record_id(root: Path, city: str, id: str) -> None:
    """Record with which secret the counts of a city are rounded, also where the secret itself is at the city."""
    audit_trail.record(root, "secret_kept", {"city": city, "secret": id})


def those_kept(root: Path, cities: Iterable[str]) -> dict[str, Secret]:
    """The secrets of some cities; a city whose file is missing or damaged is left out."""
    found = {city: _read(secret_file(root, city)) for city in cities}
    return {city: secret for city, secret in found.items() if secret is not None}


def id_of(root: Path, city: str) -> str:
    """Identifier of the secret in the file; empty if there is none."""
    found = _read(secret_file(root, city))
    return found.id if found else ""


def secret_file(root: Path, city: str) -> Path:
    """File of the secret of a city."""
    return root / "secrets" / f"{city}.secret"


def moved_away(root: Path) -> set[str]:
    """The cities whose secret was last here, and then moved to the city itself."""
    acts = [entry for entry in audit_trail.entries(root) if entry["act"] in ("secret_kept", MOVED)]
    last = {entry["facts"]["city"]: entry["act"] for entry in acts}
    return {city for city, act in last.items() if act == MOVED}


def known_ids(root: Path) -> dict[str, str]:
    """Identifier of each city's secret according to the trail."""
    acts = (entry["facts"] for entry in audit_trail.entries(root, "secret_kept"))
    return {facts["city"]: facts["secret"] for facts in acts}


def _read(path: Path) -> Secret | None:
    written = path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""
    return Secret(bytes.fromhex(written.strip())) if _WRITTEN.fullmatch(written) else None
