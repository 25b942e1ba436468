"""The attackers of a release, run by the centre against what bundles give it: every rounded count, none hidden.

Counts that figures rest on are attacked, not each step of the risk tables nor the origins: as with a release.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demad.bundles.manifest import LEAST_BASE
from demad.protection import BASE

TOP = Path(__file__).resolve().parents[2]


def attacked(base: int, people: int, seed: int) -> dict[str, dict[str, int]]:
    """What a reader and the centre find of a small world that is rounded to this base."""
    command = [sys.executable, "-m", "bench.bundles", "attack", "--people", str(people), "--seed", str(seed)]
    known = {**os.environ, "DEMAD_ATTACK_BASE": str(base)}
    done = subprocess.run(command, cwd=TOP, env=known, check=True, capture_output=True, text=True, timeout=1200)
    print(f"\n{done.stdout.strip()}")
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(("people", "seed"), [(900, 5), (1400, 18)])
def test_the_centre_finds_no_small_count_in_the_bundles_that_it_gets(people: int, seed: int):
    """In the second world 8 people of the wide series beyond main once had two values."""
    found = attacked(LEAST_BASE, people, seed)["centre"]
    assert found["small"] > 3_000
    assert (found["exact"], found["two"], found["wrong"]) == (0, 0, 0)
    assert found["five"] * 150 <= found["small"]


@pytest.mark.slow
def test_counts_rounded_as_in_a_release_would_not_be_enough_where_nothing_is_hidden():
    found = attacked(BASE, 900, 5)["centre"]
    assert found["wrong"] == 0
    assert found["five"] * 150 > found["small"]
