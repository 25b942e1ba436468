"""The key pair with which a city signs its bundles: Ed25519. Not here: what is signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from demad.errors import UsageRefused
from demad.store import private_folder, write_atomic

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PREFIX = "ed25519:"
_WRITTEN = re.compile(r"[0-9a-f]{64}\n?")
SIGNATURE = 64


def key_file(root: Path, city: str) -> Path:
    """File with the private key of a city, at the city."""
    return root / "keys" / f"{city}.bundle-key"


def make_key(path: Path) -> Ed25519PrivateKey:
    """Write a new private key, readable by this user only.

    Raises
    ------
    UsageRefused
        D-620: there is a key already; it is never overwritten.
    """
    if path.exists():
        raise UsageRefused(
            "D-620",
            f"{path.name} bestaat al.",
            "Een sleutel wordt nooit overschreven: zet hem opzij als u er een nieuwe wilt.",
        )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private_folder(path.parent)
    write_atomic(path, key.private_bytes_raw().hex().encode() + b"\n")
    path.chmod(0o400)
    return key


def key_in(path: Path) -> Ed25519PrivateKey:
    """Read the private key of a city.

    Raises
    ------
    UsageRefused
        D-621: the file does not exist, or does not contain a key.
    """
    written = path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""
    if not _WRITTEN.fullmatch(written):
        raise UsageRefused(
            "D-621", f"{path.name} is er niet, of is geen sleutel voor bundels.", "Maak er een met demad bundle keygen."
        )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(written.strip()))


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key, as it is registered at the centre."""
    return _PREFIX + key.public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """Identifier of a public key, to find it and to compare it by telephone."""
    return hashlib.sha256(bytes.fromhex(public.removeprefix(_PREFIX))).hexdigest()[:16]


def spoken(public: str) -> str:
    """The identifier in groups of four, to read aloud."""
    text = key_id(public)
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def signed_by(signature: bytes, content: bytes, publics: Iterable[str]) -> str | None:
    """The public key, of some, that signed the content; None if none of them did."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for public in publics:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.removeprefix(_PREFIX))).verify(signature, content)
        except (InvalidSignature, ValueError):
            continue
        return public
    return None
