"""What must hold between and within the additive tables of any city."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.counting.cells import Block, rows_of
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.quantities import exact
from demad.tables.counts import ADDITIVE, FLOW, STOCK
from demad.tables.months import quarter_label
from demad.tables.observation import Observation
from demad.tables.risk_counts import RETURN_RISK, SPELL_RISK
from demad.tables.terms import AFTER_EXIT, REASONS, STRATA

CUT = Observation(date(2015, 1, 1), date(2020, 9, 30), full_history=False)
FULL = Observation(date(2015, 1, 1), date(2020, 9, 30), full_history=True)


def extract(*, persons: int, seed: int) -> pl.DataFrame:
    """Random decisions of a random city, in the columns of the contract."""
    rng = np.random.default_rng(seed)
    n = persons * 8
    begin = [date(2013, 6, 1) + timedelta(days=int(days)) for days in rng.integers(0, 2600, n)]
    length = rng.integers(-5, 260, n)
    running = rng.random(n) < 0.05
    return pl.DataFrame(
        {
            "persoon": [f"p1-test-{number:04d}" for number in rng.integers(0, persons, n)],
            "wet": rng.choice(["RMI", "RMI", "RMI", "RMH"], n),
            "begin": begin,
            "einde": [
                None if open_ else day + timedelta(days=int(days))
                for day, days, open_ in zip(begin, length, running, strict=True)
            ],
            "categorie": rng.integers(1, 4, n),
            "geboortejaar": rng.integers(1950, 2003, n).astype(np.int32),
            "geslacht": rng.choice(["M", "V", None], n).tolist(),
            "nationaliteit": rng.choice(["BE", "EU", "NEU", None], n).tolist(),
            "student": rng.choice([True, False], n),
            "gpmi": rng.choice(["geen", "algemeen", "studie", "vrijgesteld"], n),
            "stopreden": rng.choice(["W1", "A60", "O1", "V1", "G1", "M1", "S1", "E1", "X1", "X2", "U0"], n),
            "eerste_begin": pl.Series([None] * n, dtype=pl.Date),
            "herkomst": rng.choice(["eerste", "werk", "einde_werkloosheid"], n),
        }
    )


def tables_of(rows: pl.DataFrame, observation: Observation, city: str = "gent") -> dict[str, pl.DataFrame]:
    periods, _ = resolve_periods(rows, observation)
    return count_city([count_shard(Shard(city, observation, periods))])


@pytest.fixture(scope="module", params=[CUT, FULL], ids=["cut", "full"])
def counted(request: pytest.FixtureRequest) -> tuple[Observation, dict[str, pl.DataFrame]]:
    return request.param, tables_of(extract(persons=150, seed=7), request.param)


def test_the_balance_closes_for_every_series_breakdown_and_group(counted):
    observation, tables = counted
    leaving = [f"out_{reason}" for reason in REASONS] + ["end_admin", "end_law"]
    cell = ["variant", "breakdown", "group"]
    months = pl.DataFrame({"month": range(observation.first_month, observation.last_month + 1)}).cast(pl.Int32)
    flow = tables["flow"]
    rows = flow.select(cell).unique().join(months, how="cross").join(flow, on=[*cell, "month"], how="left")
    gap = pl.col("variant").replace_strict({"main": 1, "wide": 1, "gap0": 0, "gap3": 3})
    edge = pl.lit(1) if observation.full_history else gap + 2
    balance = (
        rows.fill_null(0)
        .sort(*cell, "month")
        .with_columns(
            left=pl.sum_horizontal(leaving).shift(1),
            before=pl.col("active").shift(1),
            come=pl.sum_horizontal("in_new", "in_return", "in_unknown"),
        )
        .filter(
            pl.col("month") >= observation.first_month + edge,
            pl.col("month") <= observation.last_month - 2 - gap,
        )
    )
    broken = balance.filter(pl.col("before") - pl.col("left") + pl.col("come") != pl.col("active"))
    assert balance.height > 1000
    assert broken.is_empty()


def test_stock_is_active_less_bridged(counted):
    _, tables = counted
    both = (
        tables["flow"]
        .filter(breakdown="total")
        .join(tables["stock"].filter(breakdown="total"), on=["variant", "month"])
    )
    assert both.height > 100
    assert both.filter(pl.col("active") - pl.col("bridged") != pl.col("stock")).is_empty()


def test_the_risk_set_shrinks_by_exits_and_censored_and_grows_by_entries(counted):
    _, tables = counted
    exits = pl.sum_horizontal([f"d_{reason}" for reason in REASONS])
    by_k = (
        tables["spell_risk"]
        .filter(pl.col("variant") == "main", pl.col("breakdown") == "total", pl.col("k") <= 60)
        .with_columns(d=exits)
        .group_by("k")
        .agg(pl.col("n", "d", "c", "entries").sum())
        .sort("k")
    )
    after = by_k["n"] - by_k["d"] - by_k["c"] + by_k["entries"]
    assert after.head(by_k.height - 1).to_list() == by_k["n"].tail(by_k.height - 1).to_list()


def test_everybody_who_started_is_tracked_once_and_who_is_still_on_is_at_risk_then(counted):
    """Rows add up to 100 %; n(1) of a quarter is who started, n(e + 1) of e months later who is still on."""
    _, tables = counted
    tracking = tables["tracking"]
    parts = pl.sum_horizontal("still_on", "back", "work", "other")
    assert tracking.height > 20
    assert tracking.filter(parts != pl.col("entries")).is_empty()
    at_risk = tables["spell_risk"].filter(variant="main", breakdown="total").select("period", "k", "n")
    known = {(period, k): n for period, k, n in at_risk.iter_rows()}
    for period, elapsed, entries, still_on in tracking.select("period", "elapsed", "entries", "still_on").iter_rows():
        later = quarter_label(int(period[:4]) * 12 + (int(period[-1]) - 1) * 3 + elapsed)
        assert (known[period, 1], known.get((later, elapsed + 1), 0)) == (entries, still_on)


def test_the_bands_of_december_are_together_the_stock_of_december(counted):
    _, tables = counted
    stock = tables["stock"].filter(pl.col("month") % 12 == 11, variant="main", breakdown="total")
    known = {month // 12: persons for month, persons in stock.select("month", "stock").iter_rows()}
    together = tables["years_on"].group_by("year").agg(pl.col("persons").sum()).rows()
    assert together
    assert all(known[year] == persons for year, persons in together)


def test_who_started_in_a_year_is_followed_to_a_gpmi_an_exit_or_the_end(counted):
    """n(0) of a year is n(1) of its quarters; who is not lost at a step is there at the next."""
    _, tables = counted
    followed = tables["gpmi_start_risk"].sort("period", "k")
    at_risk = tables["spell_risk"].filter(variant="main", breakdown="total", k=1)
    at_risk = at_risk.filter(pl.col("n") > 0)
    started = dict(at_risk.group_by(pl.col("period").str.slice(0, 4)).agg(pl.col("n").sum()).iter_rows())
    assert dict(followed.filter(k=0).select("period", "n").iter_rows()) == started
    left = pl.col("n") - pl.sum_horizontal("d_gpmi", "d_exit", "c")
    steps = followed.with_columns(after=pl.col("n").shift(-1).over("period"), left=left).drop_nulls("after")
    assert steps.height > 20
    assert steps["after"].to_list() == steps["left"].to_list()


def test_every_exit_has_one_status_and_who_has_a_leefloon_in_the_third_month_came_back_by_then(counted):
    """Rows add up to 100 %; the exits are those of RETURN_RISK, and at m = 3 those who are back are its returns."""
    _, tables = counted
    statuses = tables["after_exit_status"]
    assert statuses["m"].unique().sort().to_list() == [1, 3, 6, 12]
    assert statuses.filter(pl.sum_horizontal(AFTER_EXIT) != pl.col("exits")).is_empty()
    returns = tables["return_risk"].filter(variant="main", breakdown="total")
    of_year = returns.group_by(period=pl.col("period").str.slice(0, 4)).agg(
        pl.col("exits").sum(), back=pl.col("d_return").filter(pl.col("m") <= 3).sum()
    )
    both = statuses.join(of_year, on="period", suffix="_there")
    assert both.height == statuses.height
    assert both.filter(pl.col("exits") != pl.col("exits_there")).is_empty()
    third = both.filter(pl.col("m") == 3)
    assert third["leefloon_again"].to_list() == third["back"].to_list()
    first = statuses.filter(pl.col("m") == 1)
    assert first.select(pl.sum_horizontal("leefloon_again", "equivalent").sum()).item() == 0


def test_who_is_over_two_years_in_january_is_the_stock_of_that_month(counted):
    _, tables = counted
    stayers = tables["long_stay"]
    january = tables["stock"].filter(pl.col("month") % 12 == 0, variant="main", breakdown="total")
    there = january.select("elapsed_over_24", year=pl.col("month") // 12)
    both = stayers.join(there, on="year")
    assert both.height == stayers.height > 0
    assert both.filter(
        (pl.col("stayers") != pl.col("elapsed_over_24")) | (pl.col("out") > pl.col("stayers"))
    ).is_empty()


@pytest.mark.parametrize("table", [STOCK, FLOW, SPELL_RISK, RETURN_RISK], ids=lambda table: table.name)
@pytest.mark.parametrize("breakdown", list(STRATA))
def test_the_groups_of_a_breakdown_add_up_to_the_total(counted, table, breakdown):
    _, tables = counted
    rows = tables[table.name.lower()].filter(pl.col("variant") == "main")
    sums = {
        name: rows.filter(breakdown=name).select(pl.col(table.counts).sum()).row(0) for name in ("total", breakdown)
    }
    assert sums[breakdown] == sums["total"]


def test_persons_in_shards_add_up_to_the_city():
    rows = extract(persons=120, seed=11)
    part = rows["persoon"].str.slice(-1).is_in(["0", "1", "2", "3"])
    whole = exact([tables_of(rows, CUT)])
    shards = exact([tables_of(rows.filter(part), CUT, "a"), tables_of(rows.filter(~part), CUT, "b")])
    for name in ("stocks", "flows", "durations", "returns"):
        together, apart = (tables[name].filter(city="all") for tables in (whole, shards))
        assert together.equals(apart)


def test_a_city_without_anybody_has_empty_tables():
    tables = tables_of(extract(persons=1, seed=1).clear(), CUT)
    assert {name for name, frame in tables.items() if frame.height} == {"span"}
    assert tables.keys() == {"span", "quality", *(table.name.lower() for table in ADDITIVE)}


def test_cells_without_a_count_have_no_row():
    counts = {"stock": np.array([[0, 2], [0, 0]])}
    axes = {"group": ["M", "V"], "month": [24240, 24241]}
    block = Block({"city": "gent", "variant": "main", "breakdown": "sex"}, axes, counts)
    rows = rows_of(STOCK, [block])
    assert rows.select("group", "month", "stock", "gpmi").rows() == [("M", 24241, 2, 0)]
