"""Whether what is installed is what this version was tested with: the lock in a checkout, the metadata in a wheel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from demad.operations.finding import Finding
from demad.reference.extras import EXTRAS, install_line, missing
from demad.reference.places import checkout

_PINNED = re.compile(r"^([A-Za-z0-9._-]+==[^\\\n]+)", re.MULTILINE)
_EVERYWHERE = ("polars",)
_IN_A_CHECKOUT = ("great-expectations", "typst", "dagster")


def installed() -> Iterator[Finding]:
    """Each main package with its version, and one finding on all that are not as this version wants them."""
    top = checkout()
    todo = "Voer python3 bootstrap.py uit." if top else "Installeer demad opnieuw met pip."
    for name in (*_EVERYWHERE, *(_IN_A_CHECKOUT if top else ())):
        version = _version(name)
        yield Finding(f"{name} {version}" if version else f"{name} ontbreekt", bool(version), todo)
    wrong = sorted(_unlike_lock(lock_of(top))) if top else sorted(_unlike_metadata())
    said = f"{len(wrong)} pakketten anders dan deze versie vraagt" if wrong else "pakketten zoals deze versie ze vraagt"
    yield Finding(said, not wrong, f"{todo} Het gaat om: {', '.join(wrong[:5])}.")


def extras() -> Iterator[Finding]:
    """What is not installed beside the wheel, for which commands, and the line that installs it: never a fault."""
    for name, extra in EXTRAS.items():
        if absent := missing(name):
            told = f"; voor demad {', '.join(extra.commands)}" if extra.commands else ""
            yield Finding(
                f"demad[{name}]: {extra.brings}{told}", good=True, todo=install_line(name, absent), absent=True
            )


def lock_of(top: Path) -> Path:
    """The lock that this machine is installed from: that of a server has PostgreSQL for Dagster in it."""
    return top / "deploy" / "requirements.lock" if _version("dagster-postgres") else top / "requirements.lock"


def _unlike_lock(lock: Path) -> Iterator[str]:
    """Packages that are installed in another version than the lock has; what is absent is judged by name above."""
    for name, wanted in pins(lock).items():
        found = _version(name)
        if found not in (None, wanted):
            yield f"{name} {found} in plaats van {wanted}"


def pins(lock: Path) -> Mapping[str, str]:
    """Version per package of a lock, for this Python on this system."""
    asked = map(Requirement, _PINNED.findall(lock.read_text(encoding="utf-8")))
    return {one.name: str(one.specifier)[2:] for one in asked if one.marker is None or one.marker.evaluate()}


def _unlike_metadata() -> Iterator[str]:
    """What a wheel says that it needs, with the extras that are here, and is absent or of another version."""
    try:
        needed = metadata.requires("demad") or []
    except metadata.PackageNotFoundError:
        return
    here = ("", *(name for name in EXTRAS if not missing(name)))
    for text in needed:
        asked = Requirement(text)
        if asked.name != "demad" and (
            asked.marker is None or any(asked.marker.evaluate({"extra": one}) for one in here)
        ):
            found = _version(asked.name)
            if found is None or not asked.specifier.contains(found, prereleases=True):
                yield f"{asked.name} {found or 'ontbreekt'} in plaats van {asked.specifier}"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
