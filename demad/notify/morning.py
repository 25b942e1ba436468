"""After a run, after a failure and every morning: collect alerts, send what is due, write digest and health file.

Nothing here may stop a run: a full disk or an unreachable mail server is reported in the result, not raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
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
from demad.notify.expected import expectations
from demad.notify.failed_units import failed_units
from demad.notify.health import health, write_health
from demad.notify.kept_copies import old_copies
from demad.notify.last_run import remember_run
from demad.notify.memory import Memory, remember, remembered
from demad.notify.page import page
from demad.notify.signals import released_signals
from demad.records import audit_trail
from demad.store import private_folder, write_atomic

TEXT, PAGE = "ochtend.txt", "ochtend.html"


@dataclass(frozen=True, slots=True)
class NotificationResult:
    """Result of a notification: all alerts, those sent now, the text, the channels that failed, the next repetition."""

    alerts: tuple[Alert, ...]
    sent: tuple[Alert, ...]
    text: str
    undelivered: tuple[str, ...]
    again: datetime | None = None


def after_run(root: Path, *, now: datetime | None = None) -> NotificationResult:
    """Send new alerts at once, in one message, and update the health file."""
    return _look(root, now or datetime.now(UTC), morning=False)


def morning(root: Path, *, now: datetime | None = None) -> NotificationResult:
    """Write the digest since the last one to `work/ochtend.txt`, and send it if there is news."""
    return _look(root, now or datetime.now(UTC), morning=True)


def run_failed(root: Path, failed: Iterable[str], *, now: datetime | None = None) -> NotificationResult:
    """Record and notify a run that ended without a report of its own, with its codes."""
    at = now or datetime.now(UTC)
    with suppress(DemadError, OSError):
        remember_run(root, exit_status=1, failed=list(failed), at=at)
    return _look(root, at, morning=False)


def state_of(root: Path, *, now: datetime | None = None) -> dict[str, Any]:
    """The current health of a root, from files only; nothing is written or sent."""
    at = now or datetime.now(UTC)
    _, found = _found(root, at)
    return health(root, found, at)


def _look(root: Path, now: datetime, *, morning: bool) -> NotificationResult:
    with suppress(DemadError, OSError):
        audit_trail.record_policy(root)
    addresses, found = _found(root, now)
    return _notify(root, addresses, found, now, morning=morning)


def _found(root: Path, now: datetime) -> tuple[Addresses, list[Alert]]:
    wrong: list[Alert] = []
    try:
        addresses = load_addresses(root)
    except DemadError as refusal:
        addresses, wrong = Addresses(), [Alert(refusal.code, refusal.what, refusal.todo)]
    try:
        of_machine = [*failed_units(root, now), *old_copies(root, now)]
        return addresses, [*wrong, *alerts(root, now, late_hours=addresses.late_hours), *of_machine]
    except DemadError as refusal:  # the files we read are themselves damaged
        return addresses, [*wrong, Alert(refusal.code, refusal.what, refusal.todo)]


def _notify(
    root: Path, addresses: Addresses, found: list[Alert], now: datetime, *, morning: bool
) -> NotificationResult:
    memory = remembered(root)
    due = memory.due(found, now, repeat_days=addresses.repeat_days)
    text, undelivered, again = "", list[str](), None
    try:
        fresh, moved = news(root, memory.decisions), changes(root)
        ahead = expectations(root)
        text = digest(root, fresh, found, now, moved, ahead)
        if morning:
            _leave(root, text, page(root, fresh, found, moved, now, ahead))
            undelivered = _good_morning(addresses, text, len(found), has_news=bool(due or fresh or moved))
            warned = released_signals(root, addresses.signals, memory.release)
            failed = _sent(addresses, f"DEMaD: signalen {warned.release}", warned.text) if warned.text else []
            if warned.text and not failed:
                memory = replace(memory, release=warned.release)
            undelivered += failed
        elif due:
            undelivered = _sent(addresses, f"DEMaD: {due[0].code}", "\n".join(alert.line for alert in due) + "\n")
        kept = _keep(root, memory, found, [] if undelivered else due, now, morning=morning and not undelivered)
        again = kept.again(repeat_days=addresses.repeat_days)
        write_health(root, health(root, found, now, undelivered=undelivered))
    except (DemadError, OSError) as fault:
        undelivered.append(fault.code if isinstance(fault, DemadError) else "D-360")
    return NotificationResult(tuple(found), tuple(due), text, tuple(undelivered), again)


def _leave(root: Path, text: str, shown: str) -> None:
    """Write text and page where a person finds them, and keep these figures to compare with the next morning."""
    folder = private_folder(root / "work")
    write_atomic(folder / TEXT, text.encode())
    write_atomic(folder / PAGE, shown.encode())
    remember_figures(root)


def _good_morning(addresses: Addresses, text: str, to_do: int, *, has_news: bool) -> list[str]:
    """Send the text if there is news; return the channels that failed."""
    subject = f"DEMaD: {to_do} te doen" if to_do else "DEMaD: alles in orde"
    asked = addresses.digest == "always" or (addresses.digest == "news" and has_news)
    return _sent(addresses, subject, text) if asked else []


def _sent(addresses: Addresses, subject: str, text: str) -> list[str]:
    return [failed.code for failed in send(addresses, subject, text)]


def _keep(root: Path, memory: Memory, found: list[Alert], sent: list[Alert], now: datetime, *, morning: bool) -> Memory:
    """Store sent alerts and drop resolved ones, so that these are sent at once if they return."""
    at = now.isoformat(timespec="seconds")
    there = {alert.key for alert in found}
    lasting = {key: when for key, when in memory.sent.items() if key in there}
    decisions = sum(1 for _ in Ledger(root).outcomes()) if morning else memory.decisions
    told = {**lasting, **{alert.key: at for alert in sent}}
    kept = Memory(told, decisions, at if morning else memory.digest, memory.release)
    remember(root, kept)
    return kept
