"""Whole runs that are killed, or whose database goes away, at random moments end in the bytes of a calm run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.reliability.cluster import binaries

TOP = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="fork and SIGKILL")]


def told(module: str, *arguments: str) -> dict:
    command = [sys.executable, "-W", "ignore", "-m", f"tests.reliability.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOP, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_runs_that_are_killed_end_in_the_bytes_of_a_calm_run(tmp_path):
    found = told("whole_runs", os.environ.get("DEMAD_RUN_KILLS", "200"), "1", str(tmp_path))
    print(found)
    assert found["kills"] > found["ended_before_the_kill"]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc that says whose a process is")
def test_daemons_that_are_killed_with_all_they_started_end_in_the_bytes_of_a_calm_run(tmp_path):
    found = told("rude_daemon", os.environ.get("DEMAD_DAEMON_KILLS", "20"), "1", str(tmp_path))
    print(found)
    assert found["during_a_run"] > 0


@pytest.mark.skipif(binaries() is None or find_spec("dagster_postgres") is None, reason="no PostgreSQL here")
def test_runs_whose_database_goes_away_end_in_the_bytes_of_a_calm_run(tmp_path):
    found = told("rude_database", os.environ.get("DEMAD_STOPS", "20"), "20", "1", str(tmp_path))
    print(found)
    assert found["told"] > 0
