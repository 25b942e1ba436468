"""Sums worked out by hand or once by R (4.2.2), where a published data set would not see a small mistake."""

import math

import numpy as np
import pytest

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.funnel import overdispersion, poisson_limits, widened_limits
from demad.estimators.proportions import wilson
from demad.estimators.ranks import rank_intervals
from demad.estimators.rates import byar, exact_poisson
from demad.estimators.survival import kaplan_meier, log_log_band, quantile, restricted_mean
from demad.estimators.trend import Trend, arrow, cochran_armitage, mann_kendall, poisson_trend

Z = 1.959963984540054


def test_the_restricted_mean_of_four_people():
    # S = 3/4, 3/8; area to month 3: 1 + 3/4 + 3/8. Var = (9/8)^2 / 12 + (3/8)^2 / 2.
    mean = restricted_mean(np.array([4, 2]), np.array([1, 1]))
    error = math.sqrt(81 / 64 / 12 + 9 / 64 / 2)
    assert mean.value == 2.125
    assert mean.standard_error == pytest.approx(error, rel=1e-12)
    assert [mean.low, mean.high] == pytest.approx([2.125 - Z * error, 2.125 + Z * error], rel=1e-12)


def test_a_restricted_mean_stays_between_nought_and_its_horizon():
    capped = restricted_mean(np.array([2, 1]), np.array([1, 0]))  # 2 +- 1.386, of at most 3
    assert (capped.low, capped.high) == (pytest.approx(2 - Z * math.sqrt(0.5)), 3.0)
    floored = restricted_mean(np.array([2, *[1] * 6]), np.array([1, *[0] * 6]))  # 4.5 +- 4.85
    assert (floored.low, floored.high) == (0.0, 8.0)
    certain = restricted_mean(np.array([3, 3]), np.array([0, 0]))
    assert certain.value == 3
    assert np.isnan([certain.low, certain.high]).all()


def test_a_curve_exactly_at_a_half_has_its_median_there():
    assert quantile(np.array([0.75, 0.5, 0.5]), 0.5) == 2
    assert quantile(np.array([0.75, np.nan, 0.4]), 0.5) == 3
    assert quantile(np.array([0.5 + 1e-11]), 0.5) != 1


def test_nobody_at_risk_changes_nothing():
    curve = kaplan_meier(np.array([1, 0, 1]), np.array([0, 0, 0]))
    assert curve.value.tolist() == [1, 1, 1]
    last = kaplan_meier(np.array([2, 1]), np.array([1, 1]))
    assert last.greenwood.tolist() == [0.5, 0.5]  # the last exit adds nothing: 1 / (1 x 0) does not exist


def test_the_band_narrows_to_the_value_without_error_and_never_leaves_nought_to_one():
    low, high = log_log_band(np.array([0.5, 0.5, 1e-14, 1.0]), np.array([0.0, 1e9, 0.1, 0.1]))
    assert (low[0], high[0]) == (0.5, 0.5)
    assert (low[1], high[1]) == (0.0, 1.0)
    assert np.isnan([*low[2:], *high[2:]]).all()


def test_without_censoring_an_incidence_is_a_proportion_with_its_variance():
    # Ten start; 3, 2 and 1 leave, of whom each time one to work: 3 in 10, variance 0.3 x 0.7 / 10.
    share = cumulative_incidence(np.array([10, 7, 5]), np.array([3, 2, 1]), np.array([1, 1, 1]), horizon=3)
    assert share.value == pytest.approx(0.3, rel=1e-12)
    assert share.variance == pytest.approx(0.021, rel=1e-12)
    width = Z * math.sqrt(0.021) / abs(0.3 * math.log(0.3))
    assert [share.low, share.high] == pytest.approx([0.3 ** math.exp(width), 0.3 ** math.exp(-width)], rel=1e-12)


def test_a_month_with_nobody_or_only_the_last_one_counts_for_nothing():
    gap = cumulative_incidence(np.array([2, 0, 1]), np.array([1, 0, 1]), np.array([1, 0, 1]), horizon=3)
    assert (gap.value, gap.variance) == (1.0, 0.0)


def test_limits_between_two_counts():
    # Poisson(10): P(X <= 3) = 0.01034, P(<= 4) = 0.02925; P(<= 16) = 0.97296, P(<= 17) = 0.98572.
    low, high = poisson_limits(np.array([10.0, 0.0]), 0.95)
    assert low[0] == pytest.approx((4 - (0.0292526880769611 - 0.025) / 0.0189166374010352) / 10, rel=1e-9)
    assert high[0] == pytest.approx((17 - (0.985722386402950 - 0.975) / 0.012763996187751) / 10, rel=1e-9)
    assert np.isnan([low[1], high[1]]).all()


def test_of_a_single_expected_exit_nought_is_no_surprise():
    assert poisson_limits(np.array([1.0]), 0.998)[0][0] == 0
    assert widened_limits(np.array([1.0]), 0.0, 0.998)[0][0] == 0
    assert np.isnan(widened_limits(np.array([0.0]), 0.0, 0.95)).all()


def test_limits_with_the_spread_between_cities():
    # 3.0902 x sqrt(1/400 + 1/100) = 0.34549
    low, high = widened_limits(np.array([100.0]), 0.01, 0.998)
    half = 3.090232306167813 * math.sqrt(0.0125)
    assert [low[0], high[0]] == pytest.approx([(1 - half) ** 2, (1 + half) ** 2], rel=1e-9)


def test_the_spread_of_units_of_one_size():
    # w = 4 E = 400 each; sum w - sum w^2 / sum w = 12 x 400.
    observed = np.array([60, 70, 80, 85, 90, 95, 100, 105, 110, 120, 130, 140, 150])
    found = overdispersion(observed, np.full(13, 100.0))
    z = 2 * (np.sqrt(observed) - 10)
    assert found.phi == pytest.approx(float((z**2).sum()) / 13, rel=1e-12)
    kept = np.clip(
        z, np.sort(z)[1] + 0.2 * (np.sort(z)[2] - np.sort(z)[1]), np.sort(z)[10] + 0.8 * np.ptp(np.sort(z)[10:12])
    )
    assert found.phi_winsorised == pytest.approx(float((kept**2).sum()) / 13, rel=1e-12)
    assert found.tau2 == pytest.approx((13 * found.phi_winsorised - 12) / 4800, rel=1e-12)
    assert overdispersion(np.array([130]), np.array([100.0])).tau2 == 0


def test_a_little_spread_of_two_units_and_of_very_small_ones():
    # z = -1 and 1, winsorised -0.8 and 0.8: 2 x 0.64 - 1 = 0.28, over 800 - 400.
    little = overdispersion(np.array([9.5**2, 10.5**2]), np.array([100.0, 100.0]))
    assert little.tau2 == pytest.approx(0.28 / 400, rel=1e-12)
    # z = -1 and 2, winsorised -0.7 and 1.7: 0.49 + 2.89 - 1 = 2.38, over 2 - 1.
    small = overdispersion(np.array([0, 2.25]), np.array([0.25, 0.25]))
    assert small.tau2 == pytest.approx(2.38, rel=1e-12)


def test_exact_intervals_at_their_ends():
    assert wilson(np.array(5), np.array(10)) == pytest.approx((0.2365931, 0.7634069), abs=1e-7)
    assert wilson(np.array(1), np.array(1)) == pytest.approx((0.2065493, 1.0), abs=1e-6)
    assert exact_poisson(np.array(1)) == pytest.approx((-math.log(0.975), 5.571643390938), rel=1e-9)
    assert byar(np.array([0, 1]))[0] == pytest.approx([0, (1 - 1 / 9 - Z / 3) ** 3])


def test_ranks_of_three_cities_of_whom_one_is_far_below():
    ranks = rank_intervals(np.array([500, 0, 500]), np.array([1000, 1000, 1000]))
    assert (ranks.low[1], ranks.middle[1], ranks.high[1]) == (1, 1, 1)
    assert sorted([int(ranks.low[0]), int(ranks.high[0])]) == [2, 3]
    assert set(ranks.middle[[0, 2]]) <= {2, 3}


def test_nought_of_three_against_three_of_three_is_clear_enough():
    # Shares of 1/8 and 7/8: the first beats the second, ties halved, in 1.6 % of the draws.
    ranks = rank_intervals(np.array([0, 3]), np.array([3, 3]))
    assert (ranks.high[0], ranks.low[1]) == (1, 2)


def test_ranks_of_nobody_who_did_are_a_toss_up():
    ranks = rank_intervals(np.array([0, 0, 0]), np.array([10**6, 10**6, 10**6]))
    assert ranks.low.tolist() == [1, 1, 1]
    assert ranks.high.tolist() == [3, 3, 3]
    assert ranks.middle.tolist() == [2, 2, 2]


def test_trend_in_proportions_with_the_years_as_they_come():
    found = cochran_armitage(np.array([15, 18, 22, 25]), np.array([120, 118, 125, 119]))
    assert (found.statistic, found.p_value) == pytest.approx((3.3534318274231514, 0.0670650591489459), rel=1e-9)
    # Slope: the share grows from 12.5 to 21 % in three steps.
    assert found.slope == pytest.approx(0.02785, abs=1e-5)
    everybody = cochran_armitage(np.array([5, 5]), np.array([5, 5]))
    nobody = cochran_armitage(np.array([0, 0]), np.array([5, 5]))
    assert (everybody.statistic, everybody.p_value) == (nobody.statistic, nobody.p_value) == (0.0, 1.0)


def test_kendall_of_five_and_of_a_long_series():
    found = mann_kendall(np.array([3, 1, 4, 2, 5]))
    assert (found.statistic, found.p_value, found.slope) == pytest.approx((7, 0.483333333333333, 0.4))
    assert mann_kendall(np.array([2, 4, 1, 3])).p_value == 1  # three up, three down
    assert mann_kendall(np.arange(50)).statistic == 1225  # exact: all pairs up
    long = mann_kendall(np.arange(51))
    assert long.statistic == pytest.approx(1275 / math.sqrt(51 * 50 * 107 / 18), rel=1e-12)
    tied = mann_kendall(np.array([1, 1, 2, 2, 3, 4, 5, 5]))
    assert (tied.statistic, tied.p_value) == pytest.approx((3.166502481905618, 0.00154284029497692), rel=1e-9)
    assert tied.slope == pytest.approx(25 / 28)
    assert mann_kendall(np.array([3, 3, 3])) == Trend(0.0, 1.0, 0.0)
    falling = mann_kendall(np.array([5, 5, 3, 2]))
    assert falling.statistic < 0 < falling.p_value < 0.2
    assert falling.slope < 0


def test_poisson_trends_are_those_of_r():
    waving = poisson_trend(np.array([100, 140, 90, 135, 95, 120]))
    assert waving.slope == pytest.approx(0.0025210182837969, rel=1e-7)
    assert waving.statistic == pytest.approx(0.0500156549831784, rel=1e-7)
    assert waving.p_value == pytest.approx(0.9625078, abs=1e-6)  # t with 4 degrees of freedom
    rising = poisson_trend(np.array([100, 120, 145, 170, 205, 250]))  # less dispersed than Poisson: counts as 1
    assert (rising.slope, rising.statistic) == pytest.approx((0.181968160357619, 9.48795100849567), rel=1e-7)
    assert rising.p_value == pytest.approx(0.0006885962, rel=1e-6)
    assert poisson_trend(np.array([5, 9])) == Trend(0.0, 1.0, 0.0)
    assert poisson_trend(np.array([0, 0, 0])) == Trend(0.0, 1.0, 0.0)
    # Of 0, 1, 1 with x = exp(slope): (x + 2 x^2) / (1 + x + x^2) = 3 / 2, so x^2 - x - 3 = 0.
    assert poisson_trend(np.array([0, 1, 1])).slope == pytest.approx(math.log((1 + math.sqrt(13)) / 2), rel=1e-9)
    assert poisson_trend(np.array([1, 2, 4])).slope == pytest.approx(math.log(2), rel=1e-9)


def test_an_arrow_needs_less_than_two_in_a_thousand():
    firm = [Trend(9.0, 0.003, 0.1)] * 5
    assert arrow(Trend(9.5, 0.002, 0.1), firm, points=5) == "none"
    assert arrow(Trend(9.6, 0.00199, 0.1), firm, points=5) == "up"
    assert arrow(Trend(9.6, float("nan"), 0.1), firm, points=5) == "none"
