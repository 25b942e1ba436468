"""How each night ended is kept for years, within a bound, and a monitoring tool can read it."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest

from demad.errors import UsageRefused
from demad.notify.failed_units import failed_units, remember_failure
from demad.notify.last_run import remember_idle_run, remember_run
from demad.notify.morning import after_run, state_of
from demad.notify.nights import forget_nights, nights
from demad.notify.prometheus import prometheus_text, write_prometheus

START = datetime(2026, 1, 1, 3, 15, tzinfo=UTC)
_LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9]+(\.[0-9]+)?')


def test_each_night_is_kept_with_its_outcome(tmp_path):
    remember_run(tmp_path, exit_status=0, failed=[], cities=["gent"], benchmark=True, at=START)
    remember_run(tmp_path, exit_status=1, failed=["aalst D-901"], cities=["aalst"], at=START + timedelta(days=1))
    kept = nights(tmp_path)
    assert [(night["exit_status"], night["cities"], night["failed"]) for night in kept] == [
        (0, ["gent"], []),
        (1, ["aalst"], ["aalst D-901"]),
    ]


def test_a_machine_that_looks_every_minute_writes_one_line_a_day(tmp_path):
    for minute in range(0, 3 * 24 * 60, 60):
        remember_run(tmp_path, exit_status=0, failed=[], at=START + timedelta(minutes=minute))
    assert len(nights(tmp_path)) == 4


def test_the_history_has_a_bound_and_keeps_the_newest(tmp_path):
    (tmp_path / "health").mkdir()
    many = [{"at": (START + timedelta(hours=hour)).isoformat(), "exit_status": 0} for hour in range(20_000)]
    (tmp_path / "health" / "nights.jsonl").write_text("".join(json.dumps(night) + "\n" for night in many))
    remember_run(tmp_path, exit_status=3, failed=[], at=START + timedelta(days=5000))
    assert len(nights(tmp_path)) == 10_001
    assert nights(tmp_path)[-1]["exit_status"] == 3


def test_a_line_that_a_kill_cut_is_left_out_and_the_next_one_is_whole(tmp_path):
    remember_run(tmp_path, exit_status=0, failed=[], cities=["gent"], at=START)
    with (tmp_path / "health" / "nights.jsonl").open("ab") as file:
        file.write(b'{"at": "2026-')
    remember_run(tmp_path, exit_status=0, failed=[], cities=["aalst"], at=START + timedelta(days=1))
    assert [night["cities"] for night in nights(tmp_path)] == [["gent"], ["aalst"]]


def test_old_nights_go_when_they_are_pruned(tmp_path):
    for day in range(10):
        remember_run(tmp_path, exit_status=0, failed=[], cities=["gent"], at=START + timedelta(days=day))
    assert forget_nights(tmp_path, START + timedelta(days=7)) == 7
    assert len(nights(tmp_path)) == 3


def test_an_idle_run_is_a_night_too(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "health.json").write_text("{}")
    assert remember_idle_run(tmp_path, at=START)
    assert nights(tmp_path)[0]["at"] == START.isoformat(timespec="seconds")


def test_every_line_for_prometheus_has_its_form_and_its_type(tmp_path):
    remember_run(tmp_path, exit_status=1, failed=["gent D-901"], cities=["gent"], at=datetime.now(UTC))
    text = prometheus_text(state_of(tmp_path))
    lines = text.splitlines()
    values = [line for line in lines if not line.startswith("#")]
    assert [line for line in values if not _LINE.fullmatch(line)] == []
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.split(r"[ {]", line)[0] for line in values} <= named
    assert "demad_ok 0" in values
    assert 'demad_alerts{code="D-476"} 1' in values
    assert "demad_last_run_exit_status 1" in values


def test_everybody_may_read_the_file_for_prometheus_and_nothing_else(tmp_path):
    write_prometheus(file := tmp_path / "demad.prom", state_of(tmp_path))
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["demad.prom"]


def test_a_service_that_failed_is_told_once_and_forgotten_after_a_day(tmp_path):
    remember_failure(tmp_path, "demad-backup.service")
    assert [alert.code for alert in after_run(tmp_path).sent] == ["D-492"]
    remember_failure(tmp_path, "demad-backup.service")
    assert after_run(tmp_path).sent == ()
    assert state_of(tmp_path)["ok"] is False
    assert list(failed_units(tmp_path, datetime.now(UTC) + timedelta(hours=26))) == []


@pytest.mark.parametrize("name", ["", "ssh.service", "demad-backup.service; rm -rf /", "../x", "demad-\n"])
def test_only_a_service_of_ours_is_told(tmp_path, name):
    with pytest.raises(UsageRefused) as refusal:
        remember_failure(tmp_path, name)
    assert refusal.value.code == "D-493"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"backup": 1}', b'{"demad-x.service": 3}', b"\xff\xfe"])
def test_damaged_files_of_this_folder_stop_nothing(tmp_path, damage):
    (tmp_path / "health").mkdir()
    for name in ("units.json", "copies.json", "nights.jsonl"):
        (tmp_path / "health" / name).write_bytes(damage)
    assert state_of(tmp_path)["alerts"] == []
    assert nights(tmp_path) == []
