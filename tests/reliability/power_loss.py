"""Work whose file operations are recorded; the power then fails after each of them, in every way that is possible.

``python -m tests.reliability.power_loss KIND NUMBER ROOT`` is the work that is recorded.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

from tests.reliability.disk import Disk, lay_out
from tests.reliability.recorded import Tape, record
from tests.reliability.victims import WORK

TOP = Path(__file__).parents[2]
_MIXTURES = 6


def every_prefix(kind: str, pieces: int, folder: Path, *, seed: int = 1, disk: type[Disk] = Disk) -> dict[str, int]:
    """Lose power after every recorded operation; each state must be judged whole, and worked on without repair."""
    root, log, trial = folder / "root", folder / "log", folder / "trial"
    root.mkdir(parents=True)
    record("tests.reliability.power_loss", kind, str(pieces), str(root), log=log, cwd=TOP)
    work, judge = WORK[kind]
    chance = random.Random(seed)  # noqa: S311
    tape, operations, states = Tape(str(root), disk()), 0, 0
    seen: set[int] = set()
    for _ in tape.play(log):
        operations += 1
        for state in tape.disk.after_power_loss(chance, _MIXTURES):
            mark = hash((tape.done, frozenset(state.items())))
            if mark in seen:
                continue
            seen.add(mark)
            states += 1
            shutil.rmtree(trial, ignore_errors=True)
            lay_out(state, trial)
            found = judge(trial, tape.done)
            next(work(trial, found + 1))
            assert judge(trial, found + 1) == found + 1
    assert tape.done == pieces
    return {"operations": operations, "states": states}


if __name__ == "__main__":
    os.umask(0o077)
    pieces = WORK[sys.argv[1]][0](Path(sys.argv[3]), 1)
    for _ in range(int(sys.argv[2])):
        os.write(1, b"DONE %d\n" % next(pieces))
