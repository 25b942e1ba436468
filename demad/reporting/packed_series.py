"""A series of all cities as the compare page carries it: whole numbers and letters, in as few characters as may be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import polars as pl

from demad.catalogue import CATALOGUE

_STEPS = {"share": 100, "fraction": 100}
_DIGITS = {"share": 1, "fraction": 1, "months": 1, "days": 1, "ratio": 2, "per 1000": 1, "% a month": 1}
"""How many digits of a number travel to the page: as many as are published."""
LETTERS = {
    "status": {
        "ok": "o", "low_n": "l", "provisional": "p", "suppressed": "s", "not_computable": "n", "not_comparable": "c",
    },
    "verdict": {
        "clear_higher": "A", "clear_lower": "B", "apart_higher": "C", "apart_lower": "D", "maybe_higher": "E",
        "maybe_lower": "F", "nearly": "G", "chance": "H", "unsaid": "U", "none": "N",
    },
    "reason": {
        "few_people": "p", "few_cities": "c", "unknown_reasons": "u", "case_mix": "m", "suppressed": "s",
        "not_computable": "n", "not_comparable": "x",
    },
}  # fmt: skip
_NUMBERS = ("median_all", "value", "low", "high")


class PeriodLists:
    """Each list of periods once; series name theirs by its place."""

    def __init__(self) -> None:
        self.lists: list[list[str]] = []
        self._places: dict[tuple[str, ...], int] = {}

    def place(self, periods: list[str]) -> int:
        """The place of a list, which is added where it is new."""
        key = tuple(periods)
        if key not in self._places:
            self._places[key] = len(self.lists)
            self.lists.append(periods)
        return self._places[key]


def packed_series(rows: pl.DataFrame, id: str, slugs: Sequence[str], lists: PeriodLists) -> dict[str, Any]:
    """One series of all cities: the place of its periods, then texts and letters by city in that order."""
    unit = next(entry.unit for entry in CATALOGUE if entry.id == id)
    periods = sorted(set(rows["period"]), key=lambda period: (len(period), period))
    place = {period: number for number, period in enumerate(periods)}
    step = _STEPS.get(unit, 1) * 10 ** _DIGITS.get(unit, 0)
    empty: list[int | None] = [None] * len(periods)
    medians = list(empty)
    cities: list[list[str]] = []
    of_city: dict[str, list[tuple[Any, ...]]] = {}  # rows are looked at once: a filter for each city is slow
    for city, *row in rows.select("city", "period", *_NUMBERS, *LETTERS).iter_rows():
        of_city.setdefault(city, []).append(tuple(row))
    for slug in slugs:
        if slug not in of_city:
            cities.append([])
            continue
        value, low, high = list(empty), list(empty), list(empty)
        letters = {name: ["-"] * len(periods) for name in LETTERS}
        for period, middle, *bounds, status, verdict, reason in of_city[slug]:
            at = place[period]
            value[at], low[at], high[at] = (_whole(one, step) for one in bounds)
            for (name, text), said in zip(letters.items(), (status, verdict, reason), strict=True):
                text[at] = LETTERS[name].get(said, "-")
            if middle is not None:
                medians[at] = _whole(middle, step)
        below, above = _apart(value, low), _apart(high, value)
        cities.append([
            _joined(_differences(value)), _letters(letters["status"]), _letters(letters["verdict"]),
            _letters(letters["reason"]), _joined(_differences(below)), _joined(_apart(above, below)),
        ])  # fmt: skip
    return {
        "p": lists.place(periods), "d": _DIGITS.get(unit, 0), "m": _joined(_differences(medians)), "c": cities,
    }  # fmt: skip


def _differences(values: list[int | None]) -> list[int | None]:
    """Each value less the one shown before it."""
    before, found = 0, list[int | None]()
    for value in values:
        found.append(None if value is None else value - before)
        before = before if value is None else value
    return found


def _apart(higher: list[int | None], lower: list[int | None]) -> list[int | None]:
    return [None if a is None or b is None else a - b for a, b in zip(higher, lower, strict=True)]


def _joined(values: list[int | None]) -> str:
    """Numbers with commas between them, nothing for what is not shown; nothing at all where none is."""
    if all(value is None for value in values):
        return ""
    return ",".join("" if value is None else str(value) for value in values)


def _letters(found: list[str]) -> str:
    """One letter for all, or letters with how often each follows itself: ooop is o3p."""
    if len(set(found)) == 1:
        return found[0]
    runs = ((letter, len(list(same))) for letter, same in groupby(found))
    return "".join(f"{letter}{length if length > 1 else ''}" for letter, length in runs)


def _whole(value: float | None, step: float) -> int | None:
    return None if value is None else round(value * step)
