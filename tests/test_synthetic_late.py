"""Synthetic decisions that tell when they were recorded: the same decisions, and a nowcast from one delivery."""

import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.histories.periods import resolve_periods
from demad.histories.recorded import recorded, tells_recording
from demad.histories.shards import Shard
from demad.outlook import nowcast
from demad.protection import protect
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.late import recorded_late, with_days
from demad.tables.months import last_day, month_number
from demad.tables.observation import Observation
from demad.tables.vintages import VINTAGES
from tests.outlook.conftest import SECRET

WINDOW = Observation(SINCE, AS_OF, full_history=False)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    drawn = dict(extracts(people=4000, seed=7, cities=("gent",)))["gent"]["leefloon"]
    return drawn.with_columns(pl.col("categorie").cast(pl.String))


def test_what_stands_in_the_end_is_what_stood_without_days(rows):
    told = with_days(rows, "gent", seed=1)
    assert told.height > rows.height
    assert resolve_periods(told, WINDOW)[0].equals(resolve_periods(rows, WINDOW)[0])
    assert told.equals(with_days(rows, "gent", seed=1))
    assert not told.equals(with_days(rows, "gent", seed=2))


def test_more_is_late_in_later_years_and_nothing_is_recorded_after_the_last_day(rows):
    delivered = recorded_late(rows, "gent", seed=1)
    assert delivered["beslist_op"].max() <= AS_OF
    late = (pl.col("beslist_op") - pl.col("begin")).dt.total_days() > 30
    running = with_days(rows, "gent", seed=1).filter(pl.col("stopreden").is_null())
    by_half = running.group_by(pl.col("begin").dt.year() >= 2021).agg(late.mean().alias("share")).sort("begin")["share"]
    assert 0.01 < by_half[0] < by_half[1] < 0.2


def test_the_band_of_one_late_delivery_holds_the_stock_that_is_recorded_in_the_end(rows):
    delivered = recorded_late(rows, "gent", seed=1)
    assert tells_recording(delivered, WINDOW)
    shard = Shard("gent", WINDOW, resolve_periods(delivered, WINDOW)[0], recorded=recorded(delivered, WINDOW))
    tables = count_city([count_shard(shard)])
    vintage = tables["vintage"].with_columns(delivery=pl.lit("one"), as_of=pl.lit(AS_OF))
    tables |= {"vintages": vintage.select(list(VINTAGES.columns))}
    stock = nowcast({"gent": protect(tables, SECRET)}, threshold=10).filter(indicator="caseload_stock").sort("period")
    assert stock.select("status", "told_by").rows() == [("nowcast", "decisions")] * 3
    whole = count_shard(Shard("gent", WINDOW, resolve_periods(rows, WINDOW)[0]))["stock"]
    true = whole.filter(variant="main", breakdown="total", month=month_number(AS_OF))["stock"].item()
    assert last_day(month_number(AS_OF)) == AS_OF
    newest = stock.row(-1, named=True)
    assert newest["low_95"] <= true <= newest["high_95"]
    assert abs(newest["value"] - true) < abs(newest["told"] - true)
