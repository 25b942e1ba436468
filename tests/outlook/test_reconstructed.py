"""A nowcast from one delivery that tells when its rows were recorded, where there are too few deliveries."""

from datetime import date, timedelta

import polars as pl
import pytest

from demad.outlook import nowcast
from demad.protection import protect
from demad.quantities.outlook import told
from demad.tables.months import last_day
from demad.tables.vintages import VINTAGES
from tests.counting.test_balance import extract
from tests.counting.test_triangle import LAST, counted, with_days
from tests.outlook.conftest import SECRET

ROWS = with_days(extract(persons=400, seed=7))


def vintages(tables: dict[str, pl.DataFrame], last: int) -> pl.DataFrame:
    made = tables["vintage"].with_columns(delivery=pl.lit(str(last)), as_of=pl.lit(last_day(last)))
    return VINTAGES.check(made.select(list(VINTAGES.columns)))


@pytest.fixture(scope="module")
def first() -> dict[str, pl.DataFrame]:
    """The tables of the first delivery of a city."""
    tables = counted(ROWS.filter(pl.col("beslist_op") <= last_day(LAST)))
    return {**tables, "vintages": vintages(tables, LAST)}


def test_the_first_delivery_gives_a_nowcast_with_bands_and_says_what_it_rests_on(first):
    found = nowcast({"gent": protect(first, SECRET)}, threshold=10)
    stock = found.filter(indicator="caseload_stock").sort("period")
    assert stock.select("status", "told_by", "vintages").rows() == [("nowcast", "decisions", 12)] * 3
    assert stock["value"][-1] > stock["told"][-1]  # one row in five comes in late
    assert stock.select(pl.all_horizontal(pl.col("low_95") < pl.col("value"))).to_series().any()
    true = counted(ROWS)["stock"].filter(variant="main", breakdown="total", month=LAST)["stock"].item()
    assert stock["low_95"][-1] <= true <= stock["high_95"][-1]


def test_without_days_of_recording_the_first_delivery_has_none(first):
    silent = {**first, "triangle": first["triangle"].clear()}
    found = nowcast({"gent": protect(silent, SECRET)}, threshold=10)
    assert set(found.select("status", "reason", "told_by").unique().rows()) == {
        ("not_computable", "vintages", "delivery")
    }


def test_six_deliveries_are_believed_above_days_of_recording(first):
    six = pl.concat([vintages(first, last) for last in range(LAST - 5, LAST + 1)])
    assert told(six, first["triangle"], first["span"])["told_by"].unique().to_list() == ["delivery"]


def test_days_that_contradict_the_deliveries_give_no_nowcast_and_it_says_so(first):
    day = pl.when(pl.col("einde") < date(2020, 9, 30)).then(pl.col("einde") + timedelta(days=3)).otherwise("beslist_op")
    overwritten = counted(ROWS.with_columns(beslist_op=day))
    before = counted(ROWS.filter(pl.col("beslist_op") <= last_day(LAST - 3)))
    both = pl.concat([vintages(before, LAST - 3), first["vintages"]])
    found = nowcast({"gent": protect({**overwritten, "vintages": both}, SECRET)}, threshold=10)
    assert set(found.select("status", "reason").unique().rows()) == {("not_computable", "decisions")}
