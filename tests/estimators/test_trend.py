"""Trends against R, and the rule of the arrow."""

import json
from pathlib import Path

import numpy as np
import pytest

from demad.estimators.trend import Trend, arrow, cochran_armitage, mann_kendall, poisson_trend

ORACLES = json.loads((Path(__file__).parents[1] / "oracles" / "oracles.json").read_text(encoding="utf-8"))


def test_trend_in_proportions_is_that_of_r():
    oracle = ORACLES["trend_prop"]
    found = cochran_armitage(np.array(oracle["x"]), np.array(oracle["n"]), np.array(oracle["scores"]))
    assert (found.statistic, found.p_value) == pytest.approx((oracle["chisq"], oracle["p"]), rel=1e-9)
    assert found.slope > 0


def test_kendall_is_that_of_r():
    oracle = ORACLES["trend_kendall"]
    found = mann_kendall(np.array(oracle["y"]))
    assert (found.statistic, found.p_value, found.slope) == pytest.approx(
        (oracle["T"], oracle["p"], oracle["tau"]), rel=1e-9
    )


def test_kendall_with_ties_does_without_the_exact_law():
    assert mann_kendall(np.array([1, 1, 2, 2, 3, 4, 5, 5])).p_value < 0.01
    assert mann_kendall(np.array([3, 3, 3])).p_value == 1.0


def test_counts_that_double_have_a_trend_and_counts_that_wave_have_none():
    assert poisson_trend(np.array([100, 120, 145, 170, 205, 250])).slope == pytest.approx(0.18, abs=0.01)
    assert poisson_trend(np.array([100, 140, 90, 135, 95, 120])).p_value > 0.3
    assert poisson_trend(np.zeros(6)).p_value == 1.0


@pytest.mark.parametrize(
    ("trend", "points", "breaks", "shown"),
    [
        (Trend(9.6, 0.0019, 0.1), 5, 0, "up"),
        (Trend(9.6, 0.0019, -0.1), 9, 0, "down"),
        (Trend(9.6, 0.0019, 0.1), 4, 0, "none"),  # too few years
        (Trend(9.6, 0.0019, 0.1), 9, 1, "none"),  # a merger in between
        (Trend(9.5, 0.0021, 0.1), 9, 0, "none"),  # chance
    ],
)
def test_when_an_arrow_may_appear(trend, points, breaks, shown):
    assert arrow(trend, [trend] * points, points=points, breaks=breaks) == shown


def test_an_arrow_must_stand_without_any_one_point():
    trend = Trend(15.0, 0.0001, 0.1)
    firm, weak, turned = Trend(7.0, 0.0099, 0.1), Trend(6.0, 0.0101, 0.1), Trend(7.0, 0.0099, -0.1)
    assert arrow(trend, [firm] * 6, points=6) == "up"
    assert arrow(trend, [*[firm] * 5, weak], points=6) == "none"
    assert arrow(trend, [*[firm] * 5, turned], points=6) == "none"


def test_proportions_that_never_vary_have_no_trend():
    assert cochran_armitage(np.zeros(5), np.full(5, 10)).p_value == 1.0
