"""Encrypt the secrets of the cities in a backup with a key that is kept elsewhere (AES-256-GCM)."""

from __future__ import annotations

import json
import os
import re
import secrets as random
from collections.abc import Mapping
from pathlib import Path

from demad.errors import UsageRefused
from demad.store import private_folder, write_atomic

SEALED = "secrets.sealed"
_FORMAT = b"demad-secrets/1\n"
_NONCE = 12
_KEY = re.compile(r"[0-9a-f]{64}\n?")
_NAME = re.compile(r"[a-z0-9-]+\.secret")


def key_in(path: Path, *, make: bool = False) -> bytes:
    """Read the key from a file; with ``make``, create a missing file with a new key, readable by this user only.

    Raises
    ------
    UsageRefused
        D-367: the file does not exist, or does not contain a key.
    """
    if make and not path.exists():
        private_folder(path.resolve().parent)
        write_atomic(path, random.token_bytes(32).hex().encode() + b"\n")
        path.chmod(0o400)
    written = path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""
    if not _KEY.fullmatch(written):
        raise UsageRefused(
            "D-367", f"{path.name} is geen sleutel voor back-ups.", "Geef het bestand van demad backup --key."
        )
    return bytes.fromhex(written.strip())


def seal(secrets: Mapping[str, bytes], key: bytes) -> bytes:
    """Encrypt and authenticate the contents of the secret files, by name."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not for a command that seals nothing

    nonce = random.token_bytes(_NONCE)
    plain = json.dumps({name: content.decode("ascii") for name, content in sorted(secrets.items())}).encode()
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, _FORMAT)


def unseal(sealed: bytes, key: bytes) -> dict[str, bytes]:
    """Decrypt the secret files, by name.

    Raises
    ------
    UsageRefused
        D-368: encrypted with another key, or damaged.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        if not sealed.startswith(_FORMAT):
            raise ValueError
        rest = sealed[len(_FORMAT) :]
        plain = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _FORMAT)
        found = {name: text.encode("ascii") for name, text in json.loads(plain).items()}
        if not all(_NAME.fullmatch(name) for name in found):
            raise ValueError
    except (InvalidTag, ValueError):
        raise UsageRefused(
            "D-368",
            "De geheimen van de steden in deze back-up gaan niet open met deze sleutel.",
            "Geef met --key de sleutel waarmee de back-up gemaakt is.",
        ) from None
    return found


def secret_files(root: Path) -> dict[str, bytes]:
    """Contents of the secret files of a root, by name."""
    return {path.name: path.read_bytes() for path in sorted((root / "secrets").glob("*.secret"))}


def put_back(secrets: Mapping[str, bytes], folder: Path) -> None:
    """Write missing secret files, readable by this user only."""
    private_folder(folder)
    for name, content in secrets.items():
        if not (folder / name).exists():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
