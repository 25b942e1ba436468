"""Kaplan-Meier against hand sums and against R."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demad.estimators.survival import kaplan_meier, log_log_band, quantile, restricted_mean

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLES = json.loads((FOLDER / "oracles.json").read_text(encoding="utf-8"))


def every_month(table: dict) -> tuple[np.ndarray, np.ndarray]:
    """R lists only months with an event or censoring; in between the risk set stays, without events."""
    months = range(1, max(table["time"]) + 1)
    at = {time: i for i, time in enumerate(table["time"])}
    later = [min(time for time in table["time"] if time >= month) for month in months]
    n = [table["n_risk"][at[time]] for time in later]
    d = [table["n_event"][at[month]] if month in at else 0 for month in months]
    return np.array(n), np.array(d)


def test_a_running_spell_is_at_risk_until_it_is_censored():
    # Four start; one leaves after 1 month, one is censored after 1, one leaves after 2, one stays.
    curve = kaplan_meier(np.array([4, 2]), np.array([1, 1]))
    assert curve.value.tolist() == [0.75, 0.375]  # 3/4, then 3/4 x 1/2
    assert curve.greenwood.tolist() == [1 / 12, 1 / 12 + 1 / 2]  # 1/(4 x 3) + 1/(2 x 1)


def test_a_curve_without_exits_stays_one_and_has_no_band():
    curve = kaplan_meier(np.array([5, 4]), np.array([0, 0]))
    assert curve.value.tolist() == [1.0, 1.0]
    assert np.isnan(curve.low).all()


def test_a_curve_that_reaches_zero_has_no_band_there():
    curve = kaplan_meier(np.array([3, 1]), np.array([2, 1]))
    assert curve.value[-1] == 0.0
    assert np.isnan(curve.high[-1])


def test_survival_errors_and_band_are_those_of_r_on_the_cancer_data():
    oracle = ORACLES["km_cancer_months"]
    n, d = every_month(oracle["table"])
    curve = kaplan_meier(n, d)
    at = [time - 1 for time in oracle["at"]["time"]]
    np.testing.assert_allclose(curve.value[at], oracle["at"]["surv"], atol=1e-9)
    errors = (curve.value * np.sqrt(curve.greenwood))[at]
    np.testing.assert_allclose(errors, oracle["at"]["se"], atol=1e-9)
    np.testing.assert_allclose(curve.low[at], oracle["at"]["lower"], atol=1e-9)
    np.testing.assert_allclose(curve.high[at], oracle["at"]["upper"], atol=1e-9)


def test_quantiles_and_their_intervals_are_those_of_r():
    oracle = ORACLES["km_cancer_months"]
    curve = kaplan_meier(*every_month(oracle["table"]))
    for p, q, low, high in zip(*oracle["quantiles_loglog"].values(), strict=True):
        assert quantile(curve.value, p) == q
        assert quantile(curve.low, p) == low
        assert quantile(curve.high, p) == high


def test_time_to_return_is_that_of_r_on_gap_times():
    oracle = ORACLES["reinflow_cgd"]
    curve = kaplan_meier(*every_month(oracle["table"]))
    at = [time - 1 for time in oracle["at"]["time"]]
    np.testing.assert_allclose(curve.value[at], oracle["at"]["surv"], atol=1e-9)
    np.testing.assert_allclose(curve.low[at], oracle["at"]["lower"], atol=1e-9)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_delayed_entry_given_68_years_is_that_of_r(sex):
    oracle = ORACLES["channing"][sex]
    table, cond = oracle["table"], oracle["cond68"]["at"]
    n, d = (np.array(table[name]) for name in ("n_risk", "n_event"))
    later = np.array(table["time"]) > 68 * 12
    value = kaplan_meier(n[later], d[later]).value
    times = np.array(table["time"])[later]
    for time, survival in zip(cond["time"], cond["surv"], strict=True):
        assert [1.0, *value[times <= time]][-1] == pytest.approx(survival, abs=1e-9)


def test_the_median_is_not_reached_where_half_never_leaves():
    assert np.isnan(quantile(np.array([0.9, 0.6]), 0.5))


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), min_size=1, max_size=20))
def test_a_curve_never_rises_and_its_band_holds_it(steps):
    n = np.array([count for count, _ in steps])
    d = np.array([int(share * count) for count, share in steps])
    curve = kaplan_meier(n, d)
    assert (np.diff(curve.value) <= 0).all()
    inside = ~np.isnan(curve.low)
    assert (curve.low[inside] <= curve.value[inside]).all()
    assert (curve.value[inside] <= curve.high[inside]).all()


def test_a_band_around_a_half_is_worked_out_by_hand():
    # 0.5^exp(+-1.96 x 0.1 / (0.5 ln 2)) = 0.5^1.7602 and 0.5^0.5681
    low, high = log_log_band(np.array(0.5), np.array(0.1))
    assert low == pytest.approx(0.2952, abs=5e-4)
    assert high == pytest.approx(0.6745, abs=5e-4)


@pytest.mark.parametrize("row", ORACLES["km_cancer_months"]["rmst"], ids=lambda row: f"tau={row['tau']}")
def test_the_restricted_mean_and_its_error_are_those_of_r(row):
    n, d = every_month(ORACLES["km_cancer_months"]["table"])
    mean = restricted_mean(n[: row["tau"] - 1], d[: row["tau"] - 1])
    assert (mean.value, mean.standard_error) == pytest.approx((row["rmst"], row["se"]), rel=1e-9)
    assert mean.low < mean.value < mean.high


def test_the_restricted_mean_counts_who_is_still_there():
    # Ten start, five leave after 1..5 months, five are still there at 24: 1 + 2 + 3 + 4 + 5 + 5 x 24 over 10.
    n, d = np.array([10, 9, 8, 7, 6, *[5] * 18]), np.array([1, 1, 1, 1, 1, *[0] * 18])
    assert restricted_mean(n, d).value == pytest.approx(13.5)
