"""How a rule or a comparison ends, from good to refused; the words are kept in the ledger and shown as JSON."""

from __future__ import annotations

from enum import StrEnum


class FindingState(StrEnum):
    """In order: nothing, worth a look, rows set aside, the delivery waits, the delivery is refused."""

    GOOD = "good"
    WARNING = "warning"
    SET_ASIDE = "set_aside"
    HELD = "held"
    REFUSED = "refused"
