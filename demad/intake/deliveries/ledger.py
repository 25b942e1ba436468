"""Append-only ledger of the decisions on deliveries, one line each. Counts and codes only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from demad.intake.checking.finding import Finding
from demad.intake.deliveries.manifest import Delivery
from demad.records.chain import START, chain_of, link
from demad.records.lines import complete_lines, parsed
from demad.store import append_line, write_atomic

_NAMES = frozenset({"city", "delivery", "state"})
_LINKED = frozenset({"previous", "hash"})


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
    seen: str = ""
    """What its folder was (`inbox.Found.seen`)."""
    made_with: str = ""
    """Version of DEMaD that made the delivery; empty if other software did."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """State of a ledger: number of decisions, lines that are not understood, and whether every link is valid."""

    decisions: int
    odd: int
    holds: bool


class Ledger:
    """The ledger of a root, oldest decision first. Every line contains the hash of the line before it.

    Lines of before version 0.2 have no hash; the first line with one contains that of all lines before it. The last
    hash is kept apart, and the next line is linked to it: a cut shows for ever.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / "store" / "ledger.jsonl"
        self._head = root / "store" / "ledger.head"

    def add(self, outcome: Outcome) -> None:
        """Append one decision and flush it to disk; of its findings only those that found something."""
        told = replace(outcome, findings=tuple(one for one in outcome.findings if one.failed))
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(told)}
        written: list[str] = []

        def line(last: bytes) -> bytes:
            made, own = link(entry, self._previous(last))
            written.append(own)
            return made

        append_line(self.path, line, lambda: write_atomic(self._head, written[0].encode()))

    def outcomes(self) -> Iterator[Outcome]:
        """Every decision, oldest first; an incomplete last line is ignored."""
        return (outcome for _, outcome in self.dated())

    def dated(self) -> Iterator[tuple[str, Outcome]]:
        """Every decision with its time (UTC), oldest first; a line that is not understood is left out."""
        try:
            now = self.path.stat()
        except FileNotFoundError:
            return iter(())
        return iter(_decisions(self.path, now.st_size, now.st_mtime_ns, now.st_ino))

    def state(self) -> LedgerState:
        """Whether every line is what was written, and in its place."""
        lines = complete_lines(self.path)
        odd = sum(1 for line in lines if _read(line) is None)
        first = next((place for place, line in enumerate(lines) if parsed(line, _LINKED)), len(lines))
        chain = chain_of(lines[first:], start=_unlinked(lines[:first]))
        # A process that died between writing the line and the head leaves one line after the head.
        kept = self._kept() or (chain.last_two[0] if chain.entries < 2 else "")
        return LedgerState(len(lines) - odd, odd, chain.holds and kept in chain.last_two)

    def _previous(self, last: bytes) -> str:
        """Hash that the next line is linked to: the one that is kept apart, unless only its writer died."""
        kept, entry = self._kept(), parsed(last, _LINKED)
        if entry and kept in ("", entry["previous"]):
            return str(entry["hash"])
        return kept or _unlinked(complete_lines(self.path))

    def _kept(self) -> str:
        return self._head.read_text(encoding="utf-8", errors="replace") if self._head.exists() else ""

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


@lru_cache(maxsize=2)
def _decisions(path: Path, *_: int) -> tuple[tuple[str, Outcome], ...]:
    """Every decision in a file of this size, time and number: one command asks for them many times."""
    return tuple(found for line in complete_lines(path) if (found := _read(line)))


def _read(line: bytes) -> tuple[str, Outcome] | None:
    """The time and the decision of one line; None if it is not ours."""
    written = parsed(line, _NAMES)
    try:
        return (str(written.pop("at", "")), outcome_from(written)) if written else None
    except (ValueError, TypeError, AttributeError):
        return None


def _unlinked(lines: Sequence[bytes]) -> str:
    """Hash that the first linked line is linked to: of all lines before it."""
    if not lines:
        return START
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def outcome_from(written: Mapping[str, Any]) -> Outcome:
    """A decision as it was written in JSON; names that a later version added are left out."""
    findings = tuple(Finding.from_facts(facts) for facts in written.get("findings", ()))
    typed: dict[str, Any] = {"state": DeliveryState(written["state"]), "findings": findings}
    known = {field.name for field in fields(Outcome)}
    return Outcome(**{name: value for name, value in {**written, **typed}.items() if name in known})
