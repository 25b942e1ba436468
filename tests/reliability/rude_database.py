"""Whole runs whose PostgreSQL is killed, or that are killed, at random moments: the figures do not notice.

``python -m tests.reliability.rude_database STOPS KILLS SEED FOLDER``, in an environment with `dagster-postgres`.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

from demad.errors import StorageFailed
from tests.reliability.cluster import Cluster
from tests.reliability.whole_runs import Calm, forked, run


def disturbed(stops: int, kills: int, seed: int, folder: Path) -> dict[str, object]:
    """Kill the database during runs, and kill runs; every next run must end in the bytes of a calm one."""
    chance = random.Random(seed)  # noqa: S311
    cluster = Cluster()
    cluster.make()
    try:
        return _disturbed(stops, kills, chance, folder, cluster)
    finally:
        cluster.remove()


def _disturbed(stops: int, kills: int, chance: random.Random, folder: Path, cluster: Cluster) -> dict[str, object]:
    os.environ.update(cluster.configure(folder / "base"))
    calm = Calm.night(folder)
    lasted = calm.lasted
    ended: dict[str, int] = {"told": 0, "good": 0, "killed": 0}
    recoveries: list[float] = []
    for turn in range(stops + kills):
        root = calm.trial()
        if turn < stops:
            ended[_with_a_stop(root, cluster, chance.uniform(0, lasted), calm)] += 1
        else:
            ended["killed"] += forked(lambda: run(root), kill_after=chance.uniform(0, lasted))  # noqa: B023
        calm.judge(root)
        recoveries.append(calm.recover(root))
        lasted = min(lasted, max(recoveries))
        print(json.dumps({**ended, "recovery_s": round(recoveries[-1], 1)}), flush=True)
    dumped = cluster.dump()
    assert b"p1-" not in dumped, "a pseudonym is in the database"
    return {**ended, "longest_recovery_s": round(max(recoveries), 1), "dump_bytes": len(dumped)}


def _with_a_stop(root: Path, cluster: Cluster, moment: float, calm: Calm) -> str:
    """A run during which the database is killed and stays away; what the run said in the end."""
    said = calm.folder / "said"
    said.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        time.sleep(moment)
        cluster.kill()
        os._exit(0)
    forked(lambda: _run_told(root, said))
    os.waitpid(child, 0)
    calm.judge(root)
    cluster.start()
    return said.read_text(encoding="utf-8")


def _run_told(root: Path, said: Path) -> None:
    try:
        result = run(root)
    except StorageFailed as refusal:
        said.write_text("told" if refusal.code == "D-478" else refusal.code, encoding="utf-8")
        return
    assert not result.failed, result.failed
    said.write_text("good", encoding="utf-8")


if __name__ == "__main__":
    print(json.dumps(disturbed(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))
