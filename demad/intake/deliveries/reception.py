"""Accept or refuse deliveries as a whole; a bad delivery of one city never blocks another city."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, DemadError, PrivacyRefused, StorageFailed, UsageRefused
from demad.intake.checking.check import Checked, Given, check, not_as_announced, read_datasets
from demad.intake.checking.comparison import compare
from demad.intake.checking.copies import Order
from demad.intake.checking.finding import Finding
from demad.intake.checking.plausibility import hold_if_unlikely
from demad.intake.deliveries.in_force import InForce, accept_into, current_frames, in_force
from demad.intake.deliveries.ledger import TAKEN_IN, DeliveryState, Ledger, Outcome
from demad.intake.deliveries.manifest import NAME, DeliveredFile, Delivery, read_manifest
from demad.intake.deliveries.packing import refuse_broken
from demad.records import audit_trail
from demad.reference.cities import City, load_cities
from demad.store import private_folder, refusing_storage
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
    """(city, delivery) of every undecided delivery in the inbox, sorted."""
    decisions = Ledger(root).latest()
    return [
        (folder.parent.name, folder.name)
        for folder in _folders(root)
        if (folder / NAME).exists() and not _decided(decisions, folder)
    ]


def take_in(root: Path) -> list[Outcome]:
    """Decide on everything in the inbox, oldest ``as_of`` first, and return the new decisions.

    A bad delivery raises nothing: it is refused with its code, the current figures stay, and the other cities are
    processed.
    """
    ledger, cities = Ledger(root), load_cities(root)
    shutil.rmtree(_staging(root), ignore_errors=True)  # copies left by a killed process
    outcomes, decisions = [], ledger.latest()
    for folder in sorted(_folders(root), key=lambda path: (path.parent.name, path.name)):
        if _decided(decisions, folder):
            continue
        outcome = _decide(root, folder, cities, ledger)
        if outcome.state is not DeliveryState.INCOMPLETE:
            ledger.add(outcome)
        outcomes.append(outcome)
    return outcomes


def accept(root: Path, delivery: str, *, reason: str) -> Outcome:
    """Accept a held delivery by name; the ledger records the reason.

    Raises
    ------
    UsageRefused
        D-250: no held delivery has that name, or no reason was given.
    """
    ledger = Ledger(root)
    city, _, name = delivery.rpartition("/")
    named = [folder for folder in _folders(root) if folder.name == name and city in ("", folder.parent.name)]
    held = {folder: entry for folder in named if (entry := ledger.last(folder.parent.name, name)) and _waits(entry)}
    if not held or not reason.strip():
        raise UsageRefused("D-250", "Er wacht geen levering met die naam.", "Zie demad status; geef ook --reason.")
    if len(held) > 1:
        raise UsageRefused("D-251", "Meer dan één stad heeft een levering met die naam.", "Schrijf stad/levering.")
    folder, entry = next(iter(held.items()))
    audit_trail.record(root, "accepted", {"city": entry.city, "code": entry.code, "content": entry.content})
    ledger.add(Outcome(entry.city, name, DeliveryState.ACCEPTED_BY_NAME, what=reason.strip(), content=entry.content))
    outcome = _decide(root, folder, load_cities(root), ledger)
    if outcome.state is not DeliveryState.INCOMPLETE:
        ledger.add(outcome)
    return outcome


def _waits(entry: Outcome) -> bool:
    return entry.state is DeliveryState.HELD


def _folders(root: Path) -> list[Path]:
    inbox = root / "inbox"
    return [
        folder
        for city in (sorted(inbox.iterdir()) if inbox.is_dir() else [])
        if city.is_dir() and not city.is_symlink()
        for folder in sorted(city.iterdir())
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith(".") and any(folder.iterdir())
    ]


def _decided(decisions: Mapping[tuple[str, str], Outcome], folder: Path) -> bool:
    entry = decisions.get((folder.parent.name, folder.name))
    if entry is None or entry.state is DeliveryState.ACCEPTED_BY_NAME:  # the process died before the rest
        return False
    try:
        return entry.content in (read_manifest(folder).content, "")
    except DemadError:
        return entry.content == ""


def _decide(root: Path, folder: Path, cities: Mapping[str, City], ledger: Ledger) -> Outcome:
    city, name = folder.parent.name, folder.name
    content = as_of = made_on = ""
    findings: tuple[Finding, ...] = ()
    try:
        if city not in cities:
            raise DeliveryRefused("D-224", "Deze map hoort bij geen enkele stad.", "Gebruik de naam van de stad.")
        delivery = read_manifest(folder)
        content, as_of, made_on = delivery.content, delivery.as_of.isoformat(), delivery.made_on.isoformat()
        _outside_its_series(cities[city], delivery)
        _not_another(ledger, delivery)
        if ledger.knows(delivery):
            return Outcome(city, name, DeliveryState.KNOWN, content=content, as_of=as_of, made_on=made_on)
        received = _receive(root, folder, delivery, cities[city])
        findings = received.findings
        refuse_broken(received.checked)
        if not ledger.accepted_by_name(city, name):
            _not_unlikely(root, received)
        state = accept_into(root, delivery, received.frames, findings)
        return Outcome(city, name, state, content=content, as_of=as_of, made_on=made_on, findings=findings)
    except DemadError as refusal:
        state = _state_of(refusal)
        status = 6 if isinstance(refusal, PrivacyRefused) else 1 if isinstance(refusal, StorageFailed) else 3
        return Outcome(
            city,
            name,
            state,
            refusal.code,
            status,
            refusal.what,
            refusal.todo,
            content,
            as_of,
            made_on,
            findings,
        )


def _state_of(refusal: DemadError) -> DeliveryState:
    if refusal.code in _HELD:
        return DeliveryState.HELD
    if refusal.code == "D-220" or isinstance(refusal, StorageFailed):  # no decision: try again
        return DeliveryState.INCOMPLETE
    return DeliveryState.REFUSED


_HELD = ("D-230", "D-240", "D-241", "D-242", "D-243", "D-244", "D-245")


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
            "D-231",
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
    entry = ledger.last(delivery.city, delivery.id)
    if entry and entry.state in TAKEN_IN and entry.content != delivery.content:
        raise DeliveryRefused(
            "D-226", "Er was al een andere levering met deze naam.", "Lever opnieuw onder een nieuwe naam."
        )


def _receive(root: Path, folder: Path, delivery: Delivery, city: City) -> _Received:
    """Copy a delivery to a private folder, check the hashes there and read only the copy; always delete it."""
    if delivery.nis not in (city.nis, *city.old_nis):
        raise DeliveryRefused("D-221", "De NIS-code in delivery.json is van een andere stad.", "Controleer de stad.")
    stage = Path(_stage(root))
    try:
        files = [_staged(folder, file, stage / f"{place:02d}") for place, file in enumerate(delivery.files)]
        readings = []
        for file, entries in zip(delivery.files, read_datasets(files, city, stage=stage), strict=True):
            if sum(reading.frame.height for _, reading in entries) != file.rows:
                raise DeliveryRefused("D-227", f"Het aantal rijen van {file.dataset} klopt niet.", "Lever opnieuw.")
            readings.extend(entries)
        order = Order(of_files=True)
        checked = check(readings, city, as_of=delivery.as_of, order=order, left_out=delivery.left_out)
        return _Received(delivery, tuple(checked))
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _staging(root: Path) -> Path:
    return root / "store" / "staging"


def _stage(root: Path) -> str:
    with refusing_storage():
        return tempfile.mkdtemp(prefix="in-", dir=private_folder(_staging(root)))


def _staged(folder: Path, file: DeliveredFile, stem: Path) -> Given:
    copy = stem.with_suffix(Path(file.name).suffix.lower())
    _copy(folder / file.name, copy)
    if copy.stat().st_size != file.bytes:
        raise not_as_announced(file.dataset)
    return Given(copy, file.name, file.dataset, file.sha256)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink() or not source.is_file():
        raise DeliveryRefused("D-225", "Een aangekondigd bestand is er niet.", "Lever opnieuw.")
    try:
        with source.open("rb") as announced, refusing_storage(), target.open("xb") as copy:
            shutil.copyfileobj(announced, copy)
        target.chmod(0o600)
    except OSError:
        raise DeliveryRefused("D-225", "Een aangekondigd bestand is niet leesbaar.", "Controleer de rechten.") from None


def _not_unlikely(root: Path, received: _Received) -> None:
    delivery, current = received.delivery, in_force(root, received.delivery.city)
    _not_later_since(delivery, current)
    if "leefloon" not in received.frames and current is None:
        raise DeliveryRefused("D-223", "Een levering zonder leefloon kan niet.", "Voeg het extract leefloon toe.")
    old = current_frames(root, delivery.city) if current else {}
    now = Observation(delivery.since, delivery.as_of, delivery.full_history)
    hold_if_unlikely(compare(received.frames, old, now=now, before=current.observation if current else None))


def _not_later_since(delivery: Delivery, current: InForce | None) -> None:
    dataset = current.datasets.get("leefloon") if current else None
    if dataset and delivery.since > dataset.since:
        raise DeliveryRefused(
            "D-230",
            "De levering begint later dan wat er al is: oudere jaren zouden verdwijnen.",
            "Lever vanaf hetzelfde begin of laat toe met demad accept en een reden.",
        )
