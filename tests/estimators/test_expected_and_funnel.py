"""Observed against expected, funnels and the spread beyond chance, against R's values on published data."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from demad.estimators.funnel import overdispersion, poisson_limits, widened_limits
from demad.estimators.ranks import rank_intervals

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLES = json.loads((FOLDER / "oracles.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def providers() -> pl.DataFrame:
    """Deaths and expected deaths per hospital, by age and type of admission."""
    rows = pl.read_csv(FOLDER / "COUNT_medpar.csv").with_columns(expected=pl.col("died").mean().over("age80", "type"))
    return rows.group_by("provnum").agg(O=pl.col("died").sum(), E=pl.col("expected").sum(), n=pl.len()).sort("provnum")


def test_observed_and_expected_deaths_of_the_hospitals(providers):
    oracle = ORACLES["oe_medpar"]
    assert (providers["O"].sum(), providers["E"].sum()) == (oracle["sum_O"], pytest.approx(oracle["sum_E"], rel=1e-9))
    for head in oracle["head"]:
        row = providers.filter(provnum=head["provnum"]).row(0, named=True)
        assert (row["O"], row["n"]) == (head["O"], head["n"])
        assert row["E"] == pytest.approx(head["E"], rel=1e-9)


def test_the_spread_between_the_hospitals(providers):
    oracle = ORACLES["oe_medpar"]
    found = overdispersion(providers["O"].to_numpy(), providers["E"].to_numpy())
    assert found.phi == pytest.approx(oracle["phi_unwinsorised"], rel=1e-9)
    assert found.phi_winsorised == pytest.approx(oracle["phi_winsorised10"], rel=1e-9)
    assert found.tau2 == oracle["tau2_sqrt_scale"]


def test_units_that_truly_differ_show_it():
    expected = np.full(13, 100.0)
    found = overdispersion(np.array([60, 70, 80, 85, 90, 95, 100, 105, 110, 120, 130, 140, 150]), expected)
    assert found.tau2 > 0
    assert found.phi > found.phi_winsorised > 1


@pytest.mark.parametrize("row", ORACLES["oe_medpar"]["funnel"], ids=lambda row: f"E={row['E']}")
def test_the_limits_lie_at_most_one_count_inside_the_quantiles(row):
    for coverage, low, high in ((0.95, "l95", "u95"), (0.998, "l998", "u998")):
        below, above = poisson_limits(np.array([row["E"]]), coverage)
        quantiles = row["poisson_q"]
        assert quantiles[low] - 1 <= below[0] * row["E"] <= quantiles[low]
        assert quantiles[high] - 1 <= above[0] * row["E"] <= quantiles[high]


def test_the_funnel_narrows_without_steps():
    expected = np.linspace(5, 400, 800)
    low, high = poisson_limits(expected, 0.95)
    assert (np.diff(low) > -1e-3).all()
    assert (np.diff(high) < 1e-3).all()
    assert (low <= 1).all()
    assert (high >= 1).all()


def test_spread_between_cities_widens_the_limits():
    near, far = (widened_limits(np.array([100.0]), tau2, 0.95) for tau2 in (0.0, 0.01))
    assert near == (pytest.approx(0.8136, abs=1e-3), pytest.approx(1.2056, abs=1e-3))
    assert far[0] < near[0] < 1 < near[1] < far[1]


def test_equal_small_cities_can_have_any_rank():
    total = np.array([90, 120, 200, 300, 420, 1800])
    ranks = rank_intervals(total * 3 // 10, total)
    assert ranks.low[0] == 1
    assert ranks.high[0] == 6
    assert (ranks.low <= ranks.middle).all()
    assert (ranks.middle <= ranks.high).all()


def test_a_city_far_above_the_others_is_certainly_last_and_ranks_repeat():
    events, total = np.array([100, 110, 900]), np.array([1000, 1000, 1000])
    first, second = rank_intervals(events, total), rank_intervals(events, total)
    assert first.low[2] == first.high[2] == 3
    assert (first.low == second.low).all()
