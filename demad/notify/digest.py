"""The morning digest: deliveries, refusals, age of the data, what to do. Codes and counts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from demad.errors import DemadError
from demad.intake.deliveries.ledger import DECIDED, DeliveryState, Ledger, Outcome
from demad.notify.alert import Alert, city_labels
from demad.notify.changes import Change
from demad.notify.expected import Expectation, counted
from demad.notify.last_run import last_run
from demad.publishing.city_status import city_cards
from demad.records import audit_trail
from demad.reference.several import several
from demad.reporting.words import words
from demad.store import Store

_TOLD = (*DECIDED, DeliveryState.HELD)


def news(root: Path, known: int) -> list[Outcome]:
    """Decisions on deliveries since the last digest, oldest first; only the latest of each delivery."""
    latest = {(outcome.city, outcome.delivery): outcome for outcome in list(Ledger(root).outcomes())[known:]}
    return [outcome for outcome in latest.values() if outcome.state in _TOLD]


def digest(
    root: Path,
    outcomes: Sequence[Outcome],
    found: Sequence[Alert],
    now: datetime,
    moved: Sequence[Change] = (),
    expected: Sequence[Expectation] = (),
) -> str:
    """The text of the morning message; only the number of figures and estimates, because e-mail is not confidential."""
    lines = [f"DEMaD, {now:%Y-%m-%d}", _run(root), "", "Binnengekomen:", *_received(root, outcomes)]
    lines += ["", "Veranderd in de cijfers:", *_moved(moved)]
    lines += ["", "Wat de nieuwste maand wordt (de getallen staan op de bladzijde):", counted(expected)]
    if barred := _barred(root):
        lines += ["", "Verborgen groepen, omdat ze anders tot enkele waarden te herleiden zijn:", *barred]
    lines += ["", "Te doen:", *(f"- {alert.line}" for alert in found)] if found else ["", "Te doen: niets."]
    lines += ["", "Stand van de steden:", *_ages(root)]
    chain = audit_trail.verify(root)
    lines += ["", f"Auditspoor: {several(chain.entries, 'regel', 'regels')}, einde {chain.head[:16]}."]
    return "\n".join(lines) + "\n"


def _run(root: Path) -> str:
    ended = last_run(root)
    if not ended:
        return "Er was nog geen run."
    failed = ended.get("failed")
    how = "mislukt" if failed else "goed" if not ended.get("exit_status") else "goed, met geweigerde leveringen"
    return f"Laatste run: {str(ended['at'])[:16].replace('T', ' ')} UTC, {how}."


def _received(root: Path, outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return ["- niets"]
    labels = city_labels(root, (outcome.city for outcome in outcomes))
    counted = Counter((labels[outcome.city], outcome.state, outcome.code) for outcome in outcomes)
    return [
        f"- {city}: {count} {words(f'delivery.{state}')}{f' ({code})' if code else ''}"
        for (city, state, code), count in sorted(counted.items())
    ]


def _moved(moved: Sequence[Change]) -> list[str]:
    if not moved:
        return ["- niets"]
    new, other = Counter(), Counter()
    for change in moved:
        new[change.city] += change.new
        other[change.city] += change.moved
    return [f"- {city}: {new[city]} nieuw, {other[city]} anders" for city in sorted(new)]


def _barred(root: Path) -> list[str]:
    """Number of groups per city that the gate hides; only the store says which."""
    with suppress(DemadError):
        counted = Counter(Store(root).read("disclosure", "barred")["city"].to_list())
        return [f"- {city}: {count}" for city, count in sorted(counted.items())]
    return []


def _ages(root: Path) -> list[str]:
    return [
        f"- {card.slug}: {words(f'city.{card.state}')}{f', tot {card.as_of}' if card.as_of else ''}"
        for card in city_cards(root)
    ]
