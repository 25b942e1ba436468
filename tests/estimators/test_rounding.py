"""What rounding adds to an interval: by hand, and against the spread over thousands of random offsets."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.proportions import variance_of_chance, wilson
from demad.estimators.rates import count_interval
from demad.estimators.rounding import linear_variance, of_survival, offset_variance
from demad.estimators.survival import kaplan_meier, log_log_band, restricted_mean

BASE, S = 5, 2.0
QUARTERS, MONTHS = 8, 12
WORLDS, DRAWS = 40, 150  # cities of the same size, and offsets for each of their tables


def p(count: np.ndarray, offset: np.ndarray) -> np.ndarray:
    return (count + offset) // BASE * BASE


def test_an_error_is_an_offset_that_all_share_less_a_remainder_of_its_own():
    # Over all offsets 0..4 and all remainders: the error of one count has variance 2 + 2, of two counts they share 2.
    offset, first, second = np.meshgrid(*[np.arange(BASE)] * 3)
    errors = [(p(count, offset) - count).ravel() for count in (first, second)]
    shared = np.cov(*errors, bias=True)
    assert offset_variance(BASE) == S
    assert errors[0].mean() == 0
    assert shared.tolist() == [[2 * S, S], [S, 2 * S]]


def test_one_step_of_a_curve_by_hand():
    # ln S = ln(1 - 10/100): derivatives 10 / (100 x 90) = 1/900 to n and -1/90 = -10/900 to d.
    # One table: 2 x ((1 - 10)^2 + 1 + 10^2) / 900^2 = 2 x 182 / 810000.
    curve = kaplan_meier(np.array([100]), np.array([10]), rounding=np.array(S))
    assert curve.rounding[0] == pytest.approx(2 * 182 / 810_000, rel=1e-12)
    low, high = log_log_band(np.array(0.9), 0.9 * np.sqrt(10 / 9000 + 2 * 182 / 810_000))
    assert (curve.low[0], curve.high[0]) == (pytest.approx(low), pytest.approx(high))


def test_of_a_cohort_the_start_and_the_losses_are_rounded():
    # n = 100, 80; d = 10, 8; lost before the second month: 20. Derivatives of ln S, in 1/900 and 1/720:
    # to n(1): 1/900 + 8/(80 x 72) = 1/900 + 1/720; to lost(2): -1/720; to D(1): -1/90 + 1/72; to D(2): -1/72.
    curve = kaplan_meier(np.array([100, 80]), np.array([10, 8]), rounding=np.array(S), cohort=True)
    gradient = np.array([1 / 900 + 1 / 720, -1 / 720, -1 / 90 + 1 / 72, -1 / 72])
    assert curve.rounding[1] == pytest.approx(S * (gradient.sum() ** 2 + (gradient**2).sum()), rel=1e-12)


def test_a_share_gets_the_interval_of_as_many_fewer_people():
    # 28 of 96: q = 30/100, chance .21/96; rounding that adds as much again leaves half the people: 14 of 48.
    added = 0.3 * 0.7 / 96
    assert variance_of_chance(np.array(28), np.array(96)) == pytest.approx(added)
    assert wilson(np.array(28), np.array(96), added=added) == pytest.approx(wilson(np.array(14), np.array(48)))


@pytest.mark.parametrize("events", [40.0, 12.0, 3.0, 1.0])
def test_a_count_gets_the_interval_of_a_smaller_count_scaled_back(events):
    # With 1 / O added to the relative variance 1 / O the interval is that of O / 2 events, times 2.
    low, high = count_interval(np.array(events), added=1 / events)
    half_low, half_high = count_interval(np.array(events / 2))
    assert (low, high) == (pytest.approx(2 * half_low), pytest.approx(2 * half_high))


def test_a_count_that_is_less_than_one_person_has_a_low_end_of_its_own():
    low, _ = count_interval(np.array(5.0), added=1.8)  # as 5 / (1 + 9) = 0.5 events
    assert low == pytest.approx(10 * gamma.ppf(0.025, 0.5), rel=1e-12)


@pytest.mark.parametrize("added", [0.0, np.zeros(1)])
def test_where_nothing_is_rounded_nothing_changes_to_the_last_bit(added):
    n, d = np.array([40.0, 30.0, 21.0]), np.array([3.0, 5.0, 1.0])
    assert wilson(d, n, added=added)[0].tolist() == wilson(d, n)[0].tolist()
    assert count_interval(d, added=added)[1].tolist() == count_interval(d)[1].tolist()
    assert kaplan_meier(n, d, rounding=added).low.tolist() == kaplan_meier(n, d).low.tolist()


def spread_to_formula(errors: np.ndarray, formula: np.ndarray) -> float:
    """Variance over the offsets (first axis), a mean over worlds, beside what the formula says of protected counts."""
    return float(errors.var(axis=0).mean() / formula.mean())


def period_tables(entrants: float, tables: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """n, d and d of one cause: world by quarter by k; so many start each month and 6 to 4 % leave each month."""
    chance = np.random.default_rng(seed)
    hazard = 0.06 * np.exp(-np.arange(1, steps + 1) / 40)
    staying = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    n = chance.poisson(3 * entrants * staying, (WORLDS, tables, steps))
    d = chance.binomial(n, hazard)
    return n, d, chance.binomial(d, 0.3)


def protected(n: np.ndarray, *events: np.ndarray, seed: int, cohort: bool = False) -> list[np.ndarray]:
    """Sums of the tables, protected under offsets drawn anew: draw by world by step; events at most n."""
    offset = np.random.default_rng(seed).integers(0, BASE, (DRAWS, *n.shape[:2], 1))
    start = n[..., :1]
    rounded = np.maximum(p(start, offset) - p(start - n, offset), 0) if cohort else p(n, offset)
    at_risk = rounded.sum(axis=2)
    steps = [np.diff(p(np.cumsum(d, axis=-1), offset), axis=-1, prepend=0).sum(axis=2) for d in events]
    return [at_risk, *(np.minimum(d, at_risk) for d in steps)]


@pytest.mark.parametrize(("entrants", "least"), [(6, 0.7), (12, 0.85), (60, 0.88), (250, 0.88)])
def test_curves_err_over_the_offsets_as_much_as_is_said(entrants, least):
    # 6 entrants a month is the smallest city; there rounded steps of nobody do not err, and the formula is cautious.
    n, d, own = period_tables(entrants, QUARTERS, 2 * MONTHS - 1, seed=entrants)
    exact_n, exact_d, exact_own = (counts.sum(axis=1) for counts in (n, d, own))
    rounded = protected(n, d, own, seed=entrants + 1)
    rounding = np.full((DRAWS, WORLDS), QUARTERS * S)
    year = [counts[..., :MONTHS] for counts in rounded]
    curve = kaplan_meier(*year[:2], rounding=rounding)
    truth = kaplan_meier(exact_n[..., :MONTHS], exact_d[..., :MONTHS]).value[..., -1]
    share = cumulative_incidence(*year, horizon=MONTHS, rounding=rounding)
    left = cumulative_incidence(exact_n, exact_d, exact_own, horizon=MONTHS).value
    mean = restricted_mean(*rounded[:2], rounding=rounding)
    ratios = {
        "still on": spread_to_formula(np.log(curve.value[..., -1]) - np.log(truth), curve.rounding[..., -1]),
        "left for a cause": spread_to_formula(share.value - left, share.rounding),
        "mean months": spread_to_formula(mean.value - restricted_mean(exact_n, exact_d).value, mean.rounding),
    }
    assert {name: ratio for name, ratio in ratios.items() if not least < ratio < 1.15} == {}


@pytest.mark.parametrize("exits", [25, 100, 400])
def test_so_do_cohorts_and_the_product_of_two_shares(exits):
    chance = np.random.default_rng(exits)
    n = np.zeros((WORLDS, MONTHS, MONTHS), dtype=np.int64)  # twelve quarters, twelve months
    d = np.zeros_like(n)
    left = chance.poisson(exits, n.shape[:2])
    every = left + chance.poisson(2 * exits, n.shape[:2])
    away = left
    for month in range(MONTHS):
        n[..., month], d[..., month] = away, chance.binomial(away, 0.03)
        away = away - d[..., month]
        away = away - chance.binomial(away, 0.02)
    offset = np.random.default_rng(7).integers(0, BASE, (DRAWS, *n.shape[:2], 1))
    at_risk, back = protected(n, d, seed=7, cohort=True)
    rounding = np.full((DRAWS, WORLDS), MONTHS * S)
    curve = kaplan_meier(at_risk, back, rounding=rounding, cohort=True)
    truth = kaplan_meier(n.sum(axis=1), d.sum(axis=1)).value[..., -1]
    of_curve = spread_to_formula(np.log(curve.value[..., -1]) - np.log(truth), curve.rounding[..., -1])
    activated, exited = (p(counts, offset[..., 0]).sum(axis=2) for counts in (left, every))
    product = activated / exited * curve.value[..., -1]
    to_risk, to_returns = of_survival(at_risk, back, product[..., None], cohort=True)
    to_risk[..., 0] += curve.value[..., -1] / exited  # who left is n(1): one count
    formula = linear_variance([(-product / exited)[..., None], to_risk, to_returns], rounding)
    of_product = spread_to_formula(product - left.sum(axis=1) / every.sum(axis=1) * truth, formula)
    assert 0.8 < of_curve < 1.15
    assert 0.8 < of_product < 1.15


def test_shares_err_at_most_as_much_as_is_said():
    # 2 s w (1 + p^2) / n^2 leaves out that part and whole share their offset: 1 - p + p^2 would do.
    chance = np.random.default_rng(3)
    whole = chance.poisson(60, (WORLDS, 4))
    part = chance.binomial(whole, 0.3)
    offset = chance.integers(0, BASE, (2000, WORLDS, 4))
    x, n = (p(counts, offset).sum(axis=-1) for counts in (part, whole))
    errors = x / n - part.sum(axis=-1) / whole.sum(axis=-1)
    assert 0.85 < spread_to_formula(errors, 2 * S * 4 * (1 - x / n + (x / n) ** 2) / n**2) < 1.15
    assert 0.6 < spread_to_formula(errors, 2 * S * 4 * (1 + (x / n) ** 2) / n**2) < 1.0


def test_twelve_months_of_which_three_share_an_offset():
    # (3 o - r1 - r2 - r3) a quarter: 9 s + 3 s; four quarters: 48 s.
    chance = np.random.default_rng(4)
    months = chance.integers(5, 60, (WORLDS, 12))
    offset = np.repeat(chance.integers(0, BASE, (2000, WORLDS, 4)), 3, axis=-1)
    errors = p(months, offset).sum(axis=-1) - months.sum(axis=-1)
    assert errors.var(axis=0).mean() == pytest.approx(48 * S, rel=0.15)
