"""The doctor sees what is wrong with a machine, says what to do, and changes nothing."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, SensorInstigatorData

from assets import page
from assets.examination import examine as examined_by_dagster
from demad.intake.reading.wall import reader_wall
from demad.operations import packages
from demad.operations.doctor import examine, settings

DEPLOY = Path(__file__).parents[2] / "deploy"
POSTGRES = {"DEMAD_PG_HOST": "127.0.0.1", "DEMAD_PG_USER": "x", "DEMAD_PG_PASSWORD": "x", "DEMAD_PG_DATABASE": "x"}


def wrong(root: Path) -> list[str]:
    """What is wrong, but for the wall around the reader where this kernel has none (`tests/intake/test_wall.py`)."""
    found = [finding.what for finding in examine(root) if not finding.good]
    return [what for what in found if reader_wall().landlock or not what.startswith("Lezer van leveringen")]


@pytest.fixture(autouse=True)
def private_files():
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_root_after_a_run_is_in_order(root):
    assert wrong(root) == []


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_folder_that_others_may_enter_is_seen(root):
    (root / "store").chmod(0o755)
    assert [text for text in wrong(root) if text.startswith("store")]


def test_a_loose_umask_is_seen(root):
    os.umask(0o022)
    assert [text for text in wrong(root) if "umask 022" in text]


@pytest.mark.parametrize(
    ("given", "made", "seen"),
    [
        ("  enabled: false", "  enabled: true", "telemetrie uit"),
        ("NoOpComputeLogManager", "LocalComputeLogManager", "geen logboeken"),
        ("max_runtime_seconds: 7200", "max_runtime_seconds: 0", "een langste duur"),
        ("purge_after_days: 30", "purge_after_days: -1", "oude tikken"),
        ("max_concurrent_runs: 1", "max_concurrent_runs: 8", "één run tegelijk"),
    ],
)
def test_a_setting_of_dagster_that_is_not_safe_is_seen(root, given, made, seen):
    config = root / "dagster" / "dagster.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace(given, made), encoding="utf-8")
    assert [text for text in wrong(root) if seen in text]


def test_a_clock_before_the_last_decision_is_seen(root):
    ledger = root / "store" / "ledger.jsonl"
    ledger.write_text(ledger.read_text(encoding="utf-8").replace('"at": "20', '"at": "30'), encoding="utf-8")
    assert [text for text in wrong(root) if text.startswith("Klok")]


def test_the_configuration_of_a_server_is_in_order_but_for_a_database_that_is_away(root, monkeypatch):
    for name, value in POSTGRES.items():
        monkeypatch.setenv(name, value)
    text = (DEPLOY / "dagster.yaml").read_text(encoding="utf-8").replace("port: 5432", "port: 1")
    (root / "dagster" / "dagster.yaml").write_text(text, encoding="utf-8")
    assert wrong(root) == ["PostgreSQL bereikbaar"]


def test_the_umask_that_the_shell_gave_is_judged_not_the_one_that_we_set(root):
    told = [finding.what for finding in examine(root, umask=0o022) if not finding.good]
    assert [text for text in told if "umask 022" in text]


def test_a_cache_that_cannot_be_written_is_seen(root, monkeypatch):
    (nowhere := root / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere))
    assert [text for text in wrong(root) if str(nowhere) in text]


@pytest.mark.parametrize("name", ["work/last-run.json", "store/ledger.jsonl", "audit/HEAD"])
def test_a_clock_before_a_file_that_a_run_wrote_is_seen(root, name):
    ahead = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(root / name, (ahead, ahead))
    assert [text for text in wrong(root) if text.startswith("Klok")]


def test_a_server_without_its_configuration_is_seen(root, monkeypatch):
    for name, value in POSTGRES.items():
        monkeypatch.setenv(name, value)
    assert "Dagster gebruikt PostgreSQL" in wrong(root)
    (root / "dagster" / "dagster.yaml").unlink()
    assert "dagster.yaml staat in dagster/" in wrong(root)


def test_a_home_of_dagster_elsewhere_is_seen(root, tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    assert "DAGSTER_HOME is de map dagster/" in wrong(root)


def test_a_sensor_that_somebody_stopped_is_seen(root):
    assert all(finding.good for finding in examined_by_dagster(root))
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("demad"), "__repository__")
    origin = RemoteInstigatorOrigin(repository, "postbus")
    stopped = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.STOPPED, SensorInstigatorData())
    with DagsterInstance.from_config(str(root / "dagster")) as instance:
        instance.add_instigator_state(stopped)
    assert [finding.what for finding in examined_by_dagster(root) if not finding.good] == ["Uitgezet: postbus"]


def test_a_package_of_another_version_is_named(root, tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        'polars==0.1 \\\n    --hash=sha256:00\nnumpy==0.1 ; python_full_version < "3" \\\n    --hash=sha256:00\n'
    )
    monkeypatch.setattr(packages, "lock_of", lambda _: lock)
    found = next(finding for finding in packages.installed() if "pakketten" in finding.what)
    assert (found.good, found.what) == (False, "1 pakketten anders dan deze versie vraagt")
    assert "polars" in found.todo


def test_a_wheel_alone_is_judged_by_what_it_asks_for(monkeypatch):
    monkeypatch.setattr(packages, "checkout", lambda: None)
    found = list(packages.installed())
    assert not any("dagster" in finding.what for finding in found)
    assert [finding.what for finding in found if not finding.good] == []


def test_nothing_of_a_server_listens_beyond_this_machine():
    files = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.suffix != ".lock"]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert "0.0.0.0" not in written  # noqa: S104
    assert written.count("--host 127.0.0.1") == 2  # the code, as a unit and in a container
    assert page.HOST == "127.0.0.1"  # the page takes no other
    assert settings((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))["telemetry.enabled"] == "false"


def test_no_lock_of_a_server_holds_an_address():
    lock = (DEPLOY / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count("--hash=") > lock.count("==")
