"""Support of another kind than leefloon: the months in which a person has it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.naive.history import City, month_of

ART60 = ("art60", "art61")
ACTIVATING = ("art60", "art61", "opleiding")


def support_months(rows: list[dict], soorten: Iterable[str], city: City) -> set[int]:
    """Months with at least one day of support of one of these kinds, up to ``as_of``."""
    wanted = set(soorten)
    return {month for row in rows if row["soort"] in wanted for month in _months(row, city)}


def runs_on(rows: list[dict], soorten: Iterable[str], month: int, city: City) -> bool:
    """Whether a row that covers the month is still open at ``as_of``."""
    wanted = set(soorten)
    return any(
        row["einde"] is None or row["einde"] > city.as_of
        for row in rows
        if row["soort"] in wanted and month in _months(row, city)
    )


def _months(row: dict, city: City) -> range:
    until = min(row["einde"] or city.as_of, city.as_of)
    if until < row["begin"]:
        return range(0)
    return range(month_of(row["begin"]), month_of(until) + 1)
