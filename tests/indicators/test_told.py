"""What a city never tells: figures that rest on it are not computable, and never 0 %."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from bench.towns import counted
from demad.catalogue import indicator
from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluate
from demad.indicators.grid import City, Grid, Scope, figures
from demad.indicators.grid import counted as plain_count
from demad.indicators.told import DECISIONS, OUTCOMES, PROJECTS, REASONS, RESTING_ON_REASON, never_told, rests_on
from demad.protection import offsets_known_elsewhere, pool, protect
from demad.quantities import exact
from demad.records.secrets import seeded
from demad.synthetic import extracts
from demad.tables.observation import Observation

Rows = list[tuple[str, str, int, int]]
MAIN = {"variant": "main", "breakdown": "total"}


Asked = list[tuple[str, int, int, int, int]]
ASKED = {"city": pl.String, **dict.fromkeys(("day", "n", "d_decided", "known"), pl.Int64)}


def tables(flows: Rows, stocks: Rows, asked: Asked | None = None) -> dict[str, pl.DataFrame]:
    """As far as read: FLOWS of (city, period, outflow, out_unknown), STOCKS of (city, month, stock, gpmi).

    And APPLICATIONS of (city, day, n, d_decided, known).
    """
    return {
        "applications": pl.DataFrame(asked or [], ASKED, orient="row"),
        "flows": pl.DataFrame(flows, ["city", "period", "outflow", "out_unknown"], orient="row").with_columns(
            **{name: pl.lit(word) for name, word in MAIN.items()}
        ),
        "stocks": pl.DataFrame(stocks, ["city", "month", "stock", "gpmi"], orient="row").with_columns(
            **{name: pl.lit(word) for name, word in MAIN.items()}
        ),
    }


@pytest.mark.parametrize(
    ("flows", "stocks", "untold"),
    [
        ([("gent", "2025Q1", 20, 20), ("gent", "2025Q2", 20, 20)], [("gent", "1", 90, 4)], {REASONS}),
        ([("gent", "2025Q1", 20, 20), ("gent", "2025Q2", 20, 19)], [("gent", "1", 90, 4)], set()),
        ([("gent", "2025Q1", 20, 20), ("gent", "2025-01", 20, 20)], [("gent", "1", 90, 4)], set()),  # too few to see it
        ([("gent", "2025Q1", 40, 4)], [("gent", "1", 90, 0), ("gent", "2", 90, 0)], {PROJECTS}),
        ([("gent", "2025Q1", 40, 4)], [("gent", "1", 29, 0)], set()),
        ([("gent", "2025Q1", 40, 40)], [("gent", "1", 90, 0)], {REASONS, PROJECTS}),
    ],
)
def test_what_is_never_told_is_seen_from_the_counts_where_there_are_enough(flows: Rows, stocks: Rows, untold: set[str]):
    assert never_told(tables(flows, stocks)).get("gent", frozenset()) == untold
    assert never_told(tables(flows, stocks)).get("aalst", frozenset()) == frozenset()


@pytest.mark.parametrize(
    ("asked", "untold"),
    [
        ([("gent", 0, 40, 0, 0), ("gent", 1, 40, 0, 0)], {DECISIONS, OUTCOMES}),
        ([("gent", 0, 40, 0, 9), ("gent", 1, 40, 0, 0)], {DECISIONS}),
        ([("gent", 0, 40, 0, 0), ("gent", 1, 40, 1, 0)], {OUTCOMES}),
        ([("gent", 0, 29, 0, 0), ("gent", 1, 29, 0, 0)], set()),  # too few to see it
    ],
)
def test_a_city_that_never_tells_when_or_what_it_decides_is_seen_too(asked: Asked, untold: set[str]):
    assert never_told(tables([("gent", "2025Q1", 40, 4)], [("gent", "1", 90, 4)], asked)).get("gent", set()) == untold


def test_each_figure_says_what_it_needs_a_city_to_tell():
    assert {rests_on(id, "total") for id in RESTING_ON_REASON} == {REASONS}
    assert (rests_on("outflow_count", "reason"), rests_on("outflow_count", "total")) == (REASONS, "")
    after = "status_after_start_6m"
    assert (rests_on(after, "start_status"), rests_on(after, "total")) == (REASONS, "")
    assert (rests_on("gpmi_share", "age"), rests_on("caseload_stock", "total")) == (PROJECTS, "")
    of_applications = ("application_within_30d", "application_days_median", "application_refused_share")
    assert [rests_on(id, "total") for id in of_applications] == [DECISIONS, DECISIONS, OUTCOMES]


@pytest.mark.slow
def test_of_a_city_that_tells_no_reasons_no_figure_of_them_is_exact_or_published():
    """Both ways: exact and protected; a city beside it that tells them keeps every figure."""
    bare = {}
    for slug, frames in extracts(people=2_000, seed=3, cities=["aalst", "turnhout"]):
        silent = {"stopreden": None, "gpmi": None} if slug == "turnhout" else {}
        leefloon = frames["leefloon"].with_columns(
            pl.lit(word, dtype=frames["leefloon"].schema[name]).alias(name) for name, word in silent.items()
        )
        bare[slug] = counted(slug, {**frames, "leefloon": leefloon}, date(2022, 1, 1))
    true = evaluate(exact(bare.values())).frame
    whole = pool(protect(found, seeded(slug)) for slug, found in bare.items())
    elsewhere = offsets_known_elsewhere(whole, {slug: seeded(slug) for slug in bare})
    shown = publish(evaluate(whole), Policy(), gate(whole, None, elsewhere).groups).frame
    resting = pl.col("indicator").is_in([*RESTING_ON_REASON, "gpmi_share"]) | (pl.col("breakdown") == "reason")
    for frame in (true, shown):
        of_city = frame.filter(resting, city="turnhout")
        assert of_city.height > 50
        assert set(of_city.filter(pl.col("breakdown") != "sex")["status"]) == {"not_computable"}
        assert set(of_city["status"]) <= {"not_computable", "suppressed"}  # the gate hides a sex
        assert of_city["value"].null_count() == of_city["numerator"].null_count() == of_city.height
        assert frame.filter(resting, city="aalst")["value"].null_count() < of_city.height
    share = true.filter(indicator="outflow_unknown_share", city="turnhout", breakdown="total", variant="main")
    assert set(share["value"].drop_nulls()) == {1.0}  # why they are not there


def test_a_figure_of_a_city_that_does_not_tell_is_null_and_of_the_other_it_stays():

    window = Observation(date(2025, 1, 1), date(2025, 12, 31), full_history=True)
    silent = City("gent", 0, 11, True, True, True, True, window, 1, frozenset({PROJECTS}))
    told = replace(silent, slug="aalst", untold=frozenset())
    scope = Scope((told, silent), {"total": ("total",)}, is_protected=False, offset_variance=0.0)
    grid = Grid("main", "total", scope, ["2025-12"], np.ones((2, 1), dtype=bool))
    rows = figures(indicator("gpmi_share"), grid, plain_count(np.full((2, 1, 1), 12.0)))
    assert rows.select("city", "value", "status").rows() == [("aalst", 12.0, "low_n"), ("gent", None, "not_computable")]
    kept = figures(indicator("caseload_stock"), grid, plain_count(np.full((2, 1, 1), 12.0)))
    assert kept["value"].to_list() == [12.0, 12.0]
