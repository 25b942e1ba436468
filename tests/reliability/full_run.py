"""Whole runs on a disk that has room for a part of them; run like `full_disk`: ``… full_run FOLDER STEPS``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from errno import ENOSPC
from pathlib import Path

from tests.reliability import whole_runs
from tests.reliability.full_disk import PAGE, REFUSED, ROOM, forked, tighten, used, with_room
from tests.reliability.whole_runs import run


def full_during_a_run(folder: Path, steps: int) -> dict[str, object]:
    """A whole run with room for a part of it, more each time; then there is room, and the next run is good."""
    base, disk, told = folder / "base", folder / "disk", folder / "state.json"
    disk.mkdir(parents=True)
    assert forked(lambda: whole_runs.settle(base)) == 0
    deliveries = len(list((base / "inbox").glob("*/*/delivery.json")))
    with_room(disk)
    shutil.copytree(base, disk / "root")
    before = used(disk, "size")
    assert forked(lambda: run(disk / "root")) == 0
    needed = used(disk, "size") - before
    forked(lambda: whole_runs.checked(disk / "root", deliveries, told))
    wanted = json.loads(told.read_text(encoding="utf-8"))
    subprocess.run(["umount", disk], check=True)
    ended: list[int] = []
    for step in range(steps):
        with_room(disk)
        shutil.copytree(base, disk / "root")
        tighten(disk, "size", used(disk, "size") + PAGE * (needed * step // steps // PAGE))
        ended.append(forked(lambda: run_refused(disk / "root")))
        assert ended[-1] in (0, REFUSED), f"step {step} of {steps}: ended with {ended[-1]}"
        tighten(disk, "size", ROOM["size"])
        assert forked(lambda: whole_runs.judge(disk / "root", deliveries)) == 0
        assert forked(lambda: run(disk / "root")) == 0
        assert forked(lambda: whole_runs.checked(disk / "root", deliveries, told)) == 0
        found = json.loads(told.read_text(encoding="utf-8"))
        assert [key for key in ("versions", "pages", "decisions") if found[key] != wanted[key]] == [], step
        subprocess.run(["umount", disk], check=True)
    return {"bytes": needed, "steps": steps, "refused": sum(status == REFUSED for status in ended)}


def run_refused(root: Path) -> None:
    """A run; whatever did not succeed must say that the disk is full."""
    result = run(root)
    said = [*result.failed, *(entry.code for entry in result.outcomes if entry.state == "incomplete")]
    assert all("D-360" in text for text in said), said
    if said:
        raise OSError(ENOSPC, "told by the run itself")


if __name__ == "__main__":
    print(json.dumps(full_during_a_run(Path(sys.argv[1]), int(sys.argv[2]))))
