"""Append-only ledger of the decisions on deliveries, one line each. Counts and codes only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from demad.intake.checking.finding import Finding
from demad.intake.deliveries.manifest import Delivery
from demad.store import append_line


class DeliveryState(StrEnum):
    """What became of a delivery; the ledger keeps these words."""

    ACCEPTED = "accepted"
    ACCEPTED_BY_NAME = "accepted_by_name"
    HELD = "held"
    INCOMPLETE = "incomplete"
    KNOWN = "known"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


TAKEN_IN = (DeliveryState.ACCEPTED, DeliveryState.SUPERSEDED)
SAYS_NOTHING_NEW = (DeliveryState.KNOWN, DeliveryState.SUPERSEDED)
"""After these the earlier decision about a city still holds."""
DECIDED = (*TAKEN_IN, DeliveryState.KNOWN, DeliveryState.REFUSED)
"""After these states a delivery is not read again; a held or incomplete one still waits."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one delivery."""

    city: str
    delivery: str
    state: DeliveryState
    code: str = ""
    exit_status: int = 0
    what: str = ""
    todo: str = ""
    content: str = ""
    as_of: str = ""
    made_on: str = ""
    findings: tuple[Finding, ...] = ()


class Ledger:
    """The ledger of a root, oldest decision first."""

    def __init__(self, root: Path) -> None:
        self.path = root / "store" / "ledger.jsonl"

    def add(self, outcome: Outcome) -> None:
        """Append one decision and flush it to disk."""
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(outcome)}
        append_line(self.path, lambda _: json.dumps(line, ensure_ascii=False, sort_keys=True).encode())

    def outcomes(self) -> Iterator[Outcome]:
        """Every decision, oldest first; an incomplete last line is ignored."""
        return (outcome for _, outcome in self.dated())

    def dated(self) -> Iterator[tuple[str, Outcome]]:
        """Every decision with its time (UTC), oldest first."""
        if not self.path.exists():
            return
        for line in self.path.read_bytes().split(b"\n")[:-1]:
            try:
                written = json.loads(line)
            except ValueError:
                continue
            at = written.pop("at", "")
            yield at, outcome_from(written)

    def latest(self) -> dict[tuple[str, str], Outcome]:
        """The newest decision per (city, delivery), in one pass."""
        return {(entry.city, entry.delivery): entry for entry in self.outcomes()}

    def last(self, city: str, delivery: str) -> Outcome | None:
        """The newest decision on one delivery."""
        return self.latest().get((city, delivery))

    def knows(self, delivery: Delivery) -> bool:
        """Whether the same content came in before under another name (accepted or superseded)."""
        return any(
            entry.state in TAKEN_IN and entry.delivery != delivery.id
            for entry in self.outcomes()
            if (entry.city, entry.content) == (delivery.city, delivery.content)
        )

    def accepted_by_name(self, city: str, delivery: str) -> bool:
        """Whether a person accepted this held delivery."""
        return any(
            entry.state is DeliveryState.ACCEPTED_BY_NAME and (entry.city, entry.delivery) == (city, delivery)
            for entry in self.outcomes()
        )


def outcome_from(written: Mapping[str, Any]) -> Outcome:
    """A decision as it was written in JSON."""
    findings = tuple(Finding.from_facts(facts) for facts in written.get("findings", ()))
    typed: dict[str, Any] = {"state": DeliveryState(written["state"]), "findings": findings}
    return Outcome(**{**written, **typed})
