"""A folder that cannot be written is told by its code, loses nothing, and needs no repair when it can be again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demad.errors import StorageFailed
from tests.reliability.full_disk import can_mount

TOP = Path(__file__).parents[2]
mounting = pytest.mark.skipif(os.name == "nt" or not can_mount(), reason="no right to mount a disk")
COMMANDS = {
    "run": ["run"],
    "release": ["release", "--period", "2026Q2"],
    "prune": ["prune"],
    "accept": ["accept", "gent/een", "--reason", "ja"],
}


@mounting
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_would_write_is_refused(command, tmp_path):
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@" --root "$0"'
    program = [sys.executable, "-W", "ignore", "-m", "demad", *command]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, str(root), *program], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert "D-361" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == StorageFailed.exit_status
    assert list(root.iterdir()) == []


@pytest.mark.slow
@mounting
def test_a_run_that_cannot_write_a_folder_says_so_and_the_next_is_good(tmp_path):
    program = [sys.executable, "-W", "ignore", "-m", "tests.reliability.read_only", str(tmp_path)]
    done = subprocess.run(["unshare", "-m", *program], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    print(told)
    assert told["."] == "D-361"
    assert told["store"].startswith("D-361")
