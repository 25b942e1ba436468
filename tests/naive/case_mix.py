"""CASE_MIX_RISK and CASE_MIX_RETURN: who is at risk, crossed by coarse groups and bands (methods.md 1.9, 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.naive.at_risk import Followed
from tests.naive.history import year_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

CASE_MIX_COLUMNS = ("n", "d", "d_work")
CASE_MIX_RETURN_COLUMNS = ("n", "d_return")
COARSE_AGE = {"<18": "<25", "18-24": "<25", "25-34": "25-44", "35-44": "25-44"}
BANDS = (("1-3", 3), ("4-6", 6), ("7-12", 12), ("13-24", 24), ("25-36", 36), ("37-60", 60), ("61-120", 120))


def count_case_mix(table: Counts, place: tuple[str, str], strata: dict[str, str], risk: Followed) -> None:
    """One person-month at risk for every k; the exit, if there is one, at the last."""
    groups = _groups(strata)
    for k in risk.steps:
        key = (*place, year_of(risk.month(k)), *groups, band_of(k))
        table.add(key, "n")
        if k == risk.horizon and risk.reason is not None:
            table.add(key, "d")
            if risk.reason == "work":
                table.add(key, "d_work")


def count_case_mix_return(
    table: Counts, place: tuple[str, str], strata: dict[str, str], left: int, followed: int, *, returned: bool
) -> None:
    """One month at risk for every month up to a year that an exit of month ``left`` was followed, and the return."""
    for m in range(1, min(followed, 12) + 1):
        key = (*place, year_of(left), *_groups(strata), band_of(m))
        table.add(key, "n")
        if m == followed and returned:
            table.add(key, "d_return")


def _groups(strata: dict[str, str]) -> tuple[str, str, str]:
    nationality = "BE" if strata["nationality"] == "BE" else "other"
    return COARSE_AGE.get(strata["age"], "45+"), strata["household"], nationality


def band_of(k: int) -> str:
    """The band of paid months that k lies in."""
    for band, upper in BANDS:
        if k <= upper:
            return band
    return "121+"
