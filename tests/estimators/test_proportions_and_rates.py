"""Intervals of shares and counts against published values."""

import numpy as np
import pytest

from demad.estimators.proportions import wilson
from demad.estimators.rates import count_interval


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
