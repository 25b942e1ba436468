"""Replace a root by a backup as a whole; the next process finishes a restore that was interrupted.

First the backup is unpacked and checked next to the root, and merged with what must never be forgotten (`merging`);
then a plan of the replacement is written; then each part is moved, and persons who were erased since the backup are
erased again. The old parts go to `.voor-herstel`, which `demad prune` removes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.errors import DemadError, UsageRefused
from demad.operations.backup import PARTS, Backup, read_backup
from demad.operations.erasure import REPLACED, STAGED, erase_listed
from demad.operations.merging import fill_records, keep_delivered, keep_published, merge_into
from demad.operations.sealing import SEALED, put_back, secret_files, unseal
from demad.publishing.visible import finish_interrupted, show_latest
from demad.records import audit_trail
from demad.records.secrets import moved_away, secret_file
from demad.store import Store, private_folder, refusing_storage, root_lock, sync_folder, sync_tree, write_atomic

_STAGE, _BEFORE, _BEGUN = STAGED, REPLACED, audit_trail.RESTORING
# Derived data, recomputed from the restored data: figures and pages of the old state must not remain.
_DERIVED = ("preview", "work")


def restore(
    root: Path, file: Path, *, replace: bool = False, key: bytes | None = None, identity: Path | None = None
) -> Backup:
    """Check a backup and replace the root by it; only under the lock of the root.

    Raises
    ------
    InputMissing
        D-364: the file does not exist.
    DemadError
        D-365: damaged or truncated, or its contents are not a complete store.
    UsageRefused
        D-366: the root contains data and ``replace`` was not given. D-368: this key does not decrypt the secrets.
        D-495: this identity does not decrypt the file.
    """
    finish_restore(root)
    finish_interrupted(root)
    if (root / "store").exists() and not replace:
        raise UsageRefused("D-366", "In deze map staan al gegevens.", "Kies een lege map of geef --replace.")
    stage = root / _STAGE
    with refusing_storage():
        shutil.rmtree(stage, ignore_errors=True)
        try:
            found = read_backup(file, private_folder(stage), identity)
            _whole(stage)
            _unsealed(root, stage, key)
            again = merge_into(stage, root)
        except BaseException:  # rows of persons do not stay in a folder that nobody looks at
            shutil.rmtree(stage, ignore_errors=True)
            raise
        sync_tree(stage)
        shutil.rmtree(root / _BEFORE, ignore_errors=True)
        write_atomic(root / _BEGUN, json.dumps(_plan(root, stage, found.manifest, again)).encode())
    finish_restore(root)
    return found


@contextmanager
def whole_root(root: Path) -> Iterator[None]:
    """Hold the lock of a root of which no restore is half done: one that died is finished first.

    A release or withdrawal that died is finished too. Every command that changes a root takes this; D-350 where another
    process has the root.
    """
    with root_lock(root):
        finish_restore(root)
        finish_interrupted(root)
        yield


def finish_restore(root: Path) -> bool:
    """Finish an interrupted replacement; True if there was one. Idempotent."""
    if not (root / _BEGUN).exists():
        return False
    stage, before = root / _STAGE, root / _BEFORE
    with refusing_storage():
        plan = json.loads((root / _BEGUN).read_text(encoding="utf-8"))
        private_folder(before)
        for part in plan["aside"]:
            if not (before / part).exists():  # not moved yet
                (root / part).rename(before / part)
        for part in plan["ready"]:
            if (stage / part).exists():
                (stage / part).rename(root / part)
        keep_published(root, before)
        keep_delivered(root, before)
        fill_records(root)
        show_latest(root, checked=True)
        for part in _DERIVED:
            shutil.rmtree(root / part, ignore_errors=True)
        sync_folder(before)
        sync_folder(root)
    again = plan.get("erase_again", [])
    for city in again:
        erase_listed(root, city, as_listed=True)
    facts = {"manifest": plan["manifest"], "erased_again": again, "earlier": plan.get("earlier", [])}
    audit_trail.record(root, "restored", facts)
    with refusing_storage():
        (root / _BEGUN).unlink(missing_ok=True)
        sync_folder(root)
        shutil.rmtree(stage, ignore_errors=True)
    return True


def _plan(root: Path, stage: Path, manifest: str, again: list[str]) -> dict[str, object]:
    """Decide once which parts move, and in which cities persons are erased again."""
    moved = (*PARTS, "secrets")
    return {
        "manifest": manifest,
        "aside": [part for part in moved if (root / part).exists()],
        "ready": [part for part in moved if (stage / part).exists()],
        "erase_again": again,
        "earlier": [path.name for path in audit_trail.earlier(stage)],
    }


def _unsealed(root: Path, stage: Path, key: bytes | None) -> None:
    """Decrypt the secrets of the backup; existing secrets of the root are the newest and stay.

    A secret that moved to its city does not come back.
    """
    sealed = stage / SEALED
    if not sealed.exists():
        return
    if key is None:
        raise UsageRefused(
            "D-368",
            "In deze back-up zitten de geheimen van de steden, en er is geen sleutel gegeven.",
            "Geef met --key de sleutel waarmee de back-up gemaakt is.",
        )
    gone = {secret_file(root, city).name for city in moved_away(root) | moved_away(stage)}
    back = {name: content for name, content in unseal(sealed.read_bytes(), key).items() if name not in gone}
    secrets = {**back, **secret_files(root)}
    put_back(secrets, stage / "secrets")
    sealed.unlink()


def _whole(stage: Path) -> None:
    store = Store(stage)
    if not all(store.intact(name) for name in store.every_name()):
        raise DemadError("D-365", "De back-up is beschadigd of onvolledig.", "Neem een andere; er is niets gewijzigd.")
