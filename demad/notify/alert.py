"""Alerts: what needs action, read only from files, without Dagster or a database. Codes and counts only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from demad.bundles.in_force import bundle_in_force
from demad.errors import StorageFailed
from demad.intake.deliveries.ledger import SAYS_NOTHING_NEW, DeliveryState, Ledger
from demad.intake.deliveries.queue import waiting_of
from demad.notify.last_run import last_run
from demad.publishing.city_status import STALE_DAYS, city_cards
from demad.publishing.definition_changes import definitions_need_approval
from demad.records import audit_trail
from demad.records.erased_persons import checked_lines
from demad.reference.cities import load_cities, taking_part
from demad.reference.several import several
from demad.releases.agreement import refuse_disagreement
from demad.reporting.edition import CityState

_CODE = re.compile(r"\bD-\d{3}\b")
_UNKNOWN = "onbekende map"


@dataclass(frozen=True, slots=True)
class Alert:
    """One problem that needs action: its code, Dutch texts on what happened and what to do, and the city."""

    code: str
    what: str
    todo: str
    about: str = ""
    mark: str = ""

    @property
    def key(self) -> str:
        """Identifies a problem across runs; ``mark`` distinguishes two deliveries of a city without their names."""
        return "|".join([self.code, self.about, self.mark])

    @property
    def line(self) -> str:
        """The alert as one line of a message."""
        return f"{self.code} {f'{self.about}: ' if self.about else ''}{self.what} {self.todo}"


def alerts(root: Path, now: datetime, *, late_hours: int) -> list[Alert]:
    """All current alerts, most serious first."""
    kept = [*_trail(root), *_records(root), *_definitions(root), *_bundles(root)]
    return [*_runs(root, now, late_hours), *kept, *_deliveries(root), *_waiting(root, now), *_stale(root)]


def city_labels(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Display name per city; a folder that is no known city is left out, because its name may be anything."""
    known = load_cities(root)
    return {name: name if name in known else _UNKNOWN for name in names}


def _runs(root: Path, now: datetime, late_hours: int) -> list[Alert]:
    ended = last_run(root)
    if ended is None:
        return [
            Alert(
                "D-358",
                "work/last-run.json, met de laatste run, is niet te lezen.",
                "De volgende run schrijft het opnieuw.",
            )
        ]
    if not ended:
        return []
    found = []
    at = datetime.fromisoformat(str(ended["at"]))
    if now - at > timedelta(hours=late_hours):
        found.append(
            Alert("D-474", "Vannacht is er geen run geweest.", "Kijk of de dienst loopt: demad doctor.", mark=str(at))
        )
    if at - now > timedelta(minutes=5):
        found.append(Alert("D-477", "De klok staat vroeger dan de laatste run.", "Zet de klok van de machine juist."))
    failed = ended.get("failed")
    if isinstance(failed, list) and failed:
        codes = sorted({code for text in failed for code in _CODE.findall(str(text))})
        told = ", ".join(codes) or "zonder code"
        found.append(
            Alert(
                "D-476",
                f"{several(len(failed), 'onderdeel is', 'onderdelen zijn')} mislukt ({told}).",
                "Zie demad status en de foutcodes in docs/beheer.md.",
                mark=f"{len(failed)} {told}",
            )
        )
    return found


def _trail(root: Path) -> list[Alert]:
    if audit_trail.verify(root).holds:
        return []
    return [Alert("D-475", "Het auditspoor klopt niet meer.", "Zoek uit wie eraan kwam; herstel uit een back-up.")]


def _records(root: Path) -> list[Alert]:
    """Whether the list of erased persons is whole, and whether what is published is what was recorded."""
    found = []
    for check in (checked_lines, refuse_disagreement):
        try:
            check(root)
        except StorageFailed as refusal:
            found.append(Alert(refusal.code, refusal.what, refusal.todo))
    ledger = Ledger(root).state()
    if ledger.odd or not ledger.holds:
        found.append(
            Alert(
                "D-357",
                "Het grootboek van leveringen is gewijzigd of ingekort "
                f"({several(ledger.odd, 'regel', 'regels')} onleesbaar).",
                "Zoek uit wie eraan kwam; herstel uit een back-up. Leveringen gaan gewoon door.",
                mark=f"{ledger.odd}",
            )
        )
    return found


def _definitions(root: Path) -> list[Alert]:
    if not definitions_need_approval(root):
        return []
    todo = "Bekijk het verschil met demad adopt; met --reason gaan ze in."
    return [Alert("D-481", "Deze versie rekent anders: de cijfers wachten op een woord.", todo)]


def _bundles(root: Path) -> list[Alert]:
    """Cities whose bundle was counted or rounded otherwise than we do: until a new one comes they are in no figure."""
    return [
        _other_definitions(slug) if not bundle.counted_as_here else _other_rounding(slug)
        for slug in taking_part(root)
        if (bundle := bundle_in_force(root, slug)) and not bundle.usable
    ]


def _other_definitions(slug: str) -> Alert:
    todo = "Vraag een nieuwe, met dezelfde versie van DEMaD gemaakt."
    return Alert("D-641", "de bundel telt met andere definities: de stad staat in geen cijfer.", todo, slug)


def _other_rounding(slug: str) -> Alert:
    todo = "Zet [privacy] in demad.toml zoals het was, of vraag een bundel met dezelfde [privacy]."
    return Alert("D-648", "de bundel is anders afgerond dan wij nu doen: de stad staat in geen cijfer.", todo, slug)


def _deliveries(root: Path) -> list[Alert]:
    # A delivery that was known already, or is older than the one in force, does not change the status of the one
    # before.
    deciding = (outcome for outcome in Ledger(root).outcomes() if outcome.state not in SAYS_NOTHING_NEW)
    last = {outcome.city: outcome for outcome in deciding}
    labels = city_labels(root, last)
    said = {
        DeliveryState.REFUSED: "een levering is geweigerd.",
        DeliveryState.HELD: "een levering wacht op een beslissing.",
    }
    return [
        Alert(
            outcome.code, said[outcome.state], _todo(outcome.state), labels[city], outcome.content[:12] + outcome.seen
        )
        for city, outcome in sorted(last.items())
        if outcome.state in said
    ]


def _waiting(root: Path, now: datetime) -> list[Alert]:
    """Deliveries that have waited for more than a day: no copy takes that long."""
    long = [entry for entry in waiting_of(root).values() if entry.is_long(now)]
    labels = city_labels(root, (entry.city for entry in long))
    return [
        Alert(
            "D-482",
            f"een levering wacht al langer dan 24 uur ({entry.code}).",
            "Zie demad status; vraag de stad om ze af te maken of opnieuw te sturen.",
            labels[entry.city],
            entry.seen,
        )
        for entry in sorted(long, key=lambda one: one.key)
    ]


def _todo(state: DeliveryState) -> str:
    return (
        "Zie demad status; vraag de stad om een verbeterde levering."
        if state is DeliveryState.REFUSED
        else "Kijk ze na en gebruik demad accept, of vraag een nieuwe."
    )


def _stale(root: Path) -> list[Alert]:
    cards = city_cards(root)
    return [
        Alert(
            "D-351",
            "de bewaarde gegevens zijn beschadigd.",
            "Herstel een back-up met demad restore --replace.",
            card.slug,
        )
        for card in cards
        if card.state == CityState.DAMAGED
    ] + [
        Alert(
            "D-473", f"de gegevens zijn {card.age_days} dagen ouder dan de nieuwste.", "Vraag een levering.", card.slug
        )
        for card in cards
        if card.age_days is not None and card.age_days > STALE_DAYS
    ]
