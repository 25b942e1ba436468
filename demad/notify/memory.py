"""Remember sent alerts, to send each once. If `work/` is lost, they are sent once more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from demad.notify.alert import Alert
from demad.store import private_folder, write_atomic

_NAME = "alerts.json"


@dataclass(frozen=True, slots=True)
class Memory:
    """Time of the last message per alert, and the number of decisions on deliveries at the last digest.

    ``release``: the one whose early warnings were sent last.
    """

    sent: Mapping[str, str]
    decisions: int
    digest: str = ""
    release: str = ""

    def due(self, found: Iterable[Alert], now: datetime, *, repeat_days: int) -> list[Alert]:
        """Alerts that were never sent, or more than ``repeat_days`` ago, or in the future (the clock was set back)."""
        return [alert for alert in found if not self._recent(alert, now, timedelta(days=repeat_days))]

    def again(self, *, repeat_days: int) -> datetime | None:
        """When the first alert that was sent is sent once more; None if none was."""
        moments = map(datetime.fromisoformat, self.sent.values())
        return min((at + timedelta(days=repeat_days) for at in moments), default=None)

    def _recent(self, alert: Alert, now: datetime, patience: timedelta) -> bool:
        at = self.sent.get(alert.key)
        return at is not None and timedelta() <= now - datetime.fromisoformat(at) < patience


def remembered(root: Path) -> Memory:
    """Read the memory of this root; empty if the file is missing or unreadable."""
    try:
        written = json.loads((root / "work" / _NAME).read_text(encoding="utf-8"))
        release = str(written.get("release", ""))
        return Memory(dict(written["told"]), int(written["decisions"]), str(written["digest"]), release)
    except (OSError, ValueError, KeyError, TypeError):
        return Memory({}, 0)


def remember(root: Path, memory: Memory) -> None:
    """Write the memory."""
    content = {
        "told": dict(memory.sent),
        "decisions": memory.decisions,
        "digest": memory.digest,
        "release": memory.release,
    }
    write_atomic(private_folder(root / "work") / _NAME, json.dumps(content, sort_keys=True).encode())
