"""The step of an interrupted series: as R has it, as the full Poisson model has it, and never too sure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from demad.impact.interrupted import Series, foreseen_error, poisson_fit, sloped, step, step_alone

pytest.importorskip("statsmodels", reason="demad[impact] is not installed")
FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "oracles.json").read_text(encoding="utf-8"))["its_seatbelts"]
FIRST = 8100


def series(seed: int = 1, *, change: float = 0.0, size: int = 500) -> Series:
    """24 quarters before and 6 after, counts by chance, with a season that all cities share."""
    chance = np.random.default_rng(seed)
    quarter = np.arange(FIRST - 24, FIRST + 6)
    rate = 0.04 * (1 + 0.2 * (quarter % 4 == 2))
    exposure, others = np.full(30, size / 0.04), np.full(30, 4000 / 0.04)
    mean = exposure * rate * (1 + change * (quarter >= FIRST))
    return Series(
        quarter, chance.poisson(mean).astype(float), exposure, chance.poisson(others * rate).astype(float), others
    )


def test_the_law_on_seatbelts_is_as_r_has_it():
    killed = pl.read_csv(FOLDER / "datasets_Seatbelts.csv")["DriversKilled"].to_numpy().astype(float)
    time = np.arange(1, 193)
    law = (time >= ORACLE["first_law_t"]).astype(float)
    after = np.maximum(time - ORACLE["first_law_t"] + 1, 0)
    months = [((time - 1) % 12 == month).astype(float) for month in range(1, 12)]
    fitted = poisson_fit(killed, np.column_stack([np.ones(192), time, law, after, *months]))
    assert np.asarray(fitted.params[1:4]) == pytest.approx(ORACLE["coef"], rel=1e-8)
    assert np.asarray(fitted.bse[1:4]) == pytest.approx(ORACLE["se"], rel=1e-8)
    assert fitted.scale == pytest.approx(ORACLE["dispersion"], rel=1e-8)
    assert np.exp(fitted.params[2]) == pytest.approx(ORACLE["rr_step"], rel=1e-8)


def test_beside_other_cities_is_the_poisson_model_with_an_effect_of_each_quarter():
    one = series(change=0.2)
    length = len(one.quarter)
    own, time = np.repeat([1.0, 0.0], length), np.tile((one.quarter - one.quarter.mean()) / 4, 2)
    seasons = [own * np.tile(one.quarter % 4 == part, 2) for part in (1, 2, 3)]
    quarters = np.vstack([np.eye(length), np.eye(length)])
    after = own * np.tile(one.quarter >= FIRST, 2)
    full = poisson_fit(
        np.concatenate([one.events, one.others]),
        np.column_stack([quarters, own, own * time, *seasons, after]),
        np.log(np.concatenate([one.exposure, one.others_exposure])),
    )
    assert step(one, FIRST).estimate == pytest.approx(full.params[-1], abs=1e-7)
    assert step_alone(one, FIRST) == pytest.approx(full.params[-1], abs=1e-7)


def test_a_change_that_was_put_in_is_found_within_its_interval():
    found = step(series(change=0.2), FIRST)
    assert abs(found.estimate - np.log(1.2)) < 2 * found.error
    assert found.estimate > 3.5 * found.error
    assert found.freedom == 24


def test_what_strikes_all_cities_alike_is_no_change():
    one = series()
    struck = one.quarter >= FIRST
    alike = replace(one, events=one.events * np.where(struck, 2, 1), others=one.others * np.where(struck, 2, 1))
    assert step(alike, FIRST).estimate == pytest.approx(step(one, FIRST).estimate, abs=0.02)


def test_the_error_that_is_foreseen_knows_no_event_after():
    one = series()
    after = one.quarter >= FIRST
    other = replace(one, events=np.where(after, one.events * 1.5, one.events))
    assert foreseen_error(other, FIRST) == pytest.approx(foreseen_error(one, FIRST), rel=1e-12)
    assert foreseen_error(one, FIRST) == pytest.approx(step(one, FIRST).error, rel=0.5)


def test_a_larger_city_is_surer():
    assert foreseen_error(series(size=2000), FIRST) < foreseen_error(series(size=100), FIRST) / 2


def test_a_change_that_may_grow_is_less_sure_than_one_that_stays():
    one = series(change=0.2)
    estimate, error = sloped(one, FIRST, 3)
    assert abs(estimate - np.log(1.2)) < 3 * error
    assert error > step(one, FIRST).error * 0.8


def test_the_band_is_wider_than_chance_alone():
    found = step(series(), FIRST)
    assert (found.low < found.expected).all()
    assert (found.high > found.expected).all()
    assert (np.log(found.high / found.expected) > 1.96 / np.sqrt(found.expected)).all()
