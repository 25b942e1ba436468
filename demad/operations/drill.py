"""Restore a kept backup into an empty folder, judge what came out, and remove it again: the drill of each month.

The key that opens encrypted backups is not on the server. Without it the drill makes a backup for a key of one use and
restores that, and checks that the newest kept file still has the bytes that were written; with it the newest kept file
itself is opened. Both are recorded, and each has its own alarm.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demad.errors import InputMissing, StorageFailed
from demad.intake.deliveries.in_force import in_force
from demad.notify.kept_copies import BACKUP, OPENED, copies, remember_copy
from demad.notify.kept_copies import DRILL as DRILLED
from demad.notify.nights import FOLDER
from demad.operations.backup import backup
from demad.operations.doctor import judged_data
from demad.operations.encryption import is_encrypted, new_identity
from demad.operations.restore import restore, whole_root
from demad.operations.rotation import kept
from demad.reference.cities import load_cities
from demad.reference.several import several
from demad.store import file_hash, private_folder, write_atomic

DRILL = "work/drill"
"""Where a drill restores, in the root that it is a copy of; removed when it ends, and by `demad prune`."""
REPORT = "oefening.txt"


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill found: the file, whether it was opened itself, and what was in it."""

    file: str
    opened: bool
    files: int
    cities: int
    checks: tuple[str, ...]


def drill(root: Path, folder: Path, *, key: bytes | None = None, identity: Path | None = None) -> Drill:
    """Restore the newest backup of a folder and judge it; the caller holds the lock of the root.

    Raises
    ------
    InputMissing
        D-364: there is no backup.
    StorageFailed
        D-496: the file changed since it was made, or what came out of it is not whole.
    DemadError
        What `demad restore` refuses.
    """
    every = kept(folder)
    if not every:
        raise InputMissing("D-364", "Dit back-upbestand is er niet.", "Controleer de naam en de map.")
    newest, place = every[-1], root / DRILL
    _refuse_changed(root, newest)
    shutil.rmtree(place, ignore_errors=True)
    try:
        found = _restored(root, newest, private_folder(place), key, identity)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    remember_copy(root, DRILLED, file=found.file)
    if found.opened:
        remember_copy(root, OPENED, file=found.file)
    write_atomic(private_folder(root / FOLDER) / REPORT, report(found).encode())
    return found


def report(found: Drill) -> str:
    """What a person reads about a drill."""
    how = "geopend en teruggezet" if found.opened else "een kopie met een sleutel voor één keer teruggezet"
    lines = [
        f"Oefening van {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {found.file}",
        f"- {how}: {several(found.files, 'bestand', 'bestanden')}, "
        f"gegevens van {several(found.cities, 'stad', 'steden')}",
        *(f"- {check}" for check in found.checks),
    ]
    return "\n".join(lines) + "\n"


def _restored(root: Path, newest: Path, place: Path, key: bytes | None, identity: Path | None) -> Drill:
    opened = identity is not None or not is_encrypted(newest)
    file, target = newest, place / "root"
    if not opened:
        identity = place / "identity"
        file = place / "backup.tar.gz.age"
        backup(root, file, key=key, recipients=new_identity(identity))
    with whole_root(private_folder(target)):
        put_back = restore(target, file, key=key, identity=identity)
    judged = judged_data(target)
    if wrong := [finding.what for finding in judged if not finding.good]:
        raise StorageFailed(
            "D-496",
            f"De teruggezette back-up klopt niet: {'; '.join(wrong)}.",
            "Neem een nieuwe; oefen opnieuw.",
        )
    cities = sum(1 for city in load_cities(target) if in_force(target, city))
    return Drill(newest.name, opened, put_back.files, cities, tuple(finding.what for finding in judged))


def _refuse_changed(root: Path, newest: Path) -> None:
    made = copies(root).get(BACKUP, {})
    if made.get("file") == newest.name and made.get("sha256") != file_hash(newest):
        raise StorageFailed(
            "D-496", "De back-up is veranderd sinds hij gemaakt is.", "Neem meteen een nieuwe; kijk de schijf na."
        )
