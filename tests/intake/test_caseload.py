"""Persons per month in a delivery, counted without laying out months, are those that a person counts one by one."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import polars as pl
import pytest

from demad.intake.checking.caseload import persons_by_month
from demad.tables.observation import Observation

SINCE, AS_OF = date(2020, 1, 1), date(2023, 6, 15)
Rows = list[tuple[str, str, date, date | None]]
SCHEMA = {"persoon": pl.String, "wet": pl.String, "begin": pl.Date, "einde": pl.Date}


def one_by_one(rows: Rows) -> Counter[tuple[str, int]]:
    """The last row of a person, law and day of begin holds; a person has right in every month that it touches."""
    months = defaultdict(set)
    for (person, law, begin), end in {(person, law, begin): end for person, law, begin, end in rows}.items():
        until = min(end or AS_OF, AS_OF)
        if begin <= AS_OF and (end is None or end >= begin):
            for month in range(begin.year * 12 + begin.month - 1, until.year * 12 + until.month):
                months[person].add((law, month))
    return Counter(key for found in months.values() for key in found)


def drawn(chance: random.Random) -> Rows:
    rows: Rows = []
    for _ in range(chance.randrange(40)):
        begin = SINCE + timedelta(days=chance.randrange(-200, 1400))
        end = None if chance.random() < 0.3 else begin + timedelta(days=chance.randrange(-20, 400))
        rows.append((f"p{chance.randrange(6)}", chance.choice(["RMI", "RMH"]), begin, end))
    return rows


def counted(rows: Rows) -> pl.DataFrame:
    return persons_by_month(pl.DataFrame(rows, SCHEMA, orient="row"), Observation(SINCE, AS_OF, full_history=False))


@pytest.mark.parametrize("part", range(4))
def test_random_rows_with_gaps_overlaps_corrections_and_reversed_dates(part):
    for seed in range(part * 100, part * 100 + 100):
        rows = drawn(random.Random(seed))  # noqa: S311
        found = counted(rows)
        assert found.schema == {"wet": pl.String, "month": pl.Int32, "counted": pl.Int64}
        assert {(law, month): persons for law, month, persons in found.iter_rows()} == one_by_one(rows), seed
        assert found.height == found.unique(["wet", "month"]).height


def test_a_person_with_two_decisions_in_a_month_counts_once_and_an_empty_month_has_no_row():
    march, may = date(2022, 3, 1), date(2022, 5, 1)
    rows: Rows = [("p1", "RMI", march, date(2022, 3, 10)), ("p1", "RMI", date(2022, 3, 20), date(2022, 3, 31))]
    found = counted([*rows, ("p2", "RMI", march, date(2022, 3, 2)), ("p1", "RMI", may, date(2022, 5, 31))])
    assert found.rows() == [("RMI", 2022 * 12 + 2, 2), ("RMI", 2022 * 12 + 4, 1)]
