"""Wherever the shards of a city are counted, its tables have the same bytes; who stops is started once more."""

from __future__ import annotations

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from demad.counting import count_city
from demad.errors import DemadError, StorageFailed, UsageRefused
from demad.histories import shards as histories
from demad.histories.periods import leavers, resolve_periods, supports
from demad.operations.prune import prune
from demad.publishing import ahead, shards
from demad.publishing.city_stages import delivery_stages, extracted, periods_of, tables_of
from demad.publishing.freshness import keep
from demad.store import Store
from demad.tables.counts import QUALITY
from tests.pipeline.clusters import accept, cluster
from tests.test_engines_agree import crowded, gathered, typed, window_of

CITY = "turnhout"
OTHER = "roeselare"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with one city, cut in four shards or more."""
    monkeypatch.setattr(histories, "_DECISIONS", 200)
    accept(tmp_path, CITY)
    Store(tmp_path).commit(f"periods/{CITY}", periods_of(tmp_path, CITY, extracted(tmp_path, CITY)), {})
    assert n_shards(tmp_path) >= 4
    return tmp_path


def n_shards(root: Path) -> int:
    return shards.shards_of(root, CITY)


def choose(root: Path, executor: str, address: str = "") -> None:
    text = f'[counting]\nexecutor = "{executor}"\naddress = "{address}"\n'
    (root / "demad.toml").write_text(text, encoding="utf-8")


def staged(root: Path, city: str) -> dict[str, pl.DataFrame]:
    """What the stages of a city make, as a night stores them."""
    made = {}
    for stage, tables in delivery_stages(root, city):
        made |= {f"{stage}/{name}": table for name, table in tables.items()}
        if stage == "periods":
            keep(root, f"{stage}/{city}", tables)
    return made


def same(tables: dict[str, pl.DataFrame], others: dict[str, pl.DataFrame]) -> bool:
    return tables.keys() == others.keys() and all(table.equals(others[name]) for name, table in tables.items())


def killed_once(root: str, city: str, number: int, software: str) -> None:
    """A task whose process is killed in the middle of the work, once."""
    flag = Path(root) / "killed"
    if number == 2 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    shards.count_stored(root, city, number, software)


def killed(root: str, city: str, number: int, software: str) -> None:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    shards.count_stored(root, city, number, software)


def test_two_processes_give_the_same_tables_and_leave_nothing_behind(root):
    here = tables_of(root, CITY)
    choose(root, "processes")
    assert same(tables_of(root, CITY), here)
    assert len(Store(root).names("counted")) == n_shards(root)
    shards.forget_parts(root, CITY)
    assert Store(root).names("counted") == []


@pytest.mark.slow
def test_a_process_that_is_killed_is_started_once_more_and_no_shard_is_counted_twice(root, monkeypatch):
    here = tables_of(root, CITY)
    choose(root, "processes")
    monkeypatch.setattr(shards, "count_stored", killed_once)
    assert same(tables_of(root, CITY), here)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc that says whose a process is")
def test_no_process_stays_when_the_run_is_killed():
    program = (
        "import time; from demad.publishing import executors; from demad.reference.settings import Counting\n"
        "with executors._executor(Counting(executor='processes')) as pool:\n"
        "    for _ in range(2): pool.submit(time.sleep, 60)\n"
        "    print([one for one in pool._processes], flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        workers = json.loads(run.stdout.readline())
        time.sleep(3)  # they have begun
        run.kill()
    until = time.monotonic() + 20
    while living := [one for one in workers if Path(f"/proc/{one}").exists()]:
        assert time.monotonic() < until, living
        time.sleep(0.1)
    assert len(workers) == 2


@pytest.mark.slow
def test_processes_that_stop_twice_are_refused_and_the_next_run_goes_on(root, monkeypatch):
    here = tables_of(root, CITY)
    choose(root, "processes")
    with monkeypatch.context() as patched:
        patched.setattr(shards, "count_stored", killed)
        with pytest.raises(StorageFailed, match="D-461"):
            tables_of(root, CITY)
    kept = {name: Store(root).current(f"counted/{name}") for name in Store(root).names("counted")}
    assert f"{CITY}-2" not in kept
    assert same(tables_of(root, CITY), here)
    assert {name: Store(root).current(f"counted/{name}") for name in kept} == kept


def test_a_part_of_other_data_or_a_damaged_one_is_counted_again(root):
    shards.count_stored(str(root), CITY, 0, shards.software())
    right = Store(root).current(f"counted/{CITY}-0")
    damaged = root / "store" / "counted" / f"{CITY}-0" / str(right) / "stock.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    shards.count_stored(str(root), CITY, 0, shards.software())
    assert Store(root).intact(f"counted/{CITY}-0")
    other = Store(root).tables(f"periods/{CITY}")
    Store(root).commit(f"periods/{CITY}", other | {"periods_0": other["periods_1"]}, {})
    shards.count_stored(str(root), CITY, 0, shards.software())
    assert Store(root).current(f"counted/{CITY}-0") != right


def test_a_worker_with_other_software_refuses_the_task(root):
    with pytest.raises(UsageRefused, match="D-460"):
        shards.count_stored(str(root), CITY, 0, "of another version")


def test_what_a_worker_tells_of_an_error_has_no_cell_in_it(root, monkeypatch):
    def broken(_: object) -> None:
        raise ValueError("CELLTOKEN")

    monkeypatch.setattr(shards, "count_shard", broken)
    with pytest.raises(DemadError, match="D-901") as refusal:
        shards.count_stored(str(root), CITY, 0, shards.software())
    assert "CELLTOKEN" not in str(refusal.value)
    assert (refusal.value.__cause__, refusal.value.__suppress_context__) == (None, True)


def test_a_refusal_comes_whole_out_of_another_process():
    refusal = UsageRefused("D-460", "Wat.", "Doe iets.")
    again = copy.copy(refusal)  # takes it apart as an executor does
    assert (type(again), again.code, again.what, again.todo) == (UsageRefused, "D-460", "Wat.", "Doe iets.")


@pytest.mark.slow
def test_dask_gives_the_same_tables_when_a_worker_is_killed_too(root, tmp_path):
    pytest.importorskip("distributed")
    here = tables_of(root, CITY)
    with cluster(tmp_path / "cluster", "tcp") as nodes:
        choose(root, "dask", nodes.address)
        assert same(tables_of(root, CITY), here)
        shards.forget_parts(root, CITY)
        nodes.workers[0].kill()
        assert same(tables_of(root, CITY), here)


@pytest.mark.slow
def test_random_histories_have_the_same_tables_in_any_number_of_shards_wherever_they_are_counted(tmp_path):
    pytest.importorskip("distributed")
    drawn = (draft.city(CITY) for seed in range(19, 30) for draft in crowded(gathered(seed)))
    city = next(city for city in drawn if city.jeugdhulp and city.steun)
    facts = {"since": city.since.isoformat(), "as_of": city.as_of.isoformat(), "full_history": city.full_history}
    facts |= {"delivery": "een", "made_on": city.as_of.isoformat(), "content": ""}
    given = {name: typed(name, getattr(city, name)) for name in ("leefloon", "jeugdhulp", "steun")}
    store, found = Store(tmp_path), {}
    store.commit(f"accepted/{CITY}", {**given, "quality": QUALITY.empty()}, {"datasets": dict.fromkeys(given, facts)})
    with cluster(tmp_path / "cluster", "tcp") as nodes:
        for number in (1, 4, 16, 64):
            parts: dict[str, pl.DataFrame] = {}
            for shard, rows in enumerate(histories.in_shards(given["leefloon"], number)):
                parts[f"periods_{shard}"], _ = resolve_periods(rows, window_of(city))
            for shard, rows in enumerate(histories.in_shards(given["jeugdhulp"], number)):
                parts[f"leavers_{shard}"] = leavers(rows, city.as_of)
            for shard, rows in enumerate(histories.in_shards(given["steun"], number)):
                parts[f"supports_{shard}"] = supports(rows)
            store.commit(f"periods/{CITY}", parts, {})
            for executor in ("here", "processes", "dask"):
                choose(tmp_path, executor, nodes.address if executor == "dask" else "")
                tables = count_city(shards.counted_shards(tmp_path, CITY))
                found[number, executor] = {name: table.write_csv() for name, table in tables.items()}
                shards.forget_parts(tmp_path, CITY)
    assert all(found[1, "here"][name].count("\n") > 1 for name in ("stock", "care_leaver_risk", "activation_risk"))
    assert [which for which, tables in found.items() if tables != found[1, "here"]] == []


def test_a_cluster_that_is_gone_is_refused_by_name(root, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    pytest.importorskip("dask.config").refresh()
    choose(root, "dask", "tcp://127.0.0.1:9")
    with pytest.raises(StorageFailed, match="D-461"):
        tables_of(root, CITY)


def test_a_city_that_was_counted_ahead_is_not_counted_again_and_has_the_same_tables(tmp_path, monkeypatch):
    accept(tmp_path, OTHER, people=200)
    here = staged(tmp_path, OTHER)
    shutil.rmtree(tmp_path / "store" / "periods" / OTHER)
    ahead.count_city_ahead(str(tmp_path), OTHER, shards.software())
    assert shards.with_parts(tmp_path) == [OTHER]
    monkeypatch.setattr(shards, "count_shard", None)
    assert same(staged(tmp_path, OTHER), here)
    assert shards.with_parts(tmp_path) == []


def test_what_is_refused_of_a_city_ahead_is_left_to_its_own_stages_and_other_software_is_not(tmp_path):
    ahead.count_city_ahead(str(tmp_path), OTHER, shards.software())  # it delivered nothing: D-410 in its stages
    with pytest.raises(UsageRefused, match="D-460"):
        ahead.count_city_ahead(str(tmp_path), OTHER, "of another version")


def test_nothing_is_counted_ahead_in_the_process_of_the_run(tmp_path):
    assert ahead.count_ahead(tmp_path, ["aalst", "genk"]) == 0


def test_what_was_counted_of_a_city_that_needs_nothing_is_pruned_and_the_rest_is_kept(tmp_path):
    accept(tmp_path, OTHER, people=200)
    for city in (OTHER, "aalst"):
        Store(tmp_path).commit(f"counted/{city}-0", {}, {})
    prune(tmp_path, days=90)
    assert shards.with_parts(tmp_path) == [OTHER]
