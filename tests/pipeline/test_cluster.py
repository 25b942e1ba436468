"""A cluster as `deploy/cluster` starts it: over TLS alone, with what `demad doctor` says of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from demad.errors import StorageFailed, UsageRefused
from demad.histories import shards as histories
from demad.operations.cluster import cluster as examined
from demad.operations.cluster import judged
from demad.publishing import shards
from demad.publishing.city_stages import extracted, periods_of, tables_of
from demad.publishing.definition_changes import shadow_of
from demad.publishing.executors import counting_in
from demad.reference.settings import load_settings
from demad.store import Store
from tests.pipeline.clusters import accept, certificates, cluster, wait_for_workers
from tests.pipeline.test_executors import CITY, choose, same


@contextmanager
def set_in_dask(given: Mapping[str, str]) -> Iterator[None]:
    """The settings of a cluster for a client in this process, as its environment gives them."""
    config = pytest.importorskip("dask.config")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in given.items():
            patched.setenv(name, value)
        config.refresh()
        yield
    config.refresh()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with one city, cut in shards."""
    monkeypatch.setattr(histories, "_DECISIONS", 400)
    where = tmp_path / "root"
    where.mkdir()
    accept(where, CITY)
    Store(where).commit(f"periods/{CITY}", periods_of(where, CITY, extracted(where, CITY)), {})
    assert shards.shards_of(where, CITY) > 1
    return where


@pytest.mark.slow
def test_over_tls_the_tables_are_the_same_and_who_has_no_certificate_gets_nothing(root, tmp_path):
    here = tables_of(root, CITY)
    given = certificates(tmp_path / "certificates")
    stranger = certificates(tmp_path / "stranger")
    quick = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}
    with cluster(tmp_path / "cluster", given=given) as nodes:
        choose(root, "dask", nodes.address)
        with set_in_dask(given):
            wait_for_workers(nodes.address, 2)
            found = list(examined(root))
            assert [finding.what for finding in found if not finding.good] == []
            assert "2 werkers" in found[0].what
            assert not list((root / "store").glob(".doctor-*"))
            assert same(tables_of(root, CITY), here)
        shards.forget_parts(root, CITY)
        for wrong in (stranger, {}):
            with set_in_dask(wrong | quick), pytest.raises(StorageFailed, match="D-461"):
                tables_of(root, CITY)
        choose(root, "dask", nodes.address.replace("tls", "tcp"))
        with set_in_dask(quick), pytest.raises(StorageFailed, match="D-461"):
            tables_of(root, CITY)
        assert nodes.scheduler
        assert listening(nodes.scheduler.pid) <= {"127.0.0.1"}
    assert shards.with_parts(root) == []


def listening(process: int) -> set[str]:
    """The addresses on which a process waits for others."""
    psutil = pytest.importorskip("psutil")
    return {one.laddr.ip for one in psutil.Process(process).net_connections("inet") if one.status == "LISTEN"}


@pytest.mark.slow
def test_a_worker_of_other_code_or_with_another_folder_is_named_by_doctor_and_refuses_the_task(root, tmp_path):
    given = certificates(tmp_path / "certificates")
    other = tmp_path / "other"
    shutil.copytree(Path(__file__).parents[2] / "demad", other / "demad", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("expectations", "reports"):
        shutil.copytree(Path(__file__).parents[2] / name, other / name)
    (other / "demad" / "__init__.py").write_text('"""Of another version."""\n\n__version__ = "9"\n', encoding="utf-8")
    with cluster(tmp_path / "cluster", given=given, workers=0) as nodes, set_in_dask(given):
        nodes.environment = {
            **nodes.environment,
            "PYTHONPATH": os.pathsep.join([str(other), nodes.environment["PYTHONPATH"]]),
        }
        nodes.start_worker()
        choose(root, "dask", nodes.address)
        wait_for_workers(nodes.address, 1)
        assert [finding.good for finding in examined(root)] == [True, False, True]
        with pytest.raises(UsageRefused, match="D-460"):
            tables_of(root, CITY)


def test_doctor_names_workers_that_differ_and_says_nothing_without_a_cluster(tmp_path):
    answers = {"tls://a": (shards.software(), "word"), "tls://b": ("old", "word"), "tls://c": (shards.software(), "")}
    alive, same_code, same_store = judged(answers, "word")
    assert (alive.good, same_code.good, same_store.good) == (True, False, False)
    assert ("tls://b" in same_code.todo, "tls://c" in same_store.todo) == (True, True)
    assert [finding.good for finding in judged({}, "word")] == [False]
    assert list(examined(tmp_path)) == []


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "tcp://localhost@10.0.0.5:8786", ""])
def test_past_this_machine_there_is_no_counting_without_tls(tmp_path, address):
    choose(tmp_path, "dask", address)
    with pytest.raises(UsageRefused, match="D-441"):
        load_settings(tmp_path)


@pytest.mark.parametrize("address", ["tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786"])
def test_tls_or_this_machine_is_fine(tmp_path, address):
    choose(tmp_path, "dask", address)
    assert load_settings(tmp_path).counting.address == address


def test_a_shadow_is_counted_on_the_machine_that_has_it(tmp_path):
    shadow = shadow_of(tmp_path)
    shadow.mkdir(parents=True)
    for place in (tmp_path, shadow):
        choose(place, "dask", "tls://10.0.0.5:8786")
    assert (counting_in(tmp_path).executor, counting_in(shadow).executor) == ("dask", "processes")
