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


@pytest.mark.parametrize("kind", ["store", "ledger", "audit", "release", "adopt"])
def test_nothing_is_lost_or_half_after_dozens_of_kills(kind, tmp_path):
    told = killed(kind, 12, 7, tmp_path)
    assert told["kills"] == 12
    assert told["done"] > 12 / 4  # the children came far enough for the kills to mean something


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["store", "ledger", "audit", "release", "adopt"])
def test_nothing_is_lost_or_half_after_thousands_of_kills(kind, tmp_path):
    told = killed(kind, int(os.environ.get("DEMAD_KILLS", "1300")), 1, tmp_path)
    print(kind, told)
    assert told["done"] > told["kills"] / 4
