"""Aalen-Johansen by hand and by its identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier
from tests.naive.estimators import incidence


def test_who_moved_cannot_find_work_any_more():
    # Four start; after 1 month one works, after 2 one moves, after 3 one of the two left works.
    n, d, work = np.array([4, 3, 2]), np.array([1, 1, 1]), np.array([1, 0, 1])
    share = cumulative_incidence(n, d, work, horizon=3)
    assert share.value == pytest.approx(1 / 4 + 3 / 4 * 2 / 3 * 1 / 2)  # 0.5; 1 - KM of work alone says 0.625


def test_the_incidence_of_every_cause_together_is_one_minus_survival():
    n, d = np.array([10, 7, 4]), np.array([2, 3, 1])
    work = np.array([1, 2, 0])
    total = sum(cumulative_incidence(n, d, part, horizon=3).value for part in (work, d - work))
    assert total + kaplan_meier(n, d).value[-1] == pytest.approx(1.0, abs=1e-12)


def test_with_one_cause_the_variance_is_greenwoods():
    n, d = np.array([20, 15, 9]), np.array([3, 2, 4])
    share = cumulative_incidence(n, d, d, horizon=3)
    curve = kaplan_meier(n, d)
    assert share.variance == pytest.approx(curve.value[-1] ** 2 * curve.greenwood[-1], rel=1e-12)


def test_without_an_event_there_is_no_interval():
    share = cumulative_incidence(np.array([5]), np.array([0]), np.array([0]), horizon=1)
    assert share.value == 0
    assert np.isnan(share.low)


def test_steps_after_the_horizon_do_not_count():
    n, d = np.array([5, 4]), np.array([1, 4])
    assert cumulative_incidence(n, d, d, horizon=1).value == pytest.approx(0.2)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=15))
def test_an_incidence_lies_in_its_interval(steps):
    n = np.array([a for a, _, _ in steps])
    d = np.minimum(n, [b for _, b, _ in steps])
    part = np.minimum(d, [c for _, _, c in steps])
    share = cumulative_incidence(n, d, part, horizon=len(steps))
    assert 0 <= share.value <= 1 + 1e-12
    if not np.isnan(share.low):
        assert share.low <= share.value <= share.high


def test_where_rounding_lets_more_leave_for_a_cause_than_in_all_chance_is_zero_and_never_less():
    n, d, moved = np.array([45, 45, 45, 10, 5]), np.array([0, 10, 5, 0, 0]), np.array([0, 0, 0, 5, 5])
    share = cumulative_incidence(n, d, moved, horizon=5)
    reached, variance = incidence(n.tolist(), moved.tolist(), d.tolist())
    assert share.value == pytest.approx(float(reached), rel=1e-12)
    assert share.variance == variance == 0
    assert cumulative_incidence(n, d, moved, horizon=5, rounding=2.0).rounding > 0
