"""`<root>/work/last-run.json`: time and result of the last run. No figure is derived from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from demad.notify.nights import remember_night
from demad.store import private_folder, write_atomic

NAME, HEALTH = "last-run.json", "health.json"


def remember_run(
    root: Path,
    *,
    exit_status: int,
    failed: Sequence[str],
    cities: Sequence[str] = (),
    benchmark: bool = False,
    at: datetime | None = None,
) -> None:
    """Record the result of a run, as the last one and in the history: cities, stages and codes only."""
    told = {
        "at": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "exit_status": exit_status,
        "cities": list(cities),
        "failed": list(failed),
        "benchmark": benchmark,
    }
    write_atomic(private_folder(root / "work") / NAME, json.dumps(told).encode())
    remember_night(root, told)


def remember_idle_run(root: Path, *, at: datetime) -> bool:
    """Record a run that found nothing new, and that the health file still holds; False if there is no such file."""
    path, when = root / "work" / HEALTH, at.isoformat(timespec="seconds")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        told |= {"at": when, "last_run": {"at": when, "exit_status": 0}}
    except (OSError, ValueError, TypeError):
        return False
    remember_run(root, exit_status=0, failed=[], at=at)
    write_atomic(path, health_text(told))
    return True


def health_text(state: Mapping[str, object]) -> bytes:
    """The health file as it is written."""
    return (json.dumps(state, ensure_ascii=False, indent=2) + "\n").encode()


def last_run(root: Path) -> Mapping[str, object] | None:
    """Time and result of the last run; empty if there was none, None if what is written of it is damaged."""
    try:
        told = json.loads((root / "work" / NAME).read_text(encoding="utf-8"))
        return told if datetime.fromisoformat(told["at"]).tzinfo else None
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError):
        return None
