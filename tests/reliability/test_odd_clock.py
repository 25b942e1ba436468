"""A clock that is wrong, or a night that is odd, changes no figure; a clock that went back is told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime here")
def test_whole_runs_in_odd_nights_end_in_the_data_of_a_calm_one(tmp_path):
    program = [sys.executable, "-W", "ignore", "-m", "tests.reliability.odd_clock", str(tmp_path)]
    done = subprocess.run(program, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    print(told)
    assert "D-477" in told["a day back"]["before"]
    assert all("D-474" in alerts["before"] for name, alerts in told.items() if name != "a day back")
    assert all(alerts["after"] == ["D-225"] for alerts in told.values())  # the damaged delivery, and no clock
