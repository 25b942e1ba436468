"""The daemon of Dagster, its code server and the run it launched, killed together at random moments.

``python -m tests.reliability.rude_daemon KILLS SEED FOLDER``. Nobody starts the run: the sensor sees the inbox.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from assets.home import variables
from demad.errors import Busy
from demad.store import root_lock
from tests.reliability.processes import kill
from tests.reliability.whole_runs import Calm

_TOP = Path(__file__).parents[2]
_COMMAND = [sys.executable, "-W", "ignore", "-m", "dagster._daemon", "run", "-w", str(_TOP / "workspace.yaml")]
_PATIENCE = 600  # seconds


def killed_with_everything(kills: int, seed: int, folder: Path) -> dict[str, object]:
    """Let daemons begin the night's run and kill all they started; every next run ends in the bytes of a calm one."""
    chance = random.Random(seed)  # noqa: S311
    calm = Calm.night(folder)
    root = calm.trial()
    lasted = _until_the_run_ended(root)
    calm.ended_in(root)
    busy, recoveries = 0, list[float]()
    for number in range(kills):
        root = calm.trial()
        begun = _daemon(root)
        time.sleep(chance.uniform(0, lasted))
        busy += _runs(root)
        kill(root)
        begun.wait()
        calm.judge(root)
        waited = _until_the_lock_is_free(root)
        recoveries.append(waited + calm.recover(root))
        told = {"kills": number + 1, "during_a_run": busy, "recovery_s": round(recoveries[-1], 1)}
        print(json.dumps(told), flush=True)
    last = {"undisturbed_s": round(lasted, 1), "longest_recovery_s": round(max(recoveries), 1)}
    return {"kills": kills, "during_a_run": busy, **last}


def _daemon(root: Path) -> subprocess.Popen[bytes]:
    surroundings = {**os.environ, **variables(root)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(_COMMAND, cwd=_TOP, env=surroundings, stdout=quiet, stderr=quiet)


def _until_the_run_ended(root: Path) -> float:
    """How long a daemon takes from its start to the end of the run that its sensor asked for."""
    seen = (root / "work" / "last-run.json").stat().st_mtime_ns
    begun, daemon = time.monotonic(), _daemon(root)
    while (root / "work" / "last-run.json").stat().st_mtime_ns == seen:
        assert time.monotonic() - begun < _PATIENCE, "the sensor asked for no run"
        assert daemon.poll() is None, "the daemon stopped"
        time.sleep(0.2)
    lasted = time.monotonic() - begun
    time.sleep(1)
    kill(root)
    daemon.wait()
    return lasted


def _until_the_lock_is_free(root: Path) -> float:
    """How long the kernel takes to let go of what the killed held; a thread of theirs may be writing to disk."""
    begun = time.monotonic()
    while _runs(root):
        assert time.monotonic() - begun < _PATIENCE, "the lock outlived its process"
        time.sleep(0.05)
    return time.monotonic() - begun


def _runs(root: Path) -> bool:
    """Whether a run holds the root."""
    try:
        with root_lock(root):
            return False
    except Busy:
        return True


if __name__ == "__main__":
    print(json.dumps(killed_with_everything(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
