"""The decision on one delivery: read from a private copy, checked, and taken in, held or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, DeliveryWaits, DemadError, PrivacyRefused, StorageFailed
from demad.intake.checking.check import Checked, check, read_datasets
from demad.intake.checking.comparison import compare
from demad.intake.checking.copies import Order
from demad.intake.checking.finding import Finding
from demad.intake.checking.plausibility import hold_if_unlikely
from demad.intake.deliveries.arrival import arrived, staged
from demad.intake.deliveries.handover import Handover, forget_change, handover_of
from demad.intake.deliveries.in_force import InForce, accept_into, current_frames, in_force
from demad.intake.deliveries.inbox import Found
from demad.intake.deliveries.ledger import TAKEN_IN, DeliveryState, Ledger, Outcome
from demad.intake.deliveries.manifest import Delivery, read_manifest
from demad.intake.deliveries.packing import refuse_broken, refuse_rows_of_sender
from demad.reference.cities import City
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


def decide(root: Path, found: Found, cities: Mapping[str, City], ledger: Ledger) -> Outcome:
    """Judge one delivery, take it in if it is good, and return the decision; nothing is written in the ledger.

    A bad delivery raises nothing: its outcome has the code, the sentence and the exit status. One that is not complete
    or not readable yet is `DeliveryState.INCOMPLETE`: no decision.
    """
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
        return _not_taken_in(given, found, refusal)


def _not_taken_in(given: Outcome, found: Found, refusal: DemadError) -> Outcome:
    """The decision that follows from a refusal."""
    if refusal.code in ("D-225", "D-272") and found.changes():  # another hash, because it is being written
        refusal = DeliveryWaits(refusal.code, "Een bestand wordt nog geschreven.", "Wacht tot het klaar is.")
    return replace(
        given,
        state=_state_of(refusal),
        code=refusal.code,
        exit_status=_status_of(refusal),
        what=refusal.what,
        todo=refusal.todo,
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
    refuse_rows_of_sender(city)
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
