"""One city in eight monthly deliveries, each of which lacks what was recorded late."""

from datetime import date

import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.protection import ProtectedTables, protect
from demad.records.secrets import seeded
from demad.tables.months import first_day, last_day, month_number
from demad.tables.observation import Observation
from demad.tables.vintages import VINTAGES
from tests.counting.test_balance import extract

LAST = month_number(date(2020, 9, 1))
SECRET = seeded("outlook")
ROWS = extract(persons=150, seed=7)


def counted(last: int) -> dict[str, pl.DataFrame]:
    """The tables of the delivery that reaches a month; decisions of its last two months were not all recorded yet."""
    window = Observation(date(2015, 1, 1), last_day(last), full_history=False)
    late = (pl.col("begin") >= first_day(last - 1)) & (pl.col("geboortejaar") % 3 == 0)
    rows = ROWS.filter(~late)
    return count_city([count_shard(Shard("gent", window, resolve_periods(rows, window)[0]))])


@pytest.fixture(scope="session")
def tables() -> dict[str, pl.DataFrame]:
    """The tables of the newest of eight monthly deliveries, with all vintages."""
    made = {last: counted(last) for last in range(LAST - 7, LAST + 1)}
    told = [
        tables["vintage"].with_columns(delivery=pl.lit(str(last)), as_of=pl.lit(last_day(last)))
        for last, tables in made.items()
    ]
    return {**made[LAST], "vintages": pl.concat(told).select(list(VINTAGES.columns))}


@pytest.fixture(scope="session")
def protected(tables) -> ProtectedTables:
    return protect(tables, SECRET)
