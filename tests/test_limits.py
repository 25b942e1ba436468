"""More decisions and persons than bits once held: right, in one frame."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from demad.histories.segments import covered, decided
from demad.tables.observation import Observation
from demad.tables.people import PERIOD

SEEN = Observation(date(2015, 1, 1), date(2026, 9, 30), full_history=False)
N_DECISIONS = 16


def decisions_of_one() -> pl.DataFrame:
    """Decisions that overlap, meet and leave months out, of both laws: which one counts is asked in most months."""
    rows = [
        {
            "person": "",
            "law": "RMH" if number % 5 == 4 else "RMI",
            "begin": date(2016 + number // 4, 1 + number % 4 * 3, 1 + number),
            "end": None if number == N_DECISIONS - 1 else date(2016 + number // 4, 3 + number % 4 * 3, 28 - number % 3),
            "household": str(1 + number % 3),
            "birth_year": 1980 + number,
            "sex": "V",
            "nationality": "BE",
            "student": "no",
            "gpmi": "general",
            "ending": "work",
        }
        for number in range(N_DECISIONS)
    ]
    rows[3] |= {"end": date(2017, 2, 20)}
    rows[9] |= {"begin": date(2018, 2, 9)}
    return pl.DataFrame(rows, schema=PERIOD.schema).sort("begin", "law")


def decisions_of(n_persons: int) -> pl.DataFrame:
    """As many persons with the same decisions."""
    persons = pl.select(person=pl.int_range(n_persons).cast(pl.String).str.zfill(9))
    crossed = persons.join(decisions_of_one().drop("person"), how="cross", maintain_order="left_right")
    return PERIOD.check(crossed)


def differing(n_persons: int) -> list[str]:
    """The columns in which some person differs from somebody who is alone, by series."""
    one, all_of_them = (covered(decided(decisions_of(number), SEEN)) for number in (1, n_persons))
    found = []
    for series, own in one.items():
        stretches = all_of_them.pop(series)
        assert stretches.height == n_persons * own.height
        place = pl.int_range(pl.len()) % own.height
        person = stretches["person"].cast(pl.Int64)
        assert (person == pl.select(pl.int_range(stretches.height) // own.height).to_series()).all()
        for name in own.columns[1:]:
            values = stretches.select(name, place=place).unique().sort("place")
            if not values[name].equals(own[name]):
                found.append(f"{series} {name}")
    return found


def test_a_person_among_others_is_covered_as_alone():
    assert decisions_of_one().height == N_DECISIONS
    assert differing(1000) == []


@pytest.mark.slow
def test_persons_and_decisions_beyond_2_to_the_21_and_2_to_the_25_are_covered_as_alone():
    """Forty processor seconds, 5.5 GB."""
    n_persons = 2**21 + 1
    assert n_persons * N_DECISIONS > 2**25
    assert differing(n_persons) == []
