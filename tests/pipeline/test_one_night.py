"""A night is one run with one event log, which says city by city what was made and what was not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from assets.failures import failures_of
from assets.home import environment_of
from assets.night import nightly
from assets.run import run
from demad.histories.shards import Shard
from demad.publishing import common_stages, examination, shards
from demad.store import Store

CHECKOUT = Path(__file__).parents[2]
STAGES = ("extract", "periods", "tables", "protected")
COMMON = {("indicators", None), ("disclosure", None), ("benchmark", None), ("site", None)}

pytestmark = [pytest.mark.filterwarnings("ignore:.*is currently in beta"), pytest.mark.usefixtures("plain_site")]


@contextmanager
def instance_of(root: Path) -> Iterator[dg.DagsterInstance]:
    with environment_of(root), dg.DagsterInstance.from_config(str(root / "dagster")) as opened:
        yield opened


def runs(root: Path) -> list[dg.DagsterRun]:
    """Newest first."""
    with instance_of(root) as instance:
        return list(instance.get_runs())


def made(root: Path, run_id: str) -> set[tuple[str, str | None]]:
    """Assets and cities that a run recorded as made."""
    with instance_of(root) as instance:
        entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    return {(event.asset_key.to_user_string(), event.partition) for event in events if event.asset_key}


def checks(root: Path, run_id: str) -> dict[tuple[str, str | None], bool]:
    """Whether each check held, by name and city."""
    with instance_of(root) as instance:
        entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.dagster_event.asset_check_evaluation_data for entry in entries if entry.dagster_event]
    return {(one.check_name, one.partition): one.passed for one in found}


def stages_of(*slugs: str) -> set[tuple[str, str | None]]:
    return {(stage, slug) for slug in slugs for stage in STAGES}


def test_a_night_is_one_run_that_records_its_cities_and_says_who_started_it(root, deliver):
    before = len(runs(root))
    deliver(root, "aalst", "turnhout", revision=1, days_later=1)
    assert run(root).cities == ("aalst", "turnhout")
    latest, *rest = runs(root)
    assert (len(rest), latest.job_name, latest.status) == (before, "nightly", dg.DagsterRunStatus.SUCCESS)
    assert latest.tags["aanleiding"] == "demad run"
    pages = {("reports", "aalst"), ("reports", "turnhout")}
    assert made(root, latest.run_id) == stages_of("aalst", "turnhout") | COMMON | pages
    held = checks(root, latest.run_id)
    assert {name for name, city in held if city == "aalst"} == {
        *(f"suite_{dataset}" for dataset in ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking", "controle")),
        "stand_sluit_aan",
        "verwerkt",
    }
    assert all(held[name, None] for name in ("poort_oordeelde", "niets_te_klein", "elke_stad_haar_pagina"))


def test_the_version_that_dagster_shows_is_that_of_the_store(root):
    with instance_of(root) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("disclosure"))
    assert event
    assert event.asset_materialization
    assert event.asset_materialization.tags == {"dagster/data_version": Store(root).current("disclosure")}


def test_a_city_that_fails_is_not_recorded_as_made_and_the_run_names_it(root, deliver, monkeypatch):
    count_shard = shards.count_shard

    def broken(shard: Shard) -> object:
        if shard.city == "turnhout":
            raise ValueError("CELLTOKEN")
        return count_shard(shard)

    monkeypatch.setattr(shards, "count_shard", broken)
    before = Store(root).current("tables/turnhout")
    deliver(root, "aalst", "turnhout", revision=1, days_later=1)
    assert run(root).failed == ("turnhout D-901",)
    assert Store(root).current("tables/turnhout") == before
    assert {path.parent.name for path in (root / "preview").glob("*/index.html")} == {"aalst", "turnhout"}
    latest = runs(root)[0]
    assert latest.status == dg.DagsterRunStatus.FAILURE
    assert stages_of("aalst") | COMMON <= made(root, latest.run_id)
    assert made(root, latest.run_id) & stages_of("turnhout") == {
        ("extract", "turnhout"),
        ("periods", "turnhout"),
    }
    held = checks(root, latest.run_id)
    assert (held["verwerkt", "aalst"], held["verwerkt", "turnhout"]) == (True, False)
    with instance_of(root) as instance:
        failed = instance.all_logs(latest.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert [entry.step_key for entry in failed] == ["besluit"]
    assert "D-412: Niet gelukt: turnhout D-901." in str(failed[0].dagster_event)


@pytest.mark.slow
def test_what_is_too_small_is_neither_stored_nor_shown(root, deliver, monkeypatch):
    before = Store(root).current("disclosure")
    findings = examination.disclosure_findings

    def one_too_small(shown, policy, **counts):
        return findings(shown.with_columns(value=shown["value"].clip(upper_bound=9)), policy, **counts)

    monkeypatch.setattr(common_stages, "disclosure_findings", one_too_small)
    deliver(root, "turnhout", revision=1, days_later=1)
    result = run(root)
    assert (result.failed, result.exit_status) == (("benchmark D-413",), 1)
    assert Store(root).current("disclosure") == before
    assert not checks(root, runs(root)[0].run_id)["niets_te_klein", None]


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_where_it_was(root, deliver):
    deliver(root, "aalst", "turnhout", revision=1, days_later=1)
    program = (
        "import os, pathlib, signal, sys\n"
        "from assets.run import run\n"
        "from demad.publishing import common_stages\n"
        "common_stages.indicators_of = lambda root: os.kill(os.getpid(), signal.SIGKILL)\n"
        "run(pathlib.Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    killed = subprocess.run(
        [sys.executable, "-c", program, str(root)], env=environment, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert stages_of("aalst", "turnhout") <= made(root, runs(root)[0].run_id)
    again = run(root)
    assert (again.cities, again.benchmark, again.failed) == ((), True, ())
    assert not made(root, runs(root)[0].run_id) & stages_of("aalst", "turnhout")
    assert run(root).benchmark is False


def test_a_scheduled_night_with_nothing_new_ends_after_its_first_step(root):
    with instance_of(root) as instance:
        with dg.execute_job(dg.reconstructable(nightly), instance=instance) as done:
            steps = [event.step_key for event in done.all_events if event.is_step_start]
        assert failures_of(instance, done.run_id) == []
    assert (done.success, steps) == (True, ["leveringen"])
    assert made(root, done.run_id) == set()


@pytest.mark.slow
def test_more_processes_give_the_same_figures(root, deliver, tmp_path):
    other = Path(shutil.copytree(root, tmp_path / "other"))
    (other / "demad.toml").write_text("processes = 2\n", encoding="utf-8")
    for where in (root, other):
        deliver(where, "aalst", "turnhout", revision=1, days_later=1)
        assert run(where).cities == ("aalst", "turnhout")
    names = [f"{stage}/{city}" for stage in ("tables", "protected") for city in ("aalst", "turnhout")]
    assert [Store(root).current(name) for name in names] == [Store(other).current(name) for name in names]
    assert Store(root).read("disclosure", "published").equals(Store(other).read("disclosure", "published"))
    with instance_of(other) as instance:
        started = instance.all_logs(runs(other)[0].run_id, of_type=dg.DagsterEventType.STEP_WORKER_STARTED)
    assert {"stad[aalst]", "stad[turnhout]"} <= {entry.step_key for entry in started}
