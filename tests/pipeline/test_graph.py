"""The graph as Dagster sees it: it reads like the flow, and what is launched in the interface succeeds."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.database import database_refusal
from assets.home import dagster_home
from assets.night import nightly
from demad.errors import UsageRefused
from demad.intake.deliveries.reception import take_in
from demad.store import Store, root_lock

pytestmark = pytest.mark.filterwarnings("ignore:.*is currently in beta")

ASSETS = Path(__file__).parents[2] / "assets"
FLOW = {
    "delivery": set(),
    "extract": {"delivery"},
    "periods": {"extract"},
    "tables": {"periods"},
    "protected": {"tables"},
    "indicators": {"tables"},
    "disclosure": {"protected"},
    "benchmark": {"disclosure"},
    "reports": {"benchmark"},
    "site": {"benchmark", "reports"},
}


@pytest.fixture
def defs() -> dg.Definitions:
    from assets.definitions import defs

    return defs


@pytest.fixture
def instance(root, monkeypatch):
    monkeypatch.setenv("DEMAD_ROOT", str(root))
    monkeypatch.setenv("DAGSTER_HOME", str(root / "dagster"))
    with dg.DagsterInstance.from_config(str(root / "dagster")) as opened:
        yield opened


def test_the_graph_reads_like_the_flow(defs):
    graph = defs.resolve_asset_graph()
    assert {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    } == FLOW
    assert all(graph.get(key).description for key in graph.get_all_asset_keys())


def test_what_would_be_wrong_blocks_and_what_is_to_be_known_is_told(defs):
    graph = defs.resolve_asset_graph()
    blocking = {check.name: graph.get_check_spec(check).blocking for check in graph.asset_check_keys}
    assert {name for name, blocks in blocking.items() if blocks} == {
        *(f"suite_{dataset}" for dataset in ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking", "controle")),
        "stand_sluit_aan",
        "poort_oordeelde",
        "niets_te_klein",
    }
    assert {name for name, blocks in blocking.items() if not blocks} == {
        "verwerkt",
        "elke_stad_toont_iets",
        "elke_stad_haar_pagina",
        "grootte",
        "pdf_en_werkmap",
    }


def test_what_a_data_specialist_reads_in_dagster_is_dutch(defs):
    graph = defs.resolve_asset_graph()
    told = [graph.get(key).description for key in graph.get_all_asset_keys()]
    told += [graph.get_check_spec(check).description for check in graph.asset_check_keys]
    told += [job.description for job in defs.resolve_all_job_defs() if not job.name.startswith("__")]
    told += [step.description for step in defs.resolve_job_def("nightly").graph.node_defs]
    words = {word for text in told for word in re.findall(r"\w+", str(text).lower())}
    assert all(told)
    assert not words & {"the", "and", "with", "every", "which", "are", "that"}


def test_the_night_starts_at_a_quarter_past_four_in_brussels(defs):
    nightly = defs.resolve_schedule_def("elke_nacht")
    assert (nightly.cron_schedule, nightly.execution_timezone) == ("15 4 * * *", "Europe/Brussels")
    assert nightly.default_status == dg.DefaultScheduleStatus.RUNNING


def test_a_city_launched_in_the_interface_succeeds(instance, defs, deliver, root):
    deliver(root, "turnhout", revision=1, days_later=1)
    take_in(root)
    before = Store(root).current("tables/turnhout")
    result = defs.resolve_job_def("stad_verwerken").execute_in_process(instance=instance, partition_key="turnhout")
    assert result.success
    assert Store(root).current("tables/turnhout") != before


@pytest.mark.usefixtures("plain_site")
def test_one_report_and_the_site_launched_in_the_interface_keep_every_city_in_the_preview(instance, defs, root):
    assert defs.resolve_job_def("rapporten_maken").execute_in_process(instance=instance, partition_key="aalst").success
    from assets import definitions

    alone = dg.materialize(
        definitions.ASSETS,
        selection=dg.AssetSelection.assets("site"),
        instance=instance,
        resources=definitions.RESOURCES,
    )
    assert alone.success
    assert {path.parent.name for path in (root / "preview").glob("*/index.html")} == {"aalst", "turnhout"}


def test_a_city_without_a_delivery_fails_with_its_code_alone(instance, defs):
    job = defs.resolve_job_def("stad_verwerken")
    result = job.execute_in_process(instance=instance, partition_key="gent", raise_on_error=False)
    assert not result.success
    told = str(result.failure_data_for_node("extract"))
    assert "D-410" in told


@pytest.mark.usefixtures("plain_site")
def test_the_nightly_job_does_what_demad_run_does(instance, defs, deliver, root):
    deliver(root, "turnhout", revision=1, days_later=1)
    before = Store(root).current("tables/turnhout")
    with dg.execute_job(dg.reconstructable(nightly), instance=instance) as done:
        assert done.success
    assert Store(root).current("tables/turnhout") != before
    told = json.loads((root / "work" / "last-run.json").read_text(encoding="utf-8"))
    assert (told["exit_status"], told["cities"], told["benchmark"]) == (0, ["turnhout"], True)


def test_the_inbox_sensor_asks_one_run_for_what_waits(instance, defs, deliver, root):
    sensor = defs.resolve_sensor_def("postbus")
    with dg.build_sensor_context(instance=instance) as context:
        assert sensor.evaluate_tick(context).skip_message
    deliver(root, "turnhout", "aalst", revision=1, days_later=1)
    with dg.build_sensor_context(instance=instance) as context:
        requests = sensor.evaluate_tick(context).run_requests or []
    assert len(requests) == 1
    assert "turnhout" not in str(requests[0].run_key)  # a folder may be called anything
    assert requests[0].tags["aanleiding"] == "postbus: 2 leveringen, 2 steden"


def test_a_run_whose_process_was_killed_is_ended_once_nobody_holds_the_root(instance, defs, root):
    from assets.orphans import end_orphans

    job = defs.resolve_job_def("nightly")
    run = instance.create_run_for_job(job_def=job, status=dg.DagsterRunStatus.STARTED)
    assert end_orphans(instance, "nightly") == 0  # it may have just begun
    later = datetime.now(UTC) + timedelta(minutes=6)
    with root_lock(root):
        assert end_orphans(instance, "nightly", later) == 0
    assert end_orphans(instance, "nightly", later) == 1
    assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE


def test_sqlite_refuses_more_than_one_run_at_a_time(root):
    config = root / "dagster" / "dagster.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("max_concurrent_runs: 1", "max_concurrent_runs: 4"))
    with pytest.raises(UsageRefused) as refusal:
        dagster_home(root)
    assert refusal.value.code == "D-480"


def test_the_database_that_is_away_is_told_by_its_code(tmp_path):
    from sqlalchemy.exc import OperationalError

    wrapped = RuntimeError("what Dagster makes of it")
    wrapped.__cause__ = OperationalError("select", {}, Exception("could not connect"))
    refusal = database_refusal(wrapped, tmp_path)
    assert (refusal.code if refusal else "") == "D-478"
    assert database_refusal(ValueError("ours"), tmp_path) is None


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.py")), ids=lambda path: path.name)
def test_assets_are_wiring_of_twelve_statements_at_most(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.decorator_list
        and sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 2 > 12
    ]
    assert long == []
    assert "from __future__" not in path.read_text(encoding="utf-8")
