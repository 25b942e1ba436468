"""What the deliveries themselves are worth (methods.md section 6, data quality), row by row and month by month."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tests.naive.estimate import ABSENT, Estimate
from tests.naive.history import City, covered_months, decisions_of, of_laws, rows_by_person, window_of
from tests.naive.periods import TOTAL, month_label

Found = Iterator[tuple[tuple, Estimate, int]]
TRAITS = {"leefloon": ("geslacht", "nationaliteit", "student", "gpmi"), "jeugdhulp": ("geslacht", "zorgvorm")}


def data_quality(city: City) -> Found:
    """One figure each, at the month that the leefloon delivery reaches."""
    end = (city.slug, month_label(window_of(city).last), *TOTAL)
    estimates = {
        "dq_completeness": _completeness(city),
        "dq_control_gap": _control_gap(city),
        "dq_revision": _revision(city),
        "dq_timeliness": _timeliness(city),
    }
    for indicator, estimate in estimates.items():
        yield ("main", indicator, *end), estimate, 0


def _completeness(city: City) -> Estimate:
    """1 - missing / expected cells; a stop reason is expected of what ended."""
    cells = [row[name] for row in city.leefloon for name in TRAITS["leefloon"]]
    cells += [row["stopreden"] for row in city.leefloon if row["einde"] is not None]
    cells += [row[name] for row in city.jeugdhulp or [] for name in TRAITS["jeugdhulp"]]
    filled = sum(cell is not None for cell in cells)
    return _share(filled, len(cells))


def _control_gap(city: City) -> Estimate:
    """The share of months (of a law) whose own count differs more than 2 % from ours."""
    window, own = window_of(city), {}
    for row in city.controle or []:
        year, month = row["maand"].split("-")
        own[int(year) * 12 + int(month) - 1, row["wet"]] = row["personen"]
    seen = {key: persons for key, persons in own.items() if window.first <= key[0] <= window.last}
    apart = [
        abs(persons - _persons(city, month, law)) > Fraction(2, 100) * persons for (month, law), persons in seen.items()
    ]
    return _share(sum(apart), len(apart))


def _revision(city: City) -> Estimate:
    """Mean absolute change of the last twelve stock months that this delivery shares with the one before."""
    if city.before is None:
        return ABSENT
    now, earlier = window_of(city), window_of(city.before)
    last = min(now.last, earlier.last)
    first = max(now.first, earlier.first, last - 11)
    was = {month: _persons(city.before, month, "RMI") for month in range(first, last + 1)}
    moved = {month: abs(_persons(city, month, "RMI") - was[month]) for month in was if was[month]}
    if not moved:
        return ABSENT
    mean = sum(Fraction(moved[month], was[month]) for month in moved) / len(moved)
    return Estimate(float(mean), None, None, sum(moved.values()), len(moved), 0, ())


def _timeliness(city: City) -> Estimate:
    """Days from the newest day in the delivery to the day it was made."""
    if city.made_on is None:
        return ABSENT
    days = (city.made_on - city.as_of).days
    return Estimate(float(days), None, None, days, None, 0, ())


def _share(part: int, whole: int) -> Estimate:
    if not whole:
        return ABSENT
    return Estimate(float(Fraction(part, whole)), None, None, part, whole, whole, ())


def _persons(city: City, month: int, law: str) -> int:
    """Persons with a day of right under one law in a month."""
    people = rows_by_person(city.leefloon).values()
    return sum(month in covered_months(of_laws(decisions_of(rows, city), (law,))) for rows in people)
