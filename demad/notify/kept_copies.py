"""`<root>/health/copies.json`: when the last backup and drill were; alerts when that is long ago.

Only where backups are expected: on a server that says where they go (`DEMAD_BACKUP_INTO`), or after the first one that
was kept by `demad backup --into`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demad.notify.alert import Alert
from demad.notify.nights import FOLDER
from demad.store import private_folder, write_atomic

BACKUP, DRILL, OPENED = "backup", "drill", "opened"
"""The last backup; the last drill; the last drill that opened a kept file with the key that opens it."""
_NAME = "copies.json"
_PLACE = "DEMAD_BACKUP_INTO"
_LONGEST = {BACKUP: timedelta(hours=50), DRILL: timedelta(days=35), OPENED: timedelta(days=100)}
_OLD = {
    BACKUP: Alert("D-490", "De laatste back-up is te oud.", "Zie systemctl status demad-backup."),
    DRILL: Alert("D-491", "Een back-up is te lang niet teruggezet.", "Zie systemctl status demad-drill."),
    OPENED: Alert("D-491", "Geen back-up is onlangs met de echte sleutel geopend.", "Doe demad drill --identity."),
}


def remember_copy(root: Path, kind: str, **facts: object) -> None:
    """Record that a backup was made or a drill succeeded just now, and since when there are any."""
    at, before = datetime.now(UTC).isoformat(timespec="seconds"), copies(root)
    told = {**before, kind: {"at": at, "since": before.get(kind, {}).get("since", at), **facts}}
    write_atomic(private_folder(root / FOLDER) / _NAME, json.dumps(told, indent=1, sort_keys=True).encode())


def copies(root: Path) -> dict[str, Any]:
    """What is recorded, by kind; empty where there is nothing or it is damaged."""
    try:
        told = json.loads((root / FOLDER / _NAME).read_text(encoding="utf-8"))
        known = {kind: told[kind] for kind in (BACKUP, DRILL, OPENED) if kind in told}
        return known if all(_moment(facts) and (_moment(facts, "since") or True) for facts in known.values()) else {}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def expected(root: Path) -> bool:
    """Whether backups are made of this root, by this machine."""
    return bool(os.environ.get(_PLACE)) or bool(copies(root))


def old_copies(root: Path, now: datetime) -> Iterator[Alert]:
    """An alert for a backup or drill that is too long ago, in the future, or never was."""
    if not expected(root):
        return
    told = copies(root)
    for kind, alert in _OLD.items():
        if kind == OPENED and not told.get(BACKUP, {}).get("encrypted"):
            continue
        at = _moment(told[kind]) if kind in told else None
        since = at or _moment(told.get(BACKUP, {}), "since")  # a drill that never was is counted from the first backup
        if since is None or not timedelta(hours=-1) < now - since < _LONGEST[kind]:
            said = f"{at:%Y-%m-%d}" if at else "nog nooit"
            yield replace(alert, what=f"{alert.what} Laatst: {said}.", mark=f"{kind} {said}")


def _moment(facts: Mapping[str, str], name: str = "at") -> datetime | None:
    return datetime.fromisoformat(facts[name]).astimezone(UTC) if name in facts else None
