"""Factors of several triangles, shrunk to what they share by what they rest on, and bands that widen."""

import numpy as np
import pytest

from demad.estimators.chain_ladder import development, mack
from demad.estimators.shrunk_factors import predicted, shrunk_factors

nan = np.nan
SMALL = np.array([[10, 12], [20, 19], [15, 18.0]])
LARGE = np.array([[1000, 1010], [2000, 2030], [1500, 1512.0]])


def test_a_triangle_alone_keeps_its_own_factors_and_has_macks_error():
    triangle = np.array([[100, 90, 92], [200, 210, 211], [150, 149, nan], [400, nan, nan]])
    own, found = development(triangle), shrunk_factors([triangle])[0]
    assert found.factor == pytest.approx(own.factor)
    last = predicted(400, 0, found)
    assert last.value == pytest.approx(mack(triangle).ultimate[3])
    # Mack's recursion by hand: f1 = 449/450, s1 from three pairs, f2 = 303/300, s2 from two
    f, s, x = own.factor, own.variance, own.base
    first = 400 * s[0] + 400**2 * s[0] / x[0]
    value = 400 * f[0]
    assert last.error**2 == pytest.approx(f[1] ** 2 * first + value * s[1] + value**2 * s[1] / x[1])


def test_a_small_triangle_goes_further_to_the_common_factor_than_a_large_one():
    own = [development(one).factor[0] for one in (SMALL, LARGE)]
    small, large = shrunk_factors([SMALL, LARGE, LARGE * np.array([1.0, 1.3])])[:2]
    middle = (own[1] + 1.3 * own[1]) / 2
    assert abs(large.factor[0] - own[1]) < abs(small.factor[0] - own[0])
    assert abs(small.factor[0] - middle) < abs(own[0] - middle)


def test_triangles_that_differ_by_chance_only_share_one_factor():
    alike = [np.array([[100, 95], [100, 115.0]]), np.array([[100, 104], [100, 106.0]])]
    both = shrunk_factors(alike)
    assert both[0].factor[0] == both[1].factor[0] == pytest.approx(1.05)


def test_a_city_without_vintages_has_the_factor_of_the_others_and_a_wider_error():
    none = np.full((1, 2), nan)
    other, own = shrunk_factors([none, SMALL, LARGE])[:2]
    assert other.error[0] >= own.error[0] > 0
    alone = shrunk_factors([none])[0]
    assert (alone.factor[0], alone.error[0]) == (1, 0)
    assert shrunk_factors([]) == []


def test_bands_hold_the_value_widen_with_the_level_and_with_what_rounding_adds():
    factors = shrunk_factors([SMALL, LARGE])[0]
    found, rounded = predicted(40, 0, factors), predicted(40, 0, factors, rounding=4.0)
    (low_80, high_80), (low_95, high_95) = found.band(0.8), found.band(0.95)
    assert low_95 < low_80 < found.value < high_80 < high_95
    assert rounded.error > found.error
    assert predicted(40, 1, factors).band(0.95) == (40, 40)  # settled: nothing is to come
    assert predicted(0, 0, factors).band(0.95) == (0, 0)
