"""The yardstick of a city is what the other cities give together, and the unknown reasons are placed as written."""

from __future__ import annotations

import polars as pl
import pytest

from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool, protect, without_each
from demad.records.secrets import seeded
from demad.tables.kinds import ProtectedFigures
from tests.indicators.by_hand import every_month, of_tables

CITIES = ("aalst", "brugge", "genk", "gent", "turnhout")


def city(slug: str, size: int, unknown: int) -> ProtectedTables:
    """Entrants of two years who leave at one pace, one in three to work, some for a reason that nobody wrote down."""
    quarters = [f"{year}Q{quarter}" for year in (2018, 2019) for quarter in (1, 2, 3, 4)]
    risk = [
        {
            "period": period,
            "k": k,
            "n": size * (25 - k) // 20,
            "d_work": size // 40,
            "d_moved": size // 60,
            "d_unknown": unknown,
            "c": 0,
        }
        for period in quarters
        for k in range(1, 13)
    ]
    flow = every_month("2018-01", 24, out_work=size // 10, out_moved=size // 15, out_unknown=unknown)
    tables = of_tables(slug, stock=every_month("2018-01", 24, stock=8 * size), flow=flow, spell_risk=risk)
    return protect(tables, seeded(slug))


@pytest.fixture(scope="module")
def protected() -> dict[str, ProtectedTables]:
    sizes = dict(zip(CITIES, (120, 160, 200, 900, 90), strict=True))
    return {slug: city(slug, size, unknown=size // 80) for slug, size in sizes.items()}


@pytest.fixture(scope="module")
def figures(protected) -> ProtectedFigures:
    return evaluate(pool(protected.values()))


@pytest.mark.parametrize("left_out", CITIES)
def test_the_others_give_what_their_own_pool_would_give(protected, figures, left_out):
    others = evaluate(pool(one for slug, one in protected.items() if slug != left_out)).frame
    key = ["indicator", "period"]
    expected = others.filter(city="all", variant="main", breakdown="total").select(*key, "value", "low", "high")
    found = figures.yardsticks.filter(~pl.col("indicator").str.ends_with("_oe"), city=left_out)
    both = found.join(expected, on=key, how="inner").filter(pl.col("others").is_not_null())
    assert {"outflow_rate", "still_on_12m", "cif_work_12m", "outflow_unknown_share"} <= set(both["indicator"])
    for ours, theirs in (("others", "value"), ("others_low", "low"), ("others_high", "high")):
        assert both[ours].is_null().to_list() == both[theirs].is_null().to_list()
        assert both[ours].drop_nulls().to_list() == pytest.approx(both[theirs].drop_nulls().to_list(), rel=1e-9)
    assert set(both["pooled"]) == {4}


def test_with_four_cities_nobody_has_a_yardstick_of_others(protected):
    few = evaluate(pool(list(protected.values())[:4])).yardsticks
    assert few.filter(~pl.col("indicator").str.ends_with("_oe")).is_empty()


def test_a_sum_without_each_city_is_protected_and_has_no_groups(protected):
    sums = without_each(pool(protected.values()), CITIES)
    assert set(sums["durations"]["breakdown"]) == {"total"}
    own = protected["gent"]["flows"].filter(variant="main", breakdown="total")["outflow"].sum()
    everybody = sum(
        one["flows"].filter(variant="main", breakdown="total")["outflow"].sum() for one in protected.values()
    )
    assert sums["flows"].filter(city="gent")["outflow"].sum() == everybody - own


def test_unknown_reasons_are_placed_in_proportion_to_the_known_ones(figures):
    row = figures.yardsticks.filter(indicator="cif_work_12m", city="gent", period="2019Q4").row(0, named=True)
    at = {"city": "gent", "period": "2019Q4", "variant": "main", "breakdown": "total"}
    value = figures.frame.filter(indicator="cif_work_12m", **at)["value"].item()
    left = 1 - figures.frame.filter(indicator="still_on_12m", **at)["value"].item()
    open_share = row["most"] - value  # F of the unknown reasons
    assert row["least"] == pytest.approx(value)
    assert row["placed"] == pytest.approx(value * left / (left - open_share))
    assert row["placed_low"] < row["placed"] < row["placed_high"]


def test_below_ten_unknown_exits_the_bounds_are_not_told_and_ten_are_placed():
    few = {slug: city(slug, 90, unknown=0) for slug in CITIES}
    row = evaluate(pool(few.values())).yardsticks.filter(indicator="cif_work_12m", city="gent", period="2019Q4")
    assert row.select("least", "most", "unknown").row(0) == (None, None, None)
    value = row["placed"].item()
    assert value > 0


def test_who_never_tells_a_gpmi_is_neither_among_the_others_nor_in_all_cities():
    """Five cities with a GPMI for half of their people, and a large one that tells none: 50 % everywhere, not less."""

    def with_gpmi(slug: str, size: int, agreed: int) -> ProtectedTables:
        months = every_month("2018-01", 24, stock=size, gpmi=agreed)
        started = [{"period": "2018", "k": k, "n": size if not k else size - agreed} for k in range(4)]
        started[0]["d_gpmi"] = agreed
        left = [
            {"support": "gpmi", "period": year, "m": m, "n": size - agreed, "d_event": 0}
            for year in ("2017", "2018", "2019")
            for m in range(13)
        ]
        left = [row if row["m"] else {**row, "n": size, "d_event": agreed} for row in left]
        rows = of_tables(slug, stock=months, gpmi_start_risk=started, care_leaver_risk=left)
        return protect(rows, seeded(slug))

    telling = [with_gpmi(slug, 1000, 500) for slug in CITIES]
    found = evaluate(pool([*telling, with_gpmi("hasselt", 5000, 0)]))
    resting = {"gpmi_share", "gpmi_start_3m", "careleaver_gpmi_6m"}
    ids = pl.col("indicator").is_in(resting)
    beside = found.yardsticks.filter(ids, pl.col("city") != "hasselt")
    assert set(beside["indicator"]) == resting
    assert set(beside["pooled"]) == {4}
    assert beside["others"].to_list() == pytest.approx([0.5] * beside.height, abs=0.01)
    of_all = found.frame.filter(ids, city="all", variant="main", breakdown="total")
    assert of_all["value"].drop_nulls().to_list() == pytest.approx([0.5] * 28, abs=0.01)
    own = found.frame.filter(ids, city="hasselt", variant="main", breakdown="total")
    assert own.height
    assert set(own["status"]) == {"not_computable"}
