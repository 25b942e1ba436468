"""A folder of backups, thinned as time goes: the last 7 days, 5 weeks and 12 months that have one.

Counted by the names of the files, not by the clock of this machine, and never beyond the backup that was just made: a
clock that jumps removes nothing. Only files with a name that we gave are touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from demad.notify.kept_copies import BACKUP, remember_copy
from demad.operations.backup import Backup, backup
from demad.store import file_hash, refusing_storage

DAYS, WEEKS, MONTHS = 7, 5, 12
_NAME = re.compile(r"demad-(\d{8}T\d{6}Z)\.tar\.gz(\.age)?")
_AT = "%Y%m%dT%H%M%SZ"
_PERIODS: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (DAYS, lambda at: at.date()),
    (WEEKS, lambda at: at.isocalendar()[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)


def new_name(*, encrypted: bool, now: datetime | None = None) -> str:
    """The name of a backup that is made now."""
    return f"demad-{(now or datetime.now(UTC)):{_AT}}.tar.gz{'.age' if encrypted else ''}"


def kept(folder: Path) -> list[Path]:
    """Every backup of ours in a folder, oldest first."""
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(path for path in found if _NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink())


def keep(
    root: Path, folder: Path, *, key: bytes | None = None, recipients: Path | None = None
) -> tuple[Path, Backup, list[Path]]:
    """Make a backup in a folder of backups, then thin it; return the file, what is in it, and what was removed.

    Raises
    ------
    DemadError
        What `demad.operations.backup` refuses; nothing is removed then.
    """
    out = folder / new_name(encrypted=recipients is not None)
    made = backup(root, out, key=key, recipients=recipients)
    remember_copy(root, BACKUP, file=out.name, sha256=file_hash(out), encrypted=recipients is not None)
    return out, made, thin(folder, out)


def thin(folder: Path, made: Path) -> list[Path]:
    """Remove what is older than any period needs; return what was removed. ``made`` always stays."""
    counted = [path for path in kept(folder) if path.name <= made.name]
    needed = {made}
    for most, period_of in _PERIODS:
        newest = {period_of(_moment(path)): path for path in counted}
        needed |= {newest[period] for period in list(newest)[-most:]}
    gone = [path for path in counted if path not in needed]
    with refusing_storage():
        for path in gone:
            path.unlink()
    return gone


def _moment(path: Path) -> datetime:
    match = _NAME.fullmatch(path.name)
    return datetime.strptime(match[1] if match else "", _AT).replace(tzinfo=UTC)
