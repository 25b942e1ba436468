"""One finding about a dataset: a broken rule, or cells of a column that were not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demad.intake.checking.states import FindingState


@dataclass(frozen=True, slots=True)
class Finding:
    """Counts with Dutch texts. No cell values, because the receiver stores and sends findings.

    Parameters
    ----------
    check, name
        Id of the rule or flaw, and its name in Dutch.
    where
        The columns, separated by commas.
    rows, failed, limit
        Rows judged, rows that fail, and the number that may fail.
    why, todo
        What is wrong, and what to do.
    """

    dataset: str
    check: str
    name: str
    where: str
    state: FindingState
    rows: int
    failed: int
    limit: int
    why: str
    todo: str

    @classmethod
    def from_facts(cls, facts: Mapping[str, str | int]) -> Finding:
        """The finding that was written; what an earlier version did not write is empty or 0."""
        known: dict[str, Any] = {**_NOT_WRITTEN, **facts}
        known["state"] = FindingState(str(facts["state"]))
        return cls(**known)


_NOT_WRITTEN: dict[str, str | int] = {
    **dict.fromkeys(("dataset", "check", "name", "where", "why", "todo"), ""),
    **dict.fromkeys(("rows", "failed", "limit"), 0),
}
