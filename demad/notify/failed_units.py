"""`<root>/health/units.json`: which services of systemd failed, as systemd tells by `demad alarm`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demad.errors import UsageRefused
from demad.notify.alert import Alert
from demad.notify.nights import FOLDER
from demad.store import private_folder, write_atomic

_NAME = "units.json"
_UNIT = re.compile(r"demad[a-z-]*(\.(service|timer))?")
_LASTS = timedelta(hours=25)  # each service runs every day or more often, or has an alarm of its own


def remember_failure(root: Path, unit: str) -> None:
    """Record that a service failed just now.

    Raises
    ------
    UsageRefused
        D-493: no name of a service of ours.
    """
    if not _UNIT.fullmatch(unit):
        raise UsageRefused("D-493", "Dit is geen dienst van DEMaD.", "Geef een naam zoals demad-backup.service.")
    told = {**_failures(root), unit: datetime.now(UTC).isoformat(timespec="seconds")}
    write_atomic(private_folder(root / FOLDER) / _NAME, json.dumps(told, sort_keys=True).encode())


def failed_units(root: Path, now: datetime) -> Iterator[Alert]:
    """An alert for each service that failed less than 25 hours ago."""
    for unit, at in sorted(_failures(root).items()):
        if timedelta(hours=-1) < now - datetime.fromisoformat(at) < _LASTS:
            todo = f"Zie journalctl --namespace=demad -u {unit}."
            yield Alert("D-492", f"De dienst {unit} is mislukt.", todo, mark=unit)


def _failures(root: Path) -> dict[str, str]:
    try:
        told = json.loads((root / FOLDER / _NAME).read_text(encoding="utf-8"))
        return {unit: datetime.fromisoformat(at).isoformat() for unit, at in told.items() if _UNIT.fullmatch(unit)}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
