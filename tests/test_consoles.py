"""A console that is not UTF-8, as on Windows, shows every answer: nothing ends in a fault for a letter it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
COMMANDS = (
    ("template leefloon --out leefloon.csv", 0),
    ("codes stopreden", 0),
    ("explain return_12m", 0),
    ("check --city gent --as-of 2026-09-30 leefloon.csv", 0),
    ("check --city gent onbekend_é.csv", 5),
)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_every_answer_is_shown_in_a_console_of_windows(encoding: str, tmp_path: Path):
    kept = {name: value for name, value in os.environ.items() if name != "DEMAD_ROOT"}
    around = {**kept, "PYTHONPATH": str(TOP), "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    for command, status in COMMANDS:
        given = [sys.executable, "-m", "demad", *command.split()]
        done = subprocess.run(given, cwd=tmp_path, env=around, capture_output=True, check=False)
        said = (done.stdout + done.stderr).decode(encoding)
        assert done.returncode == status, (command, said)
        assert "D-902" not in said
        assert said.strip()
