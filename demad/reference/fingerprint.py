"""One hash of everything that decides a figure: code, definitions, rules, templates and settings."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from demad.reference.places import data_folder

_DECIDING = (
    "benchmark", "catalogue", "counting", "disclosure", "estimators", "histories", "indicators", "intake", "protection",
    "quantities", "reference", "tables",
)  # fmt: skip
_KINDS = {".py", ".toml", ".json", ".j2", ".css", ".js", ".typ", ".mplstyle"}


@lru_cache(maxsize=1)
def software_hash() -> str:
    """Hash of the library, the suites and the report templates as they are on disk."""
    folders = (data_folder("cities").parent, data_folder("expectations"), data_folder("reports"))
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(found for found in folder.rglob("*") if found.suffix in _KINDS):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


@lru_cache(maxsize=1)
def definitions_hash() -> str:
    """Hash of what decides a figure: every step from rows to published values, the catalogue, data and rules."""
    library = data_folder("cities").parent
    parts = [path for name in _DECIDING for path in sorted([library / f"{name}.py", *(library / name).rglob("*")])]
    total = hashlib.sha256()
    for folder, paths in ((library, parts), (suites := data_folder("expectations"), sorted(suites.rglob("*.json")))):
        for path in (found for found in paths if found.is_file() and found.suffix in _KINDS):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


def settings_hash(root: Path) -> str:
    """Hash of what this installation sets: `demad.toml` and its own city files."""
    total = hashlib.sha256()
    for path in sorted([root / "demad.toml", *(root / "cities").glob("*.toml")]):
        total.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return total.hexdigest()[:20]
