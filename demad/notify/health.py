"""`<root>/work/health.json`: whether a person must act, for monitoring tools. Codes and counts only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from demad.notify.alert import Alert
from demad.notify.kept_copies import copies
from demad.notify.last_run import HEALTH, health_text, last_run
from demad.publishing.city_status import city_cards
from demad.records import audit_trail
from demad.store import private_folder, write_atomic


def health(root: Path, found: Iterable[Alert], now: datetime, *, undelivered: Iterable[str] = ()) -> dict[str, Any]:
    """The health of this root."""
    ended = last_run(root) or {}
    listed = [{"code": alert.code, "about": alert.about, "what": alert.what, "todo": alert.todo} for alert in found]
    chain = audit_trail.verify(root)
    return {
        "at": now.isoformat(timespec="seconds"),
        "ok": not listed and not list(undelivered),
        "alerts": listed,
        "undelivered": list(undelivered),
        "last_run": {"at": ended.get("at"), "exit_status": ended.get("exit_status")},
        "copies": {kind: facts["at"] for kind, facts in copies(root).items()},
        "cities": {card.slug: {"state": card.state, "age_days": card.age_days} for card in city_cards(root)},
        "audit": {"entries": chain.entries, "head": chain.head, "holds": chain.holds},
    }


def write_health(root: Path, state: dict[str, Any]) -> None:
    """Write the health file for monitoring."""
    write_atomic(private_folder(root / "work") / HEALTH, health_text(state))
