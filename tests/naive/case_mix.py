"""CASE_MIX_RISK: the spells at risk, crossed by coarse groups and bands of paid months (methods.md 1.9, 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.naive.at_risk import Followed
from tests.naive.history import year_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

CASE_MIX_COLUMNS = ("n", "d", "d_work")
COARSE_AGE = {"<18": "<25", "18-24": "<25", "25-34": "25-44", "35-44": "25-44"}
BANDS = (("1-3", 3), ("4-6", 6), ("7-12", 12), ("13-24", 24), ("25-36", 36), ("37-60", 60), ("61-120", 120))


def count_case_mix(table: Counts, place: tuple[str, str], strata: dict[str, str], risk: Followed) -> None:
    """One person-month at risk for every k; the exit, if there is one, at the last."""
    groups = (
        COARSE_AGE.get(strata["age"], "45+"),
        strata["household"],
        "BE" if strata["nationality"] == "BE" else "other",
    )
    for k in risk.steps:
        key = (*place, year_of(risk.month(k)), *groups, band_of(k))
        table.add(key, "n")
        if k == risk.horizon and risk.reason is not None:
            table.add(key, "d")
            if risk.reason == "work":
                table.add(key, "d_work")


def band_of(k: int) -> str:
    """The band of paid months that k lies in."""
    for band, upper in BANDS:
        if k <= upper:
            return band
    return "121+"
