"""Accept or refuse deliveries as a whole; a bad delivery of one city never blocks another city."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, DeliveryWaits, DemadError, PrivacyRefused, StorageFailed, UsageRefused
from demad.intake.checking.check import Checked, check, read_datasets
from demad.intake.checking.comparison import compare
from demad.intake.checking.copies import Order
from demad.intake.checking.finding import Finding
from demad.intake.checking.plausibility import hold_if_unlikely
from demad.intake.deliveries.arrival import arrived, staged, staging
from demad.intake.deliveries.handover import Handover, forget_change, handover_of
from demad.intake.deliveries.in_force import InForce, accept_into, current_frames, in_force
from demad.intake.deliveries.inbox import Found, everything
from demad.intake.deliveries.ledger import DECIDED, TAKEN_IN, DeliveryState, Ledger, Outcome
from demad.intake.deliveries.manifest import Delivery, read_manifest
from demad.intake.deliveries.packing import refuse_broken
from demad.intake.deliveries.queue import Waiting, now_utc, remember_waiting, waiting_of, waits
from demad.intake.deliveries.receipts import write_receipt
from demad.records import audit_trail
from demad.reference.cities import City, load_cities
from demad.tables.observation import Observation


@dataclass(frozen=True, slots=True)
class _Received:
    delivery: Delivery
    checked: tuple[Checked, ...]

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        return {part.dataset: part.verdict.accepted for part in self.checked}

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for part in self.checked for finding in part.findings)


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
    """
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
        outcome = replace(_decide(root, found, cities, ledger), seen=seen)
        _conclude(root, cities, ledger, outcome, before)
        if outcome.state is DeliveryState.INCOMPLETE:
            still.append(waits(outcome, seen, before, now))
        outcomes.append(outcome)
    remember_waiting(root, still)
    return outcomes


def take_in_city(root: Path, city: str) -> None:
    """Decide on what one city delivered as a whole, while other processes do so for other cities.

    What cannot be decided is left to `take_in`, which remembers what waits.
    """
    ledger, cities, queue = Ledger(root), load_cities(root), waiting_of(root)
    decisions = ledger.latest()
    for found in everything(root, city):
        before = queue.get(found.key)
        if not _decided(decisions.get(found.key), found, cities) and (seen := _ripe(found, before)):
            outcome = replace(_decide(root, found, cities, ledger), seen=seen)
            if outcome.state is not DeliveryState.INCOMPLETE:
                _conclude(root, cities, ledger, outcome, before)


def accept(root: Path, delivery: str, *, reason: str) -> Outcome:
    """Accept a held delivery by name; the ledger records the reason.

    Raises
    ------
    UsageRefused
        D-250: no held delivery has that name, or no reason was given.
    """
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
    outcome = replace(_decide(root, found, cities, ledger), seen=seen)
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


def _decide(root: Path, found: Found, cities: Mapping[str, City], ledger: Ledger) -> Outcome:
    city, name = found.key
    given = Outcome(city, name, DeliveryState.INCOMPLETE)
    try:
        if found.trouble is not None:
            raise found.trouble
        if city not in cities:
            raise DeliveryRefused("D-224", "Deze map hoort bij geen enkele stad.", "Gebruik de naam van de stad.")
        delivery = read_manifest(found.path)
        given = replace(
            given,
            content=delivery.content,
            as_of=delivery.as_of.isoformat(),
            made_on=delivery.made_on.isoformat(),
            made_with=delivery.made_with,
        )
        _outside_its_series(cities[city], delivery)
        _not_another(ledger, delivery)
        if ledger.knows(delivery):
            return replace(given, state=DeliveryState.KNOWN)
        arrived(found)
        received = _receive(root, found, delivery, cities[city])
        given = replace(given, findings=received.findings)
        refuse_broken(received.checked)
        handover = handover_of(root, found.path, delivery, received.frames)
        if not ledger.accepted_by_name(city, name):
            handover.hold_if_somebody_is_missing()
            _not_unlikely(root, received, handover)
        handover.settle(root)
        state = accept_into(root, delivery, received.frames, given.findings)
        forget_change(found.path)
        return replace(given, state=state)
    except DemadError as refusal:
        if refusal.code in ("D-225", "D-272") and found.changes():  # another hash, because it is being written
            refusal = DeliveryWaits(refusal.code, "Een bestand wordt nog geschreven.", "Wacht tot het klaar is.")
        status = _status_of(refusal)
        told = (refusal.code, status, refusal.what, refusal.todo)
        return replace(given, state=_state_of(refusal), code=told[0], exit_status=told[1], what=told[2], todo=told[3])


def _status_of(refusal: DemadError) -> int:
    """Exit status of a run with this outcome; what is no delivery at all fails no run."""
    if refusal.code == "D-231":
        return 0
    return 6 if isinstance(refusal, PrivacyRefused) else 1 if isinstance(refusal, StorageFailed) else 3


def _state_of(refusal: DemadError) -> DeliveryState:
    if refusal.code in _HELD:
        return DeliveryState.HELD
    if isinstance(refusal, StorageFailed | DeliveryWaits):  # no decision: try again
        return DeliveryState.INCOMPLETE
    return DeliveryState.REFUSED


_HELD = ("D-230", "D-240", "D-241", "D-242", "D-243", "D-244", "D-245", "D-246")


def _outside_its_series(city: City, delivery: Delivery) -> None:
    """Refuse what a city that left delivers, and months from before a merger: those belong to the cities before it.

    A count of a merged city may be that of one of the two; rounded under two secrets it would be disclosed.
    """
    if city.last_day is not None:
        raise DeliveryRefused(
            "D-228",
            f"Deze stad doet niet meer mee na {city.last_day.isoformat()}.",
            "Doet ze toch mee, haal dan last_day uit het stadsbestand.",
        )
    if city.sender is not None:
        raise DeliveryRefused(
            "D-234",
            "Deze stad stuurt bundels: haar rijen horen bij haar te blijven.",
            "Levert ze toch weer rijen, haal dan [bundle] uit het stadsbestand.",
        )
    if city.first_day is not None and delivery.since < city.first_day:
        raise DeliveryRefused(
            "D-229",
            f"De reeks van deze stad begint op {city.first_day.isoformat()}: wat vroeger is, hoort bij de steden van "
            "voor de fusie.",
            "Lever opnieuw met --since op die dag of later.",
        )


def _not_another(ledger: Ledger, delivery: Delivery) -> None:
    taken_in = {
        entry.content
        for entry in ledger.outcomes()
        if (entry.city, entry.delivery) == (delivery.city, delivery.id) and entry.state in TAKEN_IN
    }
    if taken_in - {delivery.content}:
        raise DeliveryRefused(
            "D-226", "Er was al een andere levering met deze naam.", "Lever opnieuw onder een nieuwe naam."
        )


def _receive(root: Path, found: Found, delivery: Delivery, city: City) -> _Received:
    """Copy a delivery to a private folder, check the hashes there and read only the copy; always delete it."""
    if delivery.nis not in (city.nis, *city.old_nis):
        raise DeliveryRefused("D-221", "De NIS-code in delivery.json is van een andere stad.", "Controleer de stad.")
    with staged(root, found, delivery) as (stage, files):
        readings = []
        for file, entries in zip(delivery.files, read_datasets(files, city, stage=stage), strict=True):
            if sum(reading.frame.height for _, reading in entries) != file.rows:
                raise DeliveryRefused("D-227", f"Het aantal rijen van {file.dataset} klopt niet.", "Lever opnieuw.")
            readings.extend(entries)
        order = Order(of_files=True)
        checked = check(readings, city, as_of=delivery.as_of, order=order, left_out=delivery.left_out)
        return _Received(delivery, tuple(checked))


def _not_unlikely(root: Path, received: _Received, handover: Handover) -> None:
    delivery, current = received.delivery, in_force(root, received.delivery.city)
    _not_later_since(delivery, current)
    if "leefloon" not in received.frames and current is None:
        raise DeliveryRefused("D-223", "Een levering zonder leefloon kan niet.", "Voeg het extract leefloon toe.")
    old = current_frames(root, delivery.city) if current else {}
    now = Observation(delivery.since, delivery.as_of, delivery.full_history)
    before = current.observation if current else None
    hold_if_unlikely(
        compare(received.frames, old, now=now, before=before, new_key=handover.announced, kept=handover.kept)
    )


def _not_later_since(delivery: Delivery, current: InForce | None) -> None:
    dataset = current.datasets.get("leefloon") if current else None
    if dataset and delivery.since > dataset.since:
        raise DeliveryRefused(
            "D-230",
            "De levering begint later dan wat er al is: oudere jaren zouden verdwijnen.",
            "Lever vanaf hetzelfde begin of laat toe met demad accept en een reden.",
        )
