"""Compute the figures of other definitions in a shadow root: same deliveries, separate store, no reports."""

import os
import shutil
from pathlib import Path

from demad.publishing.definition_changes import adopt, shadow_of
from demad.reference.fingerprint import definitions_hash
from demad.store import Store, private_folder, write_atomic


def mirrored(root: Path) -> Path:
    """Copy the data in force of a root to its shadow; figures in the shadow that are up to date stay."""
    shadow = private_folder(shadow_of(root))
    for part in ("accepted", "bundles", "vintages", "ledger.jsonl"):
        _link(root / "store" / part, shadow / "store" / part)
    shutil.rmtree(shadow / "cities", ignore_errors=True)
    shutil.rmtree(shadow / "secrets", ignore_errors=True)
    for part in ("cities", "demad.toml", "secrets"):
        _link(root / part, shadow / part)
    adopt(shadow, reason="schaduw")
    return shadow


def up_to_date(root: Path) -> bool:
    """Whether the shadow has the figures of these definitions for the data in force."""
    seen = shadow_of(root) / "made-from"
    return seen.is_file() and seen.read_text(encoding="utf-8") == _made_from(Store(root))


def remember(root: Path) -> None:
    """Record that the shadow is complete for the data in force."""
    write_atomic(shadow_of(root) / "made-from", _made_from(Store(root)).encode())


def _made_from(store: Store) -> str:
    names = [f"{part}/{city}" for part in ("accepted", "bundles") for city in store.names(part)]
    return " ".join([definitions_hash(), *(str(store.current(name)) for name in names)])


def _link(source: Path, target: Path) -> None:
    """Hard-link versions, which are immutable; pointers are replaced, never overwritten."""
    shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    elif source.is_file():
        shutil.copy2(source, target)
