"""What is hidden for the sake of another is needed: show one such cell, and the gate fails."""

from __future__ import annotations

import os
from dataclasses import replace

import polars as pl
import pytest

from demad.disclosure.attack.reading import Limits, readable
from demad.disclosure.attack.sums import systems
from demad.disclosure.attack.system import bounds
from demad.disclosure.gate import publish
from demad.disclosure.policy import SENSITIVE, Policy
from tests.disclosure.sets import city_like_set

POLICY = Policy()


def mutants(seed: int) -> tuple[int, int]:
    """How many secondary cells of a set there are, and how many of them the gate misses when one is shown."""
    values = city_like_set(seed)
    published = publish(values, POLICY)
    limits = Limits(POLICY.threshold, POLICY.group_denominator, SENSITIVE)
    read = readable(published, values, limits, published.clear()).with_columns(limit=pl.lit(POLICY.threshold))
    tried = caught = 0
    for system in systems(read):
        for unknown in system.unknowns:
            # Cells of cities; what is hidden of sums has no city.
            if not unknown.hidden or unknown.secret or unknown.city < 0:
                continue
            rest = replace(system, unknowns=tuple(other for other in system.unknowns if other is not unknown))
            tried += 1
            caught += any(
                bound.width < (POLICY.threshold if bound.secret else 1)
                for bound in bounds(rest, float(POLICY.threshold), coalition=POLICY.coalition)
            )
    return tried, caught


@pytest.mark.slow
def test_showing_one_secondary_cell_makes_the_gate_fail(capsys):
    found = [mutants(seed) for seed in range(int(os.environ.get("DEMAD_MUTANTS", "20")))]
    tried, caught = (sum(column) for column in zip(*found, strict=True))
    with capsys.disabled():
        print(f"\n{caught} of {tried} secondary cells: the gate fails when one is shown")
    assert tried
    assert caught == tried
