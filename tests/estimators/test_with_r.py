"""More published cohorts than the stored ones, worked out by R itself at the moment of testing."""

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier, quantile, restricted_mean
from tests.estimators.cohort import Cohort, cohort

SCRIPT = Path(__file__).with_name("published.R")
COMPETING = ("mgus2", "transplant", "mgus2_age")
LATE = ("mgus2_age", "heart")
COHORTS = ("lung", "veteran", "ovarian", *COMPETING, "heart")
EXACT = 1e-9

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published() -> tuple[dict[str, Cohort], dict[str, dict[tuple[str, float], float]]]:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not on this machine: apt-get install r-base-core r-cran-survival r-cran-cmprsk")
    done = subprocess.run([rscript, str(SCRIPT)], capture_output=True, text=True, timeout=300, check=True)
    rows: dict[str, list] = defaultdict(list)
    found: dict[str, dict[tuple[str, float], float]] = defaultdict(dict)
    for line in done.stdout.splitlines():
        kind, name, *rest = line.split(",")
        if kind == "row":
            rows[name].append([float(number) for number in rest])
        else:
            found[name][rest[0], float(rest[1])] = float("nan" if rest[2] == "NA" else rest[2])
    return {name: cohort(*np.array(given).T) for name, given in rows.items()}, found


@pytest.mark.parametrize("name", COHORTS)
def test_survival_with_its_error_and_band(published, name):
    counted, found = (part[name] for part in published)
    curve = kaplan_meier(counted.n, counted.events)
    bands = {
        "surv": curve.value,
        "se": curve.value * np.sqrt(curve.greenwood),
        "low": curve.low,
        "high": curve.high,
    }
    compared = 0
    for (what, place), value in found.items():
        if what in bands:
            assert bands[what][int(place) - 1] == pytest.approx(value, rel=EXACT), (what, place)
            compared += 1
    assert compared >= 12


@pytest.mark.parametrize("name", COHORTS)
def test_quantiles_with_their_intervals(published, name):
    counted, found = (part[name] for part in published)
    curve = kaplan_meier(counted.n, counted.events)
    for what, band in (("quantile", curve.value), ("quantile_low", curve.low), ("quantile_high", curve.high)):
        for share in (0.25, 0.5, 0.75):
            if np.isclose(band, 1 - share, rtol=0, atol=1e-12).any():
                continue  # a flat step exactly at 1 - p: R takes its middle, we its first month
            ours = float(quantile(band, share))
            assert ours == found[what, share] or np.isnan([ours, found[what, share]]).all(), (what, share)


@pytest.mark.parametrize("name", [name for name in COHORTS if name not in LATE])
def test_the_restricted_mean_with_its_error(published, name):
    counted, found = (part[name] for part in published)
    ((tau, value),) = ((place, value) for (what, place), value in found.items() if what == "rmst")
    before = int(tau) - 1
    mean = restricted_mean(counted.n[:before], counted.events[:before])
    assert [mean.value, mean.standard_error] == pytest.approx([value, found["rmst_se", tau]], rel=EXACT)


@pytest.mark.parametrize("name", COMPETING)
def test_cumulative_incidence_with_its_error(published, name):
    counted, found = (part[name] for part in published)
    apart = 0.05 if name in LATE else EXACT  # with late entry R's jackknife is another estimator of the error
    for number, own in enumerate(counted.by_cause, start=1):
        for place in (place for what, place in found if what == f"cif{number}"):
            ours = cumulative_incidence(counted.n, counted.events, own, horizon=int(place))
            assert ours.value == pytest.approx(found[f"cif{number}", place], rel=EXACT)
            assert np.sqrt(ours.variance) == pytest.approx(found[f"cif_se{number}", place], rel=apart), place


@pytest.mark.parametrize("name", ["mgus2", "transplant"])
def test_aalens_error_of_cuminc_is_near(published, name):
    counted, found = (part[name] for part in published)
    for number, own in enumerate(counted.by_cause, start=1):
        for place in (place for what, place in found if what == f"aalen_se{number}"):
            ours = cumulative_incidence(counted.n, counted.events, own, horizon=int(place))
            assert np.sqrt(ours.variance) == pytest.approx(found[f"aalen_se{number}", place], rel=0.15), place
