"""From the rows of published cohorts, through our own counting, to R's figures: 1e-9."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from demad.estimators.rates import exact_poisson
from demad.estimators.survival import kaplan_meier, quantile, restricted_mean
from tests.estimators.cohort import Cohort, cohort

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLES = json.loads((FOLDER / "oracles.json").read_text(encoding="utf-8"))
DAYS_IN_MONTH = 30.4375


def cancer(*sexes: int) -> Cohort:
    rows = pl.read_csv(FOLDER / "survival_cancer.csv", infer_schema_length=None).filter(pl.col("sex").is_in(sexes))
    months = np.ceil(rows["time"].to_numpy() / DAYS_IN_MONTH)
    return cohort(np.zeros(rows.height), months, rows["status"].to_numpy() == 2)


def residents(sex: str) -> Cohort:
    """Ages in months: nobody is at risk before moving in."""
    rows = pl.read_csv(FOLDER / "KMsurv_channing.csv").filter(
        pl.col("gender") == {"male": 1, "female": 2}[sex], pl.col("age") > pl.col("ageentry")
    )
    return cohort(rows["ageentry"].to_numpy(), rows["age"].to_numpy(), rows["death"].to_numpy())


def test_the_cancer_cohort_from_its_rows():
    oracle, counted = ORACLES["km_cancer_months"], cancer(1, 2)
    curve = kaplan_meier(counted.n, counted.events)
    at = np.array(oracle["at"]["time"]) - 1
    assert counted.n[at].tolist() == oracle["at"]["n_risk"]
    error = curve.value * np.sqrt(curve.greenwood)
    for ours, name in ((curve.value, "surv"), (error, "se"), (curve.low, "lower"), (curve.high, "upper")):
        np.testing.assert_allclose(ours[at], oracle["at"][name], rtol=1e-9, atol=1e-12, err_msg=name)
    for p, q, low, high in zip(*oracle["quantiles_loglog"].values(), strict=True):
        assert [quantile(band, p) for band in (curve.value, curve.low, curve.high)] == [q, low, high]
    for row in oracle["rmst"]:
        mean = restricted_mean(counted.n[: row["tau"] - 1], counted.events[: row["tau"] - 1])
        assert [mean.value, mean.standard_error] == pytest.approx([row["rmst"], row["se"]], rel=1e-9)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_the_residents_enter_late(sex):
    oracle, counted = ORACLES["channing"][sex], residents(sex)
    curve = kaplan_meier(counted.n, counted.events)
    at = np.array(oracle["table"]["time"]) - 1
    assert counted.n[at].tolist() == oracle["table"]["n_risk"]
    assert counted.events[at].tolist() == oracle["table"]["n_event"]
    np.testing.assert_allclose(curve.value[at], oracle["table"]["surv"], rtol=1e-9, atol=1e-12)
    given = counted.given(68 * 12)
    curve = kaplan_meier(given.n, given.events)
    error = curve.value * np.sqrt(curve.greenwood)
    at = np.array(oracle["cond68"]["at"]["time"]) - 1
    np.testing.assert_allclose(curve.value[at], oracle["cond68"]["at"]["surv"], rtol=1e-9)
    np.testing.assert_allclose(error[at], oracle["cond68"]["at"]["se"], rtol=1e-9, atol=1e-12)
    inside = np.array(oracle["cond68"]["at"]["surv"]) < 1
    for band, name in ((curve.low, "lower"), (curve.high, "upper")):
        np.testing.assert_allclose(band[at][inside], np.array(oracle["cond68"]["at"][name])[inside], rtol=1e-9)
    for p, q, low, high in zip(*oracle["cond68"]["quantiles"].values(), strict=True):
        assert [quantile(band, p) for band in (curve.value, curve.low, curve.high)] == [q, low, high]


def test_whoever_forgets_the_late_entry_finds_other_figures():
    rows = pl.read_csv(FOLDER / "KMsurv_channing.csv").filter(pl.col("gender") == 1, pl.col("age") > pl.col("ageentry"))
    naive = cohort(np.zeros(rows.height), rows["age"].to_numpy(), rows["death"].to_numpy())
    oracle = ORACLES["channing"]["male"]["naive_ignoring_truncation_at"]
    at = np.array(oracle["time"]) - 1
    np.testing.assert_allclose(kaplan_meier(naive.n, naive.events).value[at], oracle["surv"], rtol=1e-9)


def test_the_time_between_two_infections_from_its_rows():
    # The clock starts at an infection, runs to the next one or to the end of follow-up, in months.
    rows = pl.read_csv(FOLDER / "survival_cgd.csv", infer_schema_length=None).sort("id", "tstart")
    same = (rows["id"] == rows["id"].shift(-1)).fill_null(False)
    exits = rows.with_columns(next_stop=pl.col("tstop").shift(-1), next_status=pl.col("status").shift(-1), same=same)
    exits = exits.filter(pl.col("status") == 1)
    oracle = ORACLES["reinflow_cgd"]
    assert exits.height == oracle["n_exits"]
    followed = exits.filter("same")
    assert exits.height - followed.height == oracle["n_no_followup"]
    gaps = np.ceil((followed["next_stop"] - followed["tstop"]).to_numpy() / DAYS_IN_MONTH)
    counted = cohort(np.zeros(followed.height), gaps, followed["next_status"].to_numpy())
    curve = kaplan_meier(counted.n, counted.events)
    at = np.array(oracle["at"]["time"]) - 1
    assert counted.n[at].tolist() == oracle["at"]["n_risk"]
    error = curve.value * np.sqrt(curve.greenwood)
    for ours, name in ((curve.value, "surv"), (error, "se"), (curve.low, "lower"), (curve.high, "upper")):
        np.testing.assert_allclose(ours[at], oracle["at"][name], rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", ["smokers", "nonsmokers"])
def test_the_exact_interval_of_an_indirect_ratio_is_that_of_r(name):
    oracle = ORACLES["std_breslow"][name]
    low, high = exact_poisson(np.array(oracle["O"]))
    assert [low / oracle["E"], high / oracle["E"]] == pytest.approx(oracle["isr_exact"], rel=1e-9)
