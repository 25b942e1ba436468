"""Take in deliveries by more than one core where much came in; the decisions are the same.

Two processes read and judge cities side by side and record each decision themselves. What reads in the process of the
run leaves it larger for the rest of the night (Great Expectations, pandas), so it is not only for speed. One of the two
takes the largest cities, one after another: two large ones at once are the most memory of a night.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from demad.errors import DemadError
from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.intake.deliveries.reception import rows_to_judge, take_in, take_in_city
from demad.publishing.executors import cores, done_elsewhere
from demad.publishing.shards import refuse_other, software, without_text
from demad.reference.extras import need
from demad.reference.settings import load_settings

LEAST = 300_000
"""Rows of two cities or more. Fewer are read in this process sooner than two others are started."""
_OF_A_CITY = 100_000
"""Rows that take as long to judge as what every delivery asks, however small (measured: 1.1 of 6.7 s for 560,000)."""
_STOPPED = "D-461"


def received(root: Path) -> list[Outcome]:
    """Decide on everything in the inbox and return the new decisions, by city and name; as `take_in`.

    What processes that stop twice leave undecided is decided here.

    Raises
    ------
    UsageRefused
        D-460: the software was replaced meanwhile. D-465: Great Expectations is not installed.
    """
    need("rules")
    before = sum(1 for _ in Ledger(root).outcomes())
    _take_in_beside(root)
    made = list(Ledger(root).outcomes())[before:]
    return sorted([*made, *take_in(root)], key=lambda one: (one.city, one.delivery))


def take_in_beside(root: str, asked: str, *cities: str) -> None:
    """Decide on what cities delivered, one after another; the task of an executor.

    Raises
    ------
    UsageRefused
        D-460: this process has other software than who asks.
    """
    refuse_other(asked)
    with without_text(take_in_beside.__name__):
        for city in cities:
            take_in_city(Path(root), city)


def _take_in_beside(root: Path) -> None:
    counting = load_settings(root).counting
    if counting.deliveries == "here" or cores() == 1:
        return
    rows = rows_to_judge(root)
    if len(rows) < 2 or sum(rows.values()) < LEAST:
        return
    try:
        done_elsewhere(
            replace(counting, executor="processes"),
            take_in_beside,
            [(str(root), software(), *cities) for cities in _one_after_another(rows)],
        )
    except DemadError as refusal:
        if refusal.code != _STOPPED:
            raise


def _one_after_another(rows: dict[str, int]) -> list[list[str]]:
    """The cities of each task: the largest together as far as they are half of the work, then each by itself."""
    largest_first = sorted(rows, key=lambda city: (-rows[city], city))
    half = sum(rows.values(), _OF_A_CITY * len(rows)) / 2
    work = accumulate(rows[city] + _OF_A_CITY for city in largest_first)
    together = max(1, sum(so_far <= half for so_far in work))
    return [largest_first[:together], *([city] for city in largest_first[together:])]
