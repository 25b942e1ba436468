"""What is in the inbox and undecided, decided in order; a bad delivery of one city never blocks another city.

Not here: what becomes of one delivery, and why (`judgement`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from demad.errors import DeliveryWaits, DemadError, UsageRefused
from demad.intake.deliveries.arrival import arrived, staging
from demad.intake.deliveries.inbox import Found, everything
from demad.intake.deliveries.judgement import decide
from demad.intake.deliveries.ledger import DECIDED, DeliveryState, Ledger, Outcome
from demad.intake.deliveries.manifest import read_manifest
from demad.intake.deliveries.queue import Waiting, now_utc, remember_waiting, waiting_of, waits
from demad.intake.deliveries.receipts import write_receipt
from demad.records import audit_trail
from demad.reference.cities import City, load_cities
from demad.reference.extras import need


def waiting(root: Path) -> list[tuple[str, str]]:
    """(city, delivery) of everything undecided in the inbox, sorted: also what is not complete or not readable yet."""
    cities, decisions = load_cities(root), Ledger(root).latest()
    return [found.key for found in everything(root) if not _decided(decisions.get(found.key), found, cities)]


def to_judge(root: Path) -> list[tuple[str, str, str]]:
    """(city, delivery, what it is now) of every undecided delivery that is there as a whole; what still grows is not.

    A delivery at which our own reader failed is one again when it changes, or after an hour.
    """
    cities, decisions, queue = load_cities(root), Ledger(root).latest(), waiting_of(root)
    found = [one for one in everything(root) if not _decided(decisions.get(one.key), one, cities)]
    return [(*one.key, seen) for one in found if (seen := _ripe(one, queue.get(one.key)))]


def rows_to_judge(root: Path) -> dict[str, int]:
    """Announced rows of what each known city delivered as a whole and is undecided; without what is to be refused."""
    cities, decisions, queue, rows = load_cities(root), Ledger(root).latest(), waiting_of(root), {}
    for found in everything(root):
        if found.city in cities and not _decided(decisions.get(found.key), found, cities):
            with suppress(DemadError):
                if _ripe(found, queue.get(found.key)):
                    rows[found.city] = rows.get(found.city, 0) + sum(file.rows for file in arrived(found).files)
    return rows


def take_in(root: Path) -> list[Outcome]:
    """Decide on everything in the inbox, by city and name, and return the new decisions.

    A bad delivery raises nothing: it is refused with its code, the current figures stay, and the other cities are
    processed. What is not complete or not readable waits, and is returned too.

    Raises
    ------
    UsageRefused
        D-465: Great Expectations is not installed; nothing is decided.
    """
    need("rules")
    ledger, cities = Ledger(root), load_cities(root)
    shutil.rmtree(staging(root), ignore_errors=True)  # copies left by a killed process
    decisions, queue, now = ledger.latest(), waiting_of(root), now_utc()
    outcomes, still = [], []
    for found in everything(root):
        if _decided(decisions.get(found.key), found, cities):
            continue
        seen, before = found.seen(), queue.get(found.key)
        if before is not None and before.pauses(seen, now):
            still.append(before)
            outcomes.append(_paused(before))
            continue
        outcome = replace(decide(root, found, cities, ledger), seen=seen)
        _conclude(root, cities, ledger, outcome, before)
        if outcome.state is DeliveryState.INCOMPLETE:
            still.append(waits(outcome, seen, before, now))
        outcomes.append(outcome)
    remember_waiting(root, still)
    return outcomes


def take_in_city(root: Path, city: str) -> None:
    """Decide on what one city delivered as a whole, while other processes do so for other cities.

    What cannot be decided is left to `take_in`, which remembers what waits. D-465: as `take_in`.
    """
    need("rules")
    ledger, cities, queue = Ledger(root), load_cities(root), waiting_of(root)
    decisions = ledger.latest()
    for found in everything(root, city):
        before = queue.get(found.key)
        if not _decided(decisions.get(found.key), found, cities) and (seen := _ripe(found, before)):
            outcome = replace(decide(root, found, cities, ledger), seen=seen)
            if outcome.state is not DeliveryState.INCOMPLETE:
                _conclude(root, cities, ledger, outcome, before)


def accept(root: Path, delivery: str, *, reason: str) -> Outcome:
    """Accept a held delivery by name; the ledger records the reason.

    Raises
    ------
    UsageRefused
        D-250: no held delivery has that name, or no reason was given. D-465: Great Expectations is not installed.
    """
    need("rules")
    ledger = Ledger(root)
    city, _, name = delivery.rpartition("/")
    named = [found for found in everything(root) if found.name == name and city in ("", found.city)]
    held = {found: entry for found in named if (entry := ledger.last(*found.key)) and _waits(entry)}
    if not held or not reason.strip():
        raise UsageRefused("D-250", "Er wacht geen levering met die naam.", "Zie demad status; geef ook --reason.")
    if len(held) > 1:
        raise UsageRefused("D-251", "Meer dan één stad heeft een levering met die naam.", "Schrijf stad/levering.")
    found, entry = next(iter(held.items()))
    audit_trail.record(root, "accepted", {"city": entry.city, "code": entry.code, "content": entry.content})
    ledger.add(Outcome(entry.city, name, DeliveryState.ACCEPTED_BY_NAME, what=reason.strip(), content=entry.content))
    cities, seen = load_cities(root), found.seen()
    outcome = replace(decide(root, found, cities, ledger), seen=seen)
    _conclude(root, cities, ledger, outcome, None)
    return outcome


def _waits(entry: Outcome) -> bool:
    return entry.state is DeliveryState.HELD


def _conclude(root: Path, cities: Mapping[str, City], ledger: Ledger, outcome: Outcome, before: Waiting | None) -> None:
    """Write the receipt for the city, then the decision: a process that dies in between decides again."""
    told_before = before and (before.code, before.what) == (outcome.code, outcome.what)
    if outcome.city in cities and not told_before:
        earlier = next(
            (at for at, old in ledger.dated() if (old.city, old.delivery) == (outcome.city, outcome.delivery)), ""
        )
        write_receipt(root, cities[outcome.city], outcome, now_utc(), earlier=earlier)
    if outcome.state is not DeliveryState.INCOMPLETE:
        ledger.add(outcome)


def _decided(entry: Outcome | None, found: Found, cities: Mapping[str, City]) -> bool:
    """Whether the last decision still holds: a refused delivery is judged again once anything in its folder changed."""
    if entry is None or entry.state is DeliveryState.ACCEPTED_BY_NAME:  # the process died before the rest
        return False
    if entry.state is DeliveryState.REFUSED and entry.seen:
        joined = entry.code == "D-224" and found.city in cities
        return entry.seen == found.seen() and not joined
    try:
        return entry.content in (read_manifest(found.path).content, "")
    except DeliveryWaits:
        return entry.state in DECIDED
    except DemadError:
        return entry.content == ""


def _ripe(found: Found, before: Waiting | None) -> str:
    """What an undecided delivery is now, if it is there as a whole and need not wait; empty otherwise."""
    seen = found.seen()
    if before is not None and before.pauses(seen, now_utc()):
        return ""
    try:
        arrived(found)
    except DeliveryWaits:
        return ""
    except DemadError:
        return seen  # to be refused
    return seen


def _paused(before: Waiting) -> Outcome:
    """The outcome of a delivery that is not read again yet."""
    state, told = DeliveryState.INCOMPLETE, (before.code, before.exit_status, before.what, before.todo)
    return Outcome(before.city, before.name, state, *told, seen=before.seen)
