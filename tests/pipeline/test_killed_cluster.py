"""Who counts is killed at a random moment: the run ends right, by itself or by one rerun, and no figure differs.

``pytest tests/pipeline/test_killed_cluster.py -m slow -s`` tells how often it took a rerun.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from threading import Timer

import polars as pl
import pytest

from demad.errors import StorageFailed
from demad.publishing import shards
from demad.publishing.city_stages import tables_of
from demad.store import Store
from tests.pipeline.clusters import Nodes, certificates, cluster, wait_for_workers
from tests.pipeline.test_cluster import root, set_in_dask
from tests.pipeline.test_executors import CITY, choose, same

# Dask leaves the socket of a scheduler that died for the garbage collector to close.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
KILLS = int(os.environ.get("DEMAD_KILLS", "20"))
CHANCE = SystemRandom()
SOON = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s", "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s"}
"""A host that vanished is given up sooner than on a server, so that the test is shorter."""
Tables = dict[str, pl.DataFrame]
__all__ = ["root"]


def killed_often(place: Path, kill: Callable[[], bool]) -> Counter[str]:
    """Count a city until so many kills came in time; how often it ended by itself, by a rerun, or before the kill."""
    here, longest, ended = tables_of_here(place), took(place), Counter[str]()
    while ended.total() - ended["before the kill"] < KILLS:
        hit: list[bool] = []
        timer = Timer(CHANCE.uniform(0, longest), lambda hit=hit: hit.append(kill()))
        timer.start()
        found, reruns = finished(place)
        timer.cancel()
        timer.join()
        ended["before the kill" if not any(hit) else "by one rerun" if reruns else "by itself"] += 1
        assert same(found, here)
        shards.forget_parts(place, CITY)
        assert shards.with_parts(place) == []
        assert not [path for path in Store(place).folder.rglob(".stage-*") if "counted" in path.parts]
    print(f"\n{dict(ended)}; not killed it takes {longest:.1f} s")
    return ended


def finished(place: Path) -> tuple[Tables, int]:
    """The tables, and whether the run was told to be started again (D-461); a second time is a failure."""
    try:
        return tables_of(place, CITY), 0
    except StorageFailed:
        return tables_of(place, CITY), 1


def tables_of_here(place: Path) -> Tables:
    """The tables as the process of the run counts them."""
    chosen = (place / "demad.toml").read_text(encoding="utf-8")
    (place / "demad.toml").unlink()
    try:
        return tables_of(place, CITY)
    finally:
        (place / "demad.toml").write_text(chosen, encoding="utf-8")


def took(place: Path) -> float:
    begun = time.monotonic()
    tables_of(place, CITY)
    shards.forget_parts(place, CITY)
    return time.monotonic() - begun


def test_a_process_of_the_pool(root):
    psutil = pytest.importorskip("psutil")

    def kill() -> bool:
        pool = [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]
        if pool:
            CHANCE.choice(pool).kill()
        return bool(pool)

    choose(root, "processes")
    assert killed_often(root, kill).total() >= KILLS


@contextmanager
def running(place: Path, folder: Path, **given: str) -> Iterator[Nodes]:
    """A cluster over TLS whose processes are started again when they end."""
    settings = {**certificates(folder / "certificates"), **given}
    with cluster(folder / "cluster", given=settings) as nodes, set_in_dask(settings):
        choose(place, "dask", nodes.address)
        wait_for_workers(nodes.address, 2)
        with nodes.supervised():
            yield nodes


def test_a_worker(root, tmp_path):
    def kill() -> bool:
        CHANCE.choice(nodes.workers).kill()
        return True

    with running(root, tmp_path) as nodes:
        assert killed_often(root, kill).total() >= KILLS


def test_the_scheduler(root, tmp_path):
    def kill() -> bool:
        assert nodes.scheduler
        nodes.scheduler.kill()
        return True

    with running(root, tmp_path) as nodes:
        assert killed_often(root, kill).total() >= KILLS


@contextmanager
def another_host() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """A network namespace with one cable to this one: our address, its name, and the way into it."""
    name = f"demad{os.getpid()}"
    ours, theirs = f"da{os.getpid()}"[:15], f"db{os.getpid()}"[:15]
    try:
        _ip("netns", "add", name)
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name)
        _ip("addr", "add", "10.213.0.1/30", "dev", ours)
        _ip("link", "set", ours, "up")
        _ip("-n", name, "addr", "add", "10.213.0.2/30", "dev", theirs)
        _ip("-n", name, "link", "set", theirs, "up")
        _ip("-n", name, "link", "set", "lo", "up")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces here")
    try:
        yield "10.213.0.1", theirs, ("ip", "netns", "exec", name)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)
        subprocess.run(["ip", "link", "del", ours], check=False, capture_output=True)


def _ip(*options: str) -> None:
    subprocess.run(["ip", *options], check=True, capture_output=True)


def test_the_host_of_a_worker(root, tmp_path):
    """Its cable is out first, so that nobody hears that it is gone; a moment later it starts again."""
    settings = {**certificates(tmp_path / "certificates"), **SOON}
    with another_host() as (address, cable, inside):

        def kill() -> bool:
            _ip("-n", inside[-1], "link", "set", cable, "down")
            nodes.workers[1].kill()
            time.sleep(1)
            _ip("-n", inside[-1], "link", "set", cable, "up")
            return True

        with cluster(tmp_path / "cluster", given=settings, workers=1, host=address) as nodes, set_in_dask(settings):
            nodes.start_worker(*inside)
            choose(root, "dask", nodes.address)
            wait_for_workers(nodes.address, 2)
            with nodes.supervised():
                assert killed_often(root, kill).total() >= KILLS
