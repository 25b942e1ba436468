"""Processes that are killed at random moments lose nothing that they said was done, and leave nothing half."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork and SIGKILL")


def killed(kind: str, kills: int, seed: int, folder: Path) -> dict:
    command = [sys.executable, "-W", "ignore", "-m", "tests.reliability.victims", kind, str(kills), str(seed)]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, cwd=TOP, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("kind", "kills"), [("store", 120), ("ledger", 120), ("audit", 80), ("release", 80)])
def test_nothing_is_lost_or_half_after_hundreds_of_kills(kind, kills, tmp_path):
    told = killed(kind, kills, 7, tmp_path)
    assert told["kills"] == kills
    assert told["done"] > kills / 4  # the children came far enough for the kills to mean something
    assert told["longest_check_s"] < 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["store", "ledger", "audit", "release"])
def test_nothing_is_lost_or_half_after_thousands_of_kills(kind, tmp_path):
    told = [killed(kind, 1300, seed, tmp_path / str(seed)) for seed in (1,)]
    print(kind, told)
