"""Append-only ledger of the decisions on deliveries, one line each. Counts and codes only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from demad.intake.deliveries.manifest import Delivery
from demad.store import append_line

# After these states a delivery is not read again; a held or incomplete one still waits.
DECIDED = ("accepted", "known", "refused", "superseded")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one delivery: accepted, refused, held, superseded, known or incomplete."""

    city: str
    delivery: str
    state: str
    code: str = ""
    exit_status: int = 0
    what: str = ""
    todo: str = ""
    content: str = ""
    as_of: str = ""
    made_on: str = ""
    findings: tuple[Mapping[str, object], ...] = field(default=())


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
            yield at, Outcome(**{**written, "findings": tuple(written.get("findings", ()))})

    def latest(self) -> dict[tuple[str, str], Outcome]:
        """The newest decision per (city, delivery), in one pass."""
        return {(entry.city, entry.delivery): entry for entry in self.outcomes()}

    def last(self, city: str, delivery: str) -> Outcome | None:
        """The newest decision on one delivery."""
        return self.latest().get((city, delivery))

    def knows(self, delivery: Delivery) -> bool:
        """Whether the same content came in before under another name (accepted or superseded)."""
        return any(
            entry.state in ("accepted", "superseded") and entry.delivery != delivery.id
            for entry in self.outcomes()
            if (entry.city, entry.content) == (delivery.city, delivery.content)
        )

    def accepted_by_name(self, city: str, delivery: str) -> bool:
        """Whether a person accepted this held delivery."""
        return any(
            entry.state == "accepted_by_name" and (entry.city, entry.delivery) == (city, delivery)
            for entry in self.outcomes()
        )
