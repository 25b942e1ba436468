"""Spells and covered stretches of a handful of people, and what is not 0 in a table of them.

W is January 2015 (month 24180), M is December 2016 (24203); with one month bridged O is September 2016 (24200).
"""

from datetime import date

import polars as pl

from demad.histories.ages import by_age
from demad.tables.observation import Observation
from demad.tables.people import SEGMENT, SPELL

W, M = 24180, 24203
FULL = Observation(date(2015, 1, 1), date(2016, 12, 31), full_history=True)
CUT = Observation(date(2015, 1, 1), date(2016, 12, 31), full_history=False)
SHORT = Observation(date(2015, 1, 1), date(2015, 4, 30), full_history=True)
STRATA = {"age": "18-24", "household": "1", "nationality": "BE", "sex": "M", "student": "no"}
SPELL_OF_ONE_MONTH = STRATA | {
    "variant": "main", "person": 1, "start": W, "end": W, "left_censored": False, "entry": 0, "last": 1,
    "exited": False, "reason": None, "next_start": None, "inflow": "new", "from_other_law": False,
    "origin": None,
}  # fmt: skip


def spells(*given: dict) -> pl.DataFrame:
    return pl.DataFrame([SPELL_OF_ONE_MONTH | changed for changed in given], schema=SPELL.schema)


def segments(*runs: tuple[int, int, int], **changed: object) -> pl.DataFrame:
    """Covered stretches: person, first and last month; everybody is 20 in 2015."""
    unknown = dict.fromkeys(("gpmi_signed", "first_begin_month", "origin"))
    same = STRATA | {"birth_year": 1995, "with_gpmi": False} | unknown | changed
    rows = [same | {"person": person, "start": a, "end": b} for person, a, b in runs]
    return pl.DataFrame(rows, schema=SEGMENT.schema)


def of_main(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The series main, and a wide series of nobody."""
    return {"main": rows, "wide": rows.clear()}


def by_month(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {series: by_age(own, gap=1) for series, own in of_main(rows).items()}


def filled(table: pl.DataFrame, *key: str, **only: str) -> dict:
    """What is not 0, by the columns named: those of the key come first in a table, the counts are integers of 64."""
    counts = [name for name, dtype in table.schema.items() if dtype == pl.Int64]
    rows = table.filter(**only)
    assert rows.select(key).is_unique().all()
    return {
        row[key[0]] if len(key) == 1 else tuple(row[name] for name in key): {n: row[n] for n in counts if row[n]}
        for row in rows.iter_rows(named=True)
    }
