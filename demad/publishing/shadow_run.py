"""Computes the figures of other definitions beside those in force: same deliveries, own store, no reports."""

import os
import shutil
from pathlib import Path

from demad.publishing.definition_changes import adopt, shadow_of
from demad.reference.fingerprint import definitions_hash
from demad.store import Store, private_folder, write_atomic


def mirrored(root: Path) -> Path:
    """The shadow of a root, with what is in force in it now; its own figures stay where they are up to date."""
    shadow = private_folder(shadow_of(root))
    for part in ("accepted", "ledger.jsonl"):
        _link(root / "store" / part, shadow / "store" / part)
    shutil.rmtree(shadow / "cities", ignore_errors=True)
    shutil.rmtree(shadow / "secrets", ignore_errors=True)
    for part in ("cities", "demad.toml", "secrets"):
        _link(root / part, shadow / part)
    adopt(shadow, reason="schaduw")
    return shadow


def up_to_date(root: Path) -> bool:
    """Whether the shadow has the figures of these definitions for what is in force."""
    shadow, store = shadow_of(root), Store(root)
    names = [f"accepted/{city}" for city in store.names("accepted")]
    seen = shadow / "made-from"
    return seen.is_file() and seen.read_text(encoding="utf-8") == _made_from(store, names)


def remember(root: Path) -> None:
    """The shadow is complete for what is in force now."""
    store = Store(root)
    names = [f"accepted/{city}" for city in store.names("accepted")]
    write_atomic(shadow_of(root) / "made-from", _made_from(store, names).encode())


def _made_from(store: Store, names: list[str]) -> str:
    return " ".join([definitions_hash(), *(str(store.current(name)) for name in names)])


def _link(source: Path, target: Path) -> None:
    """Versions never change, so a second name is enough; pointers are replaced, never written in."""
    shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    elif source.is_file():
        shutil.copy2(source, target)
