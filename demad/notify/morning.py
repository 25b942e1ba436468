"""After a run, after a failure and every morning: look, tell what is due, leave the digest and the health file.

Nothing here may stop a run: a full disk or a mail server that is away is told in the result, not raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demad.errors import DemadError
from demad.intake.deliveries.ledger import Ledger
from demad.notify.addresses import Addresses, load_addresses
from demad.notify.alert import Alert, alerts
from demad.notify.changes import changes, remember_figures
from demad.notify.channels import send
from demad.notify.digest import digest, news
from demad.notify.health import health, write_health
from demad.notify.last_run import remember_run
from demad.notify.memory import Memory, remember, remembered
from demad.notify.page import page
from demad.records import audit_trail
from demad.store import private_folder, write_atomic

TEXT, PAGE = "ochtend.txt", "ochtend.html"


@dataclass(frozen=True, slots=True)
class Told:
    """What was said: the alerts there are, those that were sent now, the text, the channels that failed."""

    alerts: tuple[Alert, ...]
    sent: tuple[Alert, ...]
    text: str
    undelivered: tuple[str, ...]


def after_run(root: Path, *, now: datetime | None = None) -> Told:
    """Send at once what is new and needs a person, in one message, and renew the health file."""
    return _look(root, now or datetime.now(UTC), morning=False)


def morning(root: Path, *, now: datetime | None = None) -> Told:
    """The digest since the last one: written to `work/ochtend.txt`, and sent where there is something to tell."""
    return _look(root, now or datetime.now(UTC), morning=True)


def run_failed(root: Path, failed: Iterable[str], *, now: datetime | None = None) -> Told:
    """A run ended without saying so itself: remember it as the last run, by its codes, and tell."""
    at = now or datetime.now(UTC)
    with suppress(DemadError, OSError):
        remember_run(root, exit_status=1, failed=list(failed), at=at)
    return _look(root, at, morning=False)


def state_of(root: Path, *, now: datetime | None = None) -> dict[str, Any]:
    """The health of a root as it is now, from files alone; nothing is written or sent."""
    at = now or datetime.now(UTC)
    _, found = _found(root, at)
    return health(root, found, at)


def _look(root: Path, now: datetime, *, morning: bool) -> Told:
    with suppress(DemadError, OSError):
        audit_trail.record_policy(root)
    addresses, found = _found(root, now)
    return _tell(root, addresses, found, now, morning=morning)


def _found(root: Path, now: datetime) -> tuple[Addresses, list[Alert]]:
    wrong: list[Alert] = []
    try:
        addresses = load_addresses(root)
    except DemadError as refusal:
        addresses, wrong = Addresses(), [Alert(refusal.code, refusal.what, refusal.todo)]
    try:
        return addresses, [*wrong, *alerts(root, now, late_hours=addresses.late_hours)]
    except DemadError as refusal:  # what we look at is itself damaged
        return addresses, [*wrong, Alert(refusal.code, refusal.what, refusal.todo)]


def _tell(root: Path, addresses: Addresses, found: list[Alert], now: datetime, *, morning: bool) -> Told:
    memory = remembered(root)
    due = memory.due(found, now, repeat_days=addresses.repeat_days)
    text, undelivered = "", list[str]()
    try:
        fresh, moved = news(root, memory.decisions), changes(root)
        text = digest(root, fresh, found, now, moved)
        if morning:
            _leave(root, text, page(root, fresh, found, moved, now))
            undelivered = _good_morning(addresses, text, len(found), told=bool(due or fresh or moved))
        elif due:
            undelivered = _sent(addresses, f"DEMaD: {due[0].code}", "\n".join(alert.line for alert in due) + "\n")
        _keep(root, memory, found, [] if undelivered else due, now, morning=morning and not undelivered)
        write_health(root, health(root, found, now, undelivered=undelivered))
    except (DemadError, OSError) as fault:
        undelivered.append(fault.code if isinstance(fault, DemadError) else "D-360")
    return Told(tuple(found), tuple(due), text, tuple(undelivered))


def _leave(root: Path, text: str, shown: str) -> None:
    """Put the text and the page where a person finds them; the next morning is set against these figures."""
    folder = private_folder(root / "work")
    write_atomic(folder / TEXT, text.encode())
    write_atomic(folder / PAGE, shown.encode())
    remember_figures(root)


def _good_morning(addresses: Addresses, text: str, to_do: int, *, told: bool) -> list[str]:
    """Send the text where there is something to tell; the channels that failed."""
    subject = f"DEMaD: {to_do} te doen" if to_do else "DEMaD: alles in orde"
    asked = addresses.digest == "always" or (addresses.digest == "news" and told)
    return _sent(addresses, subject, text) if asked else []


def _sent(addresses: Addresses, subject: str, text: str) -> list[str]:
    return [failed.code for failed in send(addresses, subject, text)]


def _keep(root: Path, memory: Memory, found: list[Alert], told: list[Alert], now: datetime, *, morning: bool) -> None:
    """Forget what is over, so that it is told at once when it comes back."""
    at = now.isoformat(timespec="seconds")
    there = {alert.key for alert in found}
    lasting = {key: when for key, when in memory.told.items() if key in there}
    decisions = sum(1 for _ in Ledger(root).outcomes()) if morning else memory.decisions
    kept = Memory({**lasting, **{alert.key: at for alert in told}}, decisions, at if morning else memory.digest)
    remember(root, kept)
