"""Whole runs on a clock that is a day back, or in an odd night; then the clock is right, and the next run is good.

``python -m tests.reliability.odd_clock FOLDER``; needs `faketime` (Debian package of that name).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.reliability.whole_runs import Calm, state_after

_TOP = Path(__file__).parents[2]
CLOCKS = {
    "a day back": "-1d",
    "clocks go forward": "@2027-03-28 00:59:55",  # UTC: during the run it becomes 3 o'clock in Brussels
    "clocks go back": "@2027-10-31 00:59:55",
    "leap day": "@2028-02-28 23:59:55",
    "year end": "@2026-12-31 22:59:55",
}
_OF_THE_DATA = ("accepted", "periods", "tables", "indicators")


def nights(folder: Path) -> dict[str, dict[str, list[str]]]:
    """For each clock what `demad status` tells by that clock, before the run and after it."""
    calm, told = Calm.night(folder), {}
    for name, clock in CLOCKS.items():
        root = calm.trial()
        before = _alerts(clock, root)
        done = _demad(clock, "run", root)
        assert done.returncode == 3, (name, done.returncode, done.stderr)  # one damaged delivery, as in the calm night
        found = state_after(root, calm.deliveries, folder / "state.json")
        assert _of_the_data(found) == _of_the_data(calm.wanted), name
        assert found["decisions"] == calm.wanted["decisions"], name
        told[name] = {"before": before, "after": _alerts(clock, root)}
        calm.recover(root)
    return told


def _alerts(clock: str, root: Path) -> list[str]:
    health = json.loads(_demad(clock, "status", root, "--json").stdout)["health"]
    return sorted({alert["code"] for alert in health["alerts"]})


def _demad(clock: str, command: str, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-W", "ignore", "-m", "demad", command, "--root", str(root), *options]
    surroundings = {**os.environ, "TZ": "UTC"}
    asked = ["faketime", "-f", clock, *program]
    return subprocess.run(asked, cwd=_TOP, env=surroundings, capture_output=True, text=True, check=False)


def _of_the_data(state: dict) -> dict[str, object]:
    return {name: version for name, version in state["versions"].items() if name.split("/")[0] in _OF_THE_DATA}


if __name__ == "__main__":
    print(json.dumps(nights(Path(sys.argv[1]))))
