"""Deliveries that wait: since when, why, and when they are read again. A file in the store, `waiting.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demad.intake.deliveries.ledger import Outcome
from demad.store import private_folder, write_atomic

_LONG = timedelta(hours=24)
_PAUSE = timedelta(hours=1)
_OUR_FAULT = ("D-119",)
"""The reader died: the same file is read again after an hour, not every minute."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery that waits: since when, when it was last looked at (UTC), what it then was, and why."""

    city: str
    name: str
    since: datetime
    looked: datetime
    seen: str
    code: str
    exit_status: int
    what: str
    todo: str

    @property
    def key(self) -> tuple[str, str]:
        """City and name."""
        return self.city, self.name

    def is_long(self, now: datetime) -> bool:
        """Whether it has waited for longer than 24 hours."""
        return now - self.since > _LONG

    def pauses(self, seen: str, now: datetime) -> bool:
        """Whether it need not be read again yet: nothing changed, and our own fault is less than an hour ago."""
        return self.code in _OUR_FAULT and self.seen == seen and timedelta(0) <= now - self.looked < _PAUSE


def waiting_of(root: Path) -> dict[tuple[str, str], Waiting]:
    """What waited after the last look; empty if the file is gone or damaged: the inbox is looked at again."""
    try:
        written = json.loads(_file(root).read_text(encoding="utf-8"))
        found = [_entry(one) for one in written]
        return {entry.key: entry for entry in found if entry.since.tzinfo and entry.looked.tzinfo}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def remember_waiting(root: Path, entries: Iterable[Waiting]) -> None:
    """Replace what is known of waiting deliveries; nothing is written if nothing waits and nothing did."""
    told = [
        {**asdict(entry), "since": entry.since.isoformat(), "looked": entry.looked.isoformat()}
        for entry in sorted(entries, key=lambda one: one.key)
    ]
    if told or _file(root).exists():
        private_folder(_file(root).parent)
        write_atomic(_file(root), json.dumps(told, ensure_ascii=False).encode())


def waits(outcome: Outcome, seen: str, before: Waiting | None, now: datetime) -> Waiting:
    """The entry of a delivery that was looked at now and still waits."""
    return Waiting(
        outcome.city,
        outcome.delivery,
        before.since if before else now,
        now,
        seen,
        outcome.code,
        outcome.exit_status,
        outcome.what,
        outcome.todo,
    )


def now_utc() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _entry(written: dict[str, Any]) -> Waiting:
    typed: dict[str, Any] = {name: datetime.fromisoformat(written[name]) for name in ("since", "looked")}
    return Waiting(**{**written, **typed})


def _file(root: Path) -> Path:
    return root / "store" / "waiting.json"
