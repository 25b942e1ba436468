"""What the newest months will become: from protected counts alone, with a band, or with the reason why not."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from demad.errors import PrivacyRefused
from demad.estimators.shrunk_factors import Predicted
from demad.outlook import nowcast
from demad.outlook.measure import Measure, open_origins
from demad.outlook.triangles import Told
from demad.protection import protect, sealed
from demad.tables.months import last_day
from demad.tables.outlook import NOWCAST
from tests.outlook.conftest import LAST, SECRET


def test_a_vintage_is_protected_as_what_is_published_of_the_same_months(tables, protected):
    stocks = protected["stocks"].filter(variant="main", breakdown="total").select("month", "stock")
    own = protected["stock_vintages"].filter(last_month=LAST).select("month", "stock")
    assert own.height == 15
    assert own.equals(own.select("month").join(stocks, on="month"))
    flows = protected["flows"].filter(variant="main", breakdown="total").select("period", "inflow", "outflow")
    settled = protected["flow_vintages"].filter(last_month=LAST).join(flows, on="period", suffix="_published")
    settled = settled.filter(pl.col("period") < "2020Q3")
    assert settled.height >= 3
    assert settled["inflow"].equals(settled["inflow_published"].alias("inflow"))
    assert settled["outflow"].equals(settled["outflow_published"].alias("outflow"))


def test_the_stock_by_month_of_the_spell_never_grows_and_its_25th_is_the_published_count(protected):
    elapsed = protected["elapsed"].sort("k")
    assert elapsed["stock"].diff().drop_nulls().max() <= 0
    over = protected["stocks"].filter(variant="main", breakdown="total", month=LAST - 1)["over_two_years"].item()
    assert elapsed.filter(k=25)["stock"].sum() == over


def test_counts_of_a_vintage_that_are_not_rounded_are_refused(protected):
    fine = protected["flow_vintages"].with_columns(pl.col("inflow") + 1)
    with pytest.raises(PrivacyRefused, match="FLOW_VINTAGES"):
        sealed({**protected.tables, "flow_vintages": fine}, protected.base)


def test_a_nowcast_has_its_bands_and_the_settled_months_none(protected):
    found = nowcast({"gent": protected}, threshold=10)
    stock = found.filter(indicator="caseload_stock").sort("period")
    assert stock["period"].to_list() == ["2020-07", "2020-08", "2020-09"]
    assert stock["status"].to_list() == ["nowcast"] * 3
    ends = stock.select("low_95", "low_80", "value", "high_80", "high_95")
    assert all(list(row) == sorted(row) for row in ends.iter_rows())
    newest = stock.row(-1, named=True)
    assert newest["value"] > newest["told"]  # what was recorded late is still to come
    flows = found.filter(pl.col("indicator") != "caseload_stock")
    assert flows["period"].unique().to_list() == ["2020Q3"]
    shown = flows.filter(status="nowcast").select("value", "low_80", "high_80", "low_95", "high_95")
    assert all(value % 5 == 0 for row in shown.iter_rows() for value in row)


def test_fewer_than_six_deliveries_give_no_nowcast_and_say_so(tables):
    few = tables["vintages"].filter(pl.col("as_of") > last_day(LAST - 5))
    found = nowcast({"gent": protect({**tables, "vintages": few}, SECRET)}, threshold=10)
    assert found["vintages"].unique().to_list() == [5]
    assert set(found.select("status", "reason").unique().rows()) == {("not_computable", "vintages")}
    assert found["value"].null_count() == found.height


def test_a_city_that_rounds_its_own_counts_has_no_nowcast_and_a_small_one_is_hidden(tables, protected):
    of_bundle = protect({name: table for name, table in tables.items() if name != "vintages"}, SECRET)
    found = nowcast({"brugge": of_bundle, "gent": protected}, threshold=10_000)
    assert set(found.filter(city="brugge").select("status", "reason").unique().rows()) == {("not_computable", "bundle")}
    hidden = found.filter(city="gent")
    assert set(hidden.select("status", "reason").unique().rows()) == {("suppressed", "small")}
    assert hidden.select(pl.all_horizontal(pl.col("told", "value", "low_95").is_null()).all()).item()


def told(growth: Mapping[int, float], last: int = 40, level: int = 1000, noise: float = 0.0, seed: int = 5) -> Told:
    """A stock that stands at ``level`` in the end and at a part of it at small delays; the same in every delivery."""
    rng = np.random.default_rng(5)
    finals = level * (1 + noise * rng.standard_normal(last + 1))
    return Told(
        {
            (delivery, month): round(finals[month] * growth.get(delivery - month, 1.0))
            for delivery in range(10, last + 1)
            for month in range(max(0, delivery - 14), delivery + 1)
        }
    )


def newest(counts: Told) -> Predicted:
    """The nowcast of the newest month of one city by itself."""
    found = Measure("stock", {"a": counts}, {"a": 40}).predicted("a", 40, 40)
    assert found is not None
    return found


def test_what_never_changes_is_told_as_it_is_and_what_always_grows_alike_is_known():
    for found in (newest(told({})), newest(told({0: 0.8, 1: 0.9}))):
        assert (found.value, *found.band(0.95)) == pytest.approx((1000, 1000, 1000), abs=1)


def test_counts_that_are_undone_give_a_nowcast_below_what_is_told():
    undone = told({0: 1.1, 1: 1.04}, noise=0.05)
    assert newest(undone).value < undone.counts[40, 40]


def test_quarterly_deliveries_are_nowcast_by_steps_of_three_months():
    monthly = told({0: 0.8, 1: 0.9, 3: 0.97})
    quarterly = Told({key: count for key, count in monthly.counts.items() if key[0] % 3 == 1})
    assert quarterly.step == 3
    assert newest(quarterly).value == pytest.approx(1000, abs=2)


def test_a_record_that_held_too_little_hides_the_band_and_says_so(protected, monkeypatch):
    steady = told({0: 0.9}, noise=0.05)
    assert Measure("stock", {"a": steady}, {"a": 40}).covered("a") > 0.9
    counted_again = {
        (delivery, month): round(count * (1.3 if delivery >= 35 and delivery - month >= 6 else 1))
        for (delivery, month), count in steady.counts.items()
    }
    assert Measure("stock", {"a": Told(counted_again)}, {"a": 40}).covered("a") < 0.85
    monkeypatch.setattr(Measure, "covered", lambda *_: 0.8)
    found = nowcast({"gent": protected}, threshold=10).filter(status="nowcast")
    assert found.height >= 3
    assert found["reason"].unique().to_list() == ["record"]
    assert found.select(pl.all_horizontal(pl.col("low_80", "high_80", "low_95", "high_95").is_null()).all()).item()


def overtaken(counts: Told, by: float) -> Told:
    """The same, but the newest delivery found more in the month before it than ever before."""
    return Told({key: round(count * (by if key == (40, 39) else 1)) for key, count in counts.counts.items()})


def test_a_month_that_changed_more_than_ever_has_a_wider_band_and_so_has_the_one_after_and_the_rows_say_so(
    protected, monkeypatch
):
    steady = told({0: 0.9, 1: 0.96}, noise=0.05)
    calm = Measure("stock", {"a": steady}, {"a": 40})
    assert [calm.unusual("a", 40, month) for month in (38, 39, 40)] == [1, 1, 1]
    odd = Measure("stock", {"a": overtaken(steady, 1.1)}, {"a": 40})
    assert odd.unusual("a", 40, 38) == 1
    assert odd.unusual("a", 40, 39) == odd.unusual("a", 40, 40) > 1.5
    assert odd.unusual("a", 39, 39) == 1
    monkeypatch.setattr(Measure, "unusual", lambda *_: 2.0)
    found = nowcast({"gent": protected}, threshold=10).filter(status="nowcast")
    assert found["reason"].unique().to_list() == ["unusual"]
    assert found["low_95"].null_count() == 0


def noisy(counts: Told, seed: int, by: float = 1.0) -> Told:
    """The same with chance in it; all that is told of the newest month is times ``by``."""
    rng = np.random.default_rng(seed)
    return Told(
        {
            key: round(count * (by if key[1] == 40 else 1)) + int(rng.integers(-9, 10))
            for key, count in counts.counts.items()
        }
    )


def test_a_month_stays_odd_as_long_as_it_is_not_settled_and_its_neighbours_are_not():
    late = noisy(told({0: 0.9, 1: 0.96, 2: 0.98}, last=41, noise=0.05), 1)
    stopped = Told({key: round(count * (0.8 if key == (39, 39) else 1)) for key, count in late.counts.items()})
    odd = Measure("stock", {"a": stopped}, {"a": 41})
    assert odd.unusual("a", 40, 39) > 1.5
    assert odd.unusual("a", 41, 39) > 1.5
    assert odd.unusual("a", 41, 40) == 1


def test_what_befalls_every_city_at_once_is_seen_sooner_than_what_befalls_one():
    last = dict.fromkeys("abcdef", 40)
    cities = {name: noisy(told({0: 0.9, 1: 0.96}), seed) for seed, name in enumerate(last, 20)}
    one = Measure("stock", {**cities, "a": overtaken(cities["a"], 1.02)}, last)
    every = Measure("stock", {name: overtaken(counts, 1.02) for name, counts in cities.items()}, last)
    assert all(every.unusual(name, 40, 39) > 1 for name in cities)
    assert 1 <= one.unusual("a", 40, 39) < every.unusual("a", 40, 39)
    assert all(one.unusual(name, 40, 39) == 1 for name in "bcdef")


def test_a_newest_stock_that_moved_in_all_cities_alike_widens_its_band_alone_and_one_city_that_moved_widens_none():
    last = dict.fromkeys("abcdef", 40)
    calm = {name: noisy(told({0: 0.9, 1: 0.96}), seed) for seed, name in enumerate(last, 20)}
    moved = {name: noisy(told({0: 0.9, 1: 0.96}), seed, by=1.04) for seed, name in enumerate(last, 20)}
    every, one = Measure("stock", moved, last), Measure("stock", {**calm, "a": moved["a"]}, last)
    assert Measure("stock", calm, last).shift("a", 40, 40) == one.shift("a", 40, 40) == 0
    assert every.shift("a", 40, 40) == pytest.approx(0.04, rel=0.1)
    assert every.shift("a", 40, 39) == every.shift("a", 39, 39) == 0
    assert replace(every, name="inflow").shift("a", 40, 40) == 0
    assert every.is_odd("a", 40, 40)
    wide, usual = every.predicted("b", 40, 40), one.predicted("b", 40, 40)
    assert wide is not None
    assert usual is not None
    assert wide.error > 2 * usual.error


def test_open_months_are_those_after_o_and_no_city_gives_no_rows():
    assert open_origins(LAST, "stock") == [LAST - 2, LAST - 1, LAST]
    assert open_origins(LAST - 1, "inflow") == [LAST - 3]
    assert nowcast({}, threshold=10).equals(NOWCAST.empty())


def test_a_band_that_could_have_been_told_knows_nothing_of_later_deliveries():
    cities = {name: noisy(told({0: 0.9, 1: 0.96}), seed, by=1.04) for seed, name in enumerate("abcdef")}
    then = {
        name: Told({key: count for key, count in made.counts.items() if key[0] <= 30}) for name, made in cities.items()
    }
    now, before = Measure("stock", cities, dict.fromkeys(cities, 40)), Measure("stock", then, dict.fromkeys(then, 30))
    for origin in open_origins(30, "stock"):
        assert now.predicted("a", 30, origin) == before.predicted("a", 30, origin)
