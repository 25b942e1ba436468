"""Intervals of shares and counts against published values."""

import json
from pathlib import Path

import numpy as np
import pytest

from demad.estimators.proportions import wilson
from demad.estimators.rates import byar, count_interval, exact_poisson

ORACLES = json.loads((Path(__file__).parents[1] / "oracles" / "oracles.json").read_text(encoding="utf-8"))


def test_wilson_of_three_in_ten():
    # (6 + 3.8415 -+ 1.96 sqrt(3.8415 + 12 x 0.7)) / (2 x 13.8415)
    low, high = wilson(np.array(3), np.array(10))
    assert low == pytest.approx(0.1077913, abs=1e-6)
    assert high == pytest.approx(0.6032219, abs=1e-6)


def test_wilson_of_nothing_starts_at_zero_and_of_nobody_is_unknown():
    low, _ = wilson(np.array([0, 0]), np.array([10, 0]))
    assert low[0] == 0
    assert np.isnan(low[1])


def test_byar_at_ten_and_exact_below():
    low, high = count_interval(np.array([10, 9, 0]))
    assert low == pytest.approx([4.787, 4.115, 0.0], abs=1e-3)
    assert high == pytest.approx([18.391, 17.085, 3.689], abs=1e-3)


@pytest.mark.parametrize("row", ORACLES["proportion_ci"], ids=lambda row: f"{row['x']}/{row['n']}")
def test_intervals_of_proportions_are_those_of_r(row):
    assert wilson(np.array(row["x"]), np.array(row["n"])) == pytest.approx(row["wilson"], abs=1e-9)


@pytest.mark.parametrize("row", ORACLES["poisson_ci"], ids=lambda row: f"O={row['o']}")
def test_intervals_of_counts_are_those_of_r(row):
    for interval, name in ((exact_poisson, "exact"), (byar, "byar")):
        assert interval(np.array(row["o"])) == pytest.approx(row[name], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("row", ORACLES["oe_ci"], ids=lambda row: f"O={row['O']}")
def test_ratios_of_observed_to_expected_are_those_of_r(row):
    low, high = exact_poisson(np.array(row["O"]))
    assert [row["O"] / row["E"], low / row["E"], high / row["E"]] == pytest.approx(
        [row["ratio"], *row["exact"]], rel=1e-9
    )
