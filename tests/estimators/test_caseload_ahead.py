"""A stock carried forward: nothing moves without hazards and inflow, and true parameters give the true mean."""

import numpy as np
import pytest

from demad.estimators.caseload_ahead import STATES, Hazards, Inflow, project, smoothed

STOCK = np.arange(STATES, dtype=float)[::-1] * 3
NOBODY_LEAVES = Hazards(np.zeros(STATES), np.full(STATES, 100.0))
NONE = Inflow(np.zeros(12))


def test_without_exits_and_inflow_the_projection_is_the_stock():
    drawn = project(STOCK, NOBODY_LEAVES, NONE, draws=20)
    assert (drawn.stock == STOCK.sum()).all()
    assert drawn.band(0.95).tolist() == [[STOCK.sum()] * 12] * 2
    assert (drawn.coming == 0).all()


def test_with_certain_exits_nobody_is_left_and_only_who_comes_in_is_there():
    all_leave = Hazards(np.full(STATES, 1e9), np.full(STATES, 1e9))
    drawn = project(STOCK, all_leave, Inflow(np.full(12, 50.0)), draws=50)
    assert drawn.staying[:, 0].max() <= STOCK.sum() * 0.05
    assert drawn.coming[:, 1:].mean() == pytest.approx(50, rel=0.05)  # each leaves after a month


def test_a_constant_hazard_gives_the_geometric_mean_that_is_worked_out_by_hand():
    # 2 % a month of 1,000 people, and 30 a month who come in: 1000 * 0.98^12 + 30 * (1 - 0.98^12) / 0.02
    hazards = Hazards(np.full(STATES, 2000.0), np.full(STATES, 100_000.0))
    stock = np.full(STATES, 1000 / STATES)
    drawn = project(stock, hazards, Inflow(np.full(12, 30.0)), draws=500)
    expected = np.rint(stock).sum() * 0.98**12 + 30 * (1 - 0.98**12) / 0.02
    assert drawn.stock[:, -1].mean() == pytest.approx(expected, rel=0.01)


def test_true_parameters_of_a_simulated_world_give_its_mean_within_two_percent():
    rng = np.random.default_rng(4)
    states = np.arange(STATES)
    true = 0.09 * np.exp(-states / 15) + 0.01
    world = _simulated(true, monthly=40, months=240, rng=rng)
    at_risk = world["months"].astype(float)
    drawn = project(world["stock"], Hazards(at_risk * true, at_risk), Inflow(np.full(12, 40.0)), draws=300)
    futures = [_simulated(true, monthly=40, months=12, rng=rng, begin=world["stock"])["stock"].sum() for _ in range(60)]
    assert drawn.stock[:, -1].mean() == pytest.approx(np.mean(futures), rel=0.02)
    low, high = drawn.band(0.95)[:, -1]
    assert np.mean([low <= future <= high for future in futures]) >= 0.9


def _simulated(true, *, monthly, months, rng, begin=None):
    """A world person by person: each has an elapsed month, leaves with the hazard of its state, or stays."""
    place = np.minimum
    elapsed = np.repeat(np.arange(STATES), np.rint(begin).astype(int)) if begin is not None else np.zeros(0, dtype=int)
    seen = np.zeros(STATES, dtype=int)
    for _ in range(months):
        np.add.at(seen, place(elapsed, STATES - 1), 1)
        elapsed = elapsed[rng.random(len(elapsed)) >= true[place(elapsed, STATES - 1)]]
        further = np.where(elapsed < STATES - 2, 1, rng.random(len(elapsed)) < 1 / 60)
        elapsed = np.concatenate([place(elapsed + further, STATES - 1), np.zeros(rng.poisson(monthly), dtype=int)])
    return {"stock": np.bincount(elapsed, minlength=STATES), "months": seen + 1000}


def test_the_same_seed_gives_the_same_draws_and_uncertain_hazards_and_a_drifting_inflow_widen_the_band():
    few, many = (Hazards(np.full(STATES, n * 0.02), np.full(STATES, n)) for n in (50.0, 5000.0))
    steady, drifting = Inflow(np.full(12, 30.0)), Inflow(np.full(12, 30.0), drift=0.15)
    assert np.array_equal(project(STOCK, few, steady).stock, project(STOCK, few, steady).stock)
    width = [np.ptp(project(STOCK, one, inflow).band(0.95)[:, -1]) for one, inflow in
             ((many, steady), (few, steady), (many, drifting))]  # fmt: skip
    assert width[1] > width[0]
    assert width[2] > width[0]


def test_a_scenario_that_doubles_exits_leaves_fewer_and_states_without_people_lean_on_their_band():
    hazards = Hazards(np.full(STATES, 10.0), np.full(STATES, 500.0))
    assert project(STOCK, hazards, NONE, factor=2.0).stock.mean() < project(STOCK, hazards, NONE).stock.mean()
    thin = Hazards(np.array([6.0, 0, 0, *[0] * 59]), np.array([100.0, 0, 100, *[0] * 59]))
    assert smoothed(thin)[:3] == pytest.approx([(6 + 20 * 0.03) / 120, 0.03, 20 * 0.03 / 120])
    assert smoothed(thin)[10] == 0
