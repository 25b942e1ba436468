"""Whole runs in which one folder of the root cannot be written; then it can, and the next run is good.

Run like `full_disk`, as root: ``unshare -m python -m tests.reliability.read_only FOLDER``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from demad.errors import StorageFailed
from demad.store import refusing_storage
from tests.reliability.whole_runs import Calm, forked, run

FOLDERS = (".", "inbox", "store", "store/accepted", "audit", "work", "dagster", "preview")


def closed_during_a_run(folder: Path) -> dict[str, str]:
    """For each folder how the run ended: refused with its code, or done (it was not written in)."""
    calm, told = Calm.night(folder), {}
    for name in FOLDERS:
        root = calm.trial()
        closed = root / name
        subprocess.run(["mount", "--bind", closed, closed], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", closed], check=True)
        said = folder / "said"
        forked(lambda: said.write_text(_run_told(root), encoding="utf-8"))  # noqa: B023
        told[name] = said.read_text(encoding="utf-8")
        calm.judge(root)
        subprocess.run(["umount", closed], check=True)
        calm.recover(root)
    return told


def _run_told(root: Path) -> str:
    """The codes that a run ends with; every one must say that the folder cannot be written."""
    try:
        with refusing_storage():
            result = run(root)
    except StorageFailed as refusal:
        return refusal.code
    said = [*result.failed, *(entry.code for entry in result.outcomes if entry.state == "incomplete")]
    assert all("D-361" in text for text in said), said
    return "D-361 by the run" if said else "done"


if __name__ == "__main__":
    print(json.dumps(closed_during_a_run(Path(sys.argv[1]))))
