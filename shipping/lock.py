"""What a lock pins: each package with its version, the hashes of its files, and what is known of it where installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

TOP = Path(__file__).resolve().parent.parent
SERVER = TOP / "deploy" / "requirements.lock"
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+==[^\\\n]+?)\s*\\?\n((?:[ \t]+.*\n)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package of a lock; the condition under which it is installed, or empty."""

    name: str
    version: str
    condition: str
    hashes: tuple[str, ...]


def pinned(lock: Path) -> list[Pinned]:
    """Every package of a lock, by name."""
    found = []
    for text, rest in _ENTRY.findall(lock.read_text(encoding="utf-8")):
        asked = Requirement(text.strip())
        condition = str(asked.marker) if asked.marker else ""
        found.append(Pinned(asked.name, str(asked.specifier)[2:], condition, tuple(_HASH.findall(rest))))
    return sorted(found, key=lambda one: (one.name, one.version))


def licence_of(name: str) -> str:
    """The licence that an installed package states; empty where it is not installed or states none."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in told:
        return told["License-Expression"]
    kinds = [text.rpartition(" :: ")[2] for text in told.get_all("Classifier", []) if text.startswith("License ::")]
    return " / ".join(sorted(kinds)) or " ".join(told.get_all("License", [])).strip().partition("\n")[0]
