"""The doctor sees what is wrong with a machine, says what to do, and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from demad.intake.reading.wall import reader_wall
from demad.operations.doctor import examine, settings

DEPLOY = Path(__file__).parents[2] / "deploy"
POSTGRES = {"DEMAD_PG_HOST": "127.0.0.1", "DEMAD_PG_USER": "x", "DEMAD_PG_PASSWORD": "x", "DEMAD_PG_DATABASE": "x"}


def wrong(root: Path) -> list[str]:
    """What is wrong, but for the wall around the reader where this kernel has none (`tests/intake/test_wall.py`)."""
    found = [finding.what for finding in examine(root) if not finding.good]
    return [what for what in found if reader_wall().closed or not what.startswith("Lezer van leveringen")]


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


def test_nothing_of_a_server_listens_beyond_this_machine():
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DEPLOY.iterdir()) if path.suffix != ".lock")
    assert "0.0.0.0" not in written  # noqa: S104
    assert written.count("--host 127.0.0.1") == 4  # code and web page, as a unit and in a container
    assert settings((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))["telemetry.enabled"] == "false"


def test_no_lock_of_a_server_holds_an_address():
    lock = (DEPLOY / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count("--hash=") > lock.count("==")
