"""What one delivery tells of each month: the settled months are those of STOCK and FLOW, the rest is told as it is."""

import polars as pl
import pytest

from demad.counting import count_shard
from demad.counting.vintage import revisions
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.tables.counts import QUALITY, VINTAGE
from demad.tables.terms import GAPS, REASONS
from tests.counting.test_balance import CUT, extract

WINDOW = CUT
LAST = WINDOW.last_month


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    rows = extract(persons=150, seed=7)
    return count_shard(Shard("gent", WINDOW, resolve_periods(rows, WINDOW)[0], None, None))


def settled(tables: dict[str, pl.DataFrame], name: str, columns: list[str]) -> pl.DataFrame:
    last = WINDOW.last_transition(GAPS["main"])
    rows = tables[name].filter(pl.col("month") <= last, pl.any_horizontal(pl.col(columns) > 0), variant="main")
    return rows.select("month", *columns).sort("month")


def test_settled_months_of_a_vintage_are_those_of_stock_and_flow(tables):
    out = [f"out_{reason}" for reason in REASONS]
    flow = (
        tables["flow"]
        .filter(breakdown="total")
        .with_columns(inflow=pl.sum_horizontal("in_new", "in_return", "in_unknown"))
    )
    told = {**tables, "flow": flow, "stock": tables["stock"].filter(breakdown="total")}
    for name, columns in (("stock", ["stock"]), ("flow", ["inflow", *out])):
        found = settled(tables, "vintage", columns)
        assert found.height > 12
        assert found.equals(settled(told, name, columns))


def test_months_after_those_that_are_certain_are_told_too_and_nobody_has_left_in_the_last_one(tables):
    vintage = tables["vintage"].filter(variant="main")
    late = vintage.filter(pl.col("month") > WINDOW.last_transition(GAPS["main"]))
    out = pl.sum_horizontal(f"out_{reason}" for reason in REASONS)
    assert late["month"].max() == LAST
    assert late["inflow"].sum() > 0
    assert late.filter(pl.col("month") < LAST).select(out.sum()).item() > 0
    assert late.filter(month=LAST).select(out.sum()).item() == 0


def test_the_stock_by_month_of_the_spell_and_who_began_unseen_are_everybody(tables):
    by_step = tables["stock_elapsed"].group_by("month").agg(pl.col("stock").sum().alias("known"))
    total = tables["stock"].filter(variant="main", breakdown="total").join(by_step, on="month", how="left")
    assert total.select((pl.col("known").fill_null(0) + pl.col("start_unknown") == pl.col("stock")).all()).item()


def vintage(stocks: dict[int, int]) -> pl.DataFrame:
    none = dict.fromkeys(VINTAGE.counts, 0)
    rows = [
        {"city": "gent", "variant": "main", "month": month, **none, "stock": stock} for month, stock in stocks.items()
    ]
    return pl.DataFrame(rows, schema=VINTAGE.schema)


def test_a_revision_is_the_difference_of_each_of_twelve_shared_months():
    before = vintage({LAST - 20: 7, LAST - 2: 10, LAST - 1: 20, LAST: 30})
    now = vintage({LAST - 20: 9, LAST - 2: 12, LAST - 1: 20, LAST + 1: 40})
    found = revisions(now, before, window=range(LAST - 30, LAST + 1), city="gent", delivery="d")
    assert found.select("check", "rows", "failed").rows() == [
        (f"revision_{LAST - 2}", 10, 2),
        (f"revision_{LAST - 1}", 20, 0),
        (f"revision_{LAST}", 30, 30),
    ]
    assert revisions(now, vintage({}), window=range(LAST), city="gent", delivery="d").equals(QUALITY.empty())
