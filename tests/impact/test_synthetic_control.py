"""The mix of other units: exact where one exists, as published for California, and never beyond 0 and 1."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from demad.impact.synthetic_control import misfit, mix_of, placebo_rank

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "oracles.json").read_text(encoding="utf-8"))["prop99"]


@pytest.fixture(scope="module")
def packs() -> tuple[list[str], np.ndarray, np.ndarray]:
    """States, packs by state and year, and which years lie before."""
    table = pl.read_csv(FOLDER / "synthdid_california_prop99.csv")
    years = np.array([int(name) for name in table.columns[1:]])
    return table["state"].to_list(), table.drop("state").to_numpy().astype(float), years < ORACLE["first_after"]


def test_california_falls_as_far_as_published(packs):
    states, values, before = packs
    at = states.index("California")
    mix = mix_of(values[at], np.delete(values, at, axis=0), before)
    gap = float((values[at] - mix.path)[~before].mean())
    assert abs(gap - ORACLE["published_sc"]) < 0.15
    assert abs(gap - ORACLE["synthdid_sc"]) < 0.15  # it stops earlier and adds a ridge
    named = dict(zip([state for state in states if state != "California"], mix.weights, strict=True))
    largest = sorted(named, key=lambda state: -named[state])[:4]
    assert largest == ["Utah", "Montana", "Nevada", "Connecticut"]
    assert [round(named[state], 2) for state in largest] == [0.39, 0.23, 0.2, 0.11]


def test_no_mix_lies_nearer_than_the_one_that_is_found(packs):
    states, values, before = packs
    at = states.index("California")
    others = np.delete(values, at, axis=0)
    mix = mix_of(values[at], others, before)
    slope = others[:, before] @ (mix.path - values[at])[before]  # of half the squared distance, by weight
    held = float(mix.weights @ slope)
    assert (slope >= held - 1e-6 * abs(slope).max()).all()  # more of any other state brings it no nearer
    assert mix.weights.min() >= 0
    assert abs(mix.weights.sum() - 1) < 1e-12


def test_california_moves_more_than_nearly_every_state(packs):
    states, values, before = packs
    as_large, others = placebo_rank(values, states.index("California"), before)
    assert others == 38
    assert as_large <= 2  # by the course alone; with covariates California is published as the first


def test_a_unit_that_is_a_mix_is_found_back():
    chance = np.random.default_rng(3)
    others = chance.normal(size=(5, 20))
    weights = np.array([0.5, 0.0, 0.3, 0.2, 0.0])
    before = np.arange(20) < 14
    mix = mix_of(weights @ others, others, before)
    assert np.abs(mix.weights - weights).max() < 1e-9
    assert misfit(weights @ others, mix.path, ~before) < 1e-9


def test_a_unit_that_lies_outside_gets_its_nearest_neighbour():
    others = np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    mix = mix_of(np.array([5.0, 5.0, 9.0]), others, np.array([True, True, False]))
    assert mix.weights.tolist() == pytest.approx([0.0, 1.0])
