"""Federal monthly statements (maandstaten) of a synthetic city: what its decisions pay, late and wrong payments too.

Layout: `domain.md` section 1.2. Names are of nobody. Not here: reading them (`demad.intake.pseudonyms.statements`).
"""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

_LAWS = {"RMI": "1", "RMH": "2"}
_AMOUNTS = {"1": 87_600, "2": 131_400, "3": 177_600}  # cents a month
_AWARD, _ARREARS, _RECOVERY = "1", "2", "3"
_LATE, _WRONG, _PARTLY = 8, 6, 9  # one payment in so many is late, goes on after the end, is recovered in part


@dataclass(frozen=True, slots=True)
class _Payment:
    kind: str
    first: date
    last: date
    cents: int


def statements(
    periods: pl.DataFrame,
    numbers: Mapping[str, str],
    nis: str,
    *,
    first: int,
    last: int,
    unpaid: Collection[tuple[str, date]] = (),
) -> dict[int, bytes]:
    """The statement of each month from ``first`` to ``last`` (month numbers), by month.

    Parameters
    ----------
    periods
        PERIOD rows.
    numbers
        National number of each person.
    unpaid
        Person and begin of decisions that pay nothing, as a right that is suspended.
    """
    lines: dict[int, list[str]] = {month: [] for month in range(first, last + 1)}
    columns = ["person", "law", "begin", "end", "household"]
    paid = [row for row in periods.select(columns).iter_rows() if (row[0], row[2]) not in unpaid]
    rights: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for person, law, begin, end, _ in paid:
        rights.setdefault((person, law), []).append((begin, end or _last(last)))
    for person, law, begin, end, category in paid:
        for month, payment in _payments(person, law, begin, end, category, first, last, rights[person, law]):
            lines[month].append(_line(law, nis, month, numbers[person], category, payment))
    return {month: "".join(found).encode("ascii") for month, found in lines.items()}


def _payments(
    person: str,
    law: str,
    begin: date,
    end: date | None,
    category: str,
    first: int,
    last: int,
    rights: list[tuple[date, date]],
) -> list[tuple[int, _Payment]]:
    """What one decision pays: the month of the statement, and the payment."""
    found: list[tuple[int, _Payment]] = []
    until = min(end, _last(last)) if end else _last(last)
    for month in range(max(first, _month(begin)), _month(until) + 1):
        since, to = max(begin, _first(month)), min(until, _last(month))
        cents = _AMOUNTS[category] * ((to - since).days + 1) // calendar.monthrange(since.year, since.month)[1]
        late = month == _month(begin) and month < last and _drawn(person, law, month, _LATE)
        found.append((month + late, _Payment(_ARREARS if late else _AWARD, since, to, cents)))
        if month + late < last and _drawn(person, law, month, _PARTLY):
            found.append((month + late + 1, _Payment(_RECOVERY, since, to, cents // 5)))
    after = _month(until) + 1
    if end and first < after < last and _drawn(person, law, after, _WRONG):
        since, to = until + timedelta(days=1), _last(after)
        if not any(one <= to and other >= since for one, other in rights):
            wrong = _AMOUNTS[category]
            found += [(after, _Payment(_AWARD, since, to, wrong)), (after + 1, _Payment(_RECOVERY, since, to, wrong))]
    return found


def _line(law: str, nis: str, month: int, number: str, category: str, payment: _Payment) -> str:
    sign = "-" if payment.kind == _RECOVERY else "+"
    return (
        f"{_LAWS[law]}{nis}{month // 12}{month % 12 + 1:02d}{'D' + number[:10]:11}00{number}{'REF':12}{payment.kind}"
        f"{payment.first:%Y%m%d}{payment.last:%Y%m%d}{'102':6}{sign}{payment.cents:08d}{category}{'NIEMAND':30}\r\n"
    )


def _drawn(person: str, law: str, month: int, of: int) -> bool:
    return hashlib.sha256(f"{person}|{law}|{month}|{of}".encode()).digest()[0] % of == 0


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _last(month: int) -> date:
    return _first(month + 1) - timedelta(days=1)
