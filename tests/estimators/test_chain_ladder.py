"""The chain ladder and its over-dispersed Poisson model against published examples, by hand, and where counts fall."""

import json
from pathlib import Path

import numpy as np
import pytest

from demad.estimators.chain_ladder import development, mack
from demad.estimators.overdispersed_poisson import bootstrap, fitted

ORACLES = json.loads((Path(__file__).parents[1] / "oracles" / "chain_ladder.json").read_text(encoding="utf-8"))
EXAMPLES = ("genins", "raa")
PRINTED_BY_MACK = [0, 75_535, 121_699, 133_549, 261_406, 411_010, 558_317, 875_328, 971_258, 1_363_155]
nan = np.nan


def triangle(name: str) -> np.ndarray:
    return np.array(ORACLES[name]["triangle"], dtype=float)


@pytest.mark.parametrize("name", EXAMPLES)
def test_factors_final_counts_and_errors_are_the_published_ones(name):
    oracle, factors, found = ORACLES[name], development(triangle(name)), mack(triangle(name))
    assert factors.factor == pytest.approx(oracle["factors"], rel=1e-6)
    assert np.sqrt(factors.variance) == pytest.approx(oracle["sigma"], rel=1e-6)
    assert found.ultimate == pytest.approx(oracle["ultimate"], rel=1e-6)
    assert found.error == pytest.approx(oracle["mack_error"], rel=1e-6)
    assert found.total == pytest.approx(sum(oracle["ultimate"]), rel=1e-6)
    assert found.total_error == pytest.approx(oracle["mack_total_error"], rel=1e-6)


def test_errors_of_the_example_are_those_that_mack_printed():
    found = mack(triangle("genins"))
    assert np.round(found.error).tolist() == PRINTED_BY_MACK
    assert round(found.total_error) == 2_447_095


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_poisson_model_has_the_dispersion_of_a_regression_and_the_margins_of_the_triangle(name):
    counts, model = triangle(name), fitted(triangle(name))
    known = ~np.isnan(counts)
    seen = np.where(known, np.diff(counts, axis=1, prepend=0.0), 0.0)
    expected = np.where(known, model.increments, 0.0)
    assert model.dispersion == pytest.approx(ORACLES[name]["dispersion"], rel=1e-6)
    assert expected.sum(axis=0) == pytest.approx(seen.sum(axis=0), rel=1e-9)
    assert expected.sum(axis=1) == pytest.approx(seen.sum(axis=1), rel=1e-9)
    assert model.increments.sum(axis=1) == pytest.approx(mack(counts).ultimate, rel=1e-9)


def test_the_bootstrap_spreads_as_the_regression_says_and_repeats_itself():
    oracle, counts = ORACLES["genins"], triangle("genins")
    draws = bootstrap(counts, 400, seed=1)
    total = draws.sum(axis=1)
    paid = mack(counts).total - oracle["reserve"]
    assert np.array_equal(draws, bootstrap(counts, 400, seed=1))
    assert draws[:, 0] == pytest.approx(np.full(400, counts[0, -1]))  # nothing is to come
    assert total.mean() - paid == pytest.approx(oracle["reserve"], rel=0.04)
    assert total.std() == pytest.approx(oracle["prediction_error"], rel=0.12)


def test_factors_worked_out_by_hand():
    # 100 -> 90 and 200 -> 210: factor 300 / 300 = 1, variance (100 * 0.1^2 + 200 * 0.05^2) / 1 = 1.5
    # the third month stands at 400; error^2 = 400^2 * 1.5 * (1 / 400 + 1 / 300) = 1400
    found = mack(np.array([[100, 90], [200, 210], [400, nan]]))
    factors = development(np.array([[100, 90], [200, 210], [400, nan]]))
    assert (factors.factor[0], factors.variance[0], factors.base[0]) == pytest.approx((1.0, 1.5, 300.0))
    assert found.ultimate.tolist() == [90, 210, 400]
    assert found.error == pytest.approx([0, 0, 1400**0.5])


def test_counts_that_are_undone_give_factors_below_one_and_draws_on_both_sides():
    counts = np.array([[100, 96, 95], [120, 113, 113], [80, 79, nan], [110, nan, nan]])
    found, draws = mack(counts), bootstrap(counts, 500, seed=3)
    assert (found.ultimate[2:] < np.array([79, 110])).all()
    assert (found.error[2:] > 0).all()
    assert fitted(counts).increments[3, 1] < 0
    assert draws[:, 3].min() < found.ultimate[3] < draws[:, 3].max()


def test_what_never_changes_is_certain_and_nothing_stays_nothing():
    same = mack(np.array([[50, 50, 50], [70, 70, nan], [60, nan, nan]]))
    none = mack(np.array([[0, 0], [0, nan]]))
    assert same.ultimate.tolist() == [50, 70, 60]
    assert same.total_error == 0
    assert (none.ultimate.tolist(), none.total_error) == ([0, 0], 0)
    assert bootstrap(np.array([[50.0, 50], [70, nan]]), 3, seed=1).tolist() == [[50, 70]] * 3


def test_a_delay_that_nobody_reached_twice_borrows_its_variance():
    factors = development(np.array([[100, 110, 111], [90, 96, nan], [120, 131, nan], [80, nan, nan]]))
    assert factors.variance[1] == factors.variance[0]
