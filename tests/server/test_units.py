"""The services of a server: systemd accepts them, they are walled in, they stop in order, and failures are told."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.guide import GUIDE, blocks

TOP = Path(__file__).parents[2]
UNITS = TOP / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("demad-*.service"))
TIMERS = sorted(path.name for path in UNITS.glob("demad-*.timer"))
WALL = UNITS / "demad-.service.d" / "muur.conf"
NIGHTLY = {"demad-backup", "demad-drill", "demad-digest", "demad-prune", "demad-doctor"}
WORST = 2.0  # exposure that systemd computes, of 10
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")


class Unit(configparser.RawConfigParser):
    """A unit file; a key that is given more than once keeps its last value here."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
        self.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
        self.read_string(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disk with our units and the programs that they start, for what judges without a running systemd."""
    disk = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, disk / "etc" / "systemd" / "system", dirs_exist_ok=True)
    for name in ("python", "dagster", "dagster-daemon"):
        program = disk / "opt" / "demad" / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    for needed in ("network.target", "multi-user.target", "timers.target", "basic.target", "sysinit.target"):
        (disk / "etc" / "systemd" / "system" / needed).write_text("[Unit]\nDescription=of the system\n")
    for needed in ("systemd-journald-varlink@.socket", "systemd-journald@.socket"):
        text = "[Unit]\nDescription=of the system\nDefaultDependencies=no\n[Socket]\nListenStream=/run/%i\n"
        (disk / "etc" / "systemd" / "system" / needed).write_text(text)
    service = "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/opt/demad/.venv/bin/python\n"
    (disk / "etc" / "systemd" / "system" / "systemd-journald@.service").write_text(service)
    return disk


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_little_that_a_service_could_reach(machine, name):
    given = name.replace("@.", "@demad-backup.service.")
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--root={machine}", given]
    told = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d)", told.stdout)
    assert exposure, told.stderr
    assert float(exposure[1]) <= WORST


@needs_systemd
def test_systemd_verifies_every_unit_and_every_moment(machine):
    names = [name.replace("@.", "@demad-backup.service.") for name in (*SERVICES, *TIMERS)]
    command = ["systemd-analyze", "verify", "--man=no", f"--root={machine}", *names]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in told.stderr.splitlines() if "demad" in line]
    assert not ours
    for name in TIMERS:
        when = Unit(UNITS / name)["Timer"]["OnCalendar"]
        assert subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode == 0


def test_no_service_takes_down_the_walls_that_all_have():
    walls = {key for key, _ in Unit(WALL)["Service"].items()}
    own = {name: {key for key, _ in Unit(UNITS / name)["Service"].items()} & walls for name in SERVICES}
    assert not {name: keys for name, keys in own.items() if keys}
    assert {"User", "UMask", "ProtectSystem", "ProtectHome", "NoNewPrivileges", "CacheDirectory", "KillMode"} <= walls


def test_every_failure_is_told_but_that_of_the_alarm_itself():
    told = {name: Unit(UNITS / name)["Unit"].get("OnFailure") for name in SERVICES}
    assert told.pop("demad-alarm@.service") is None
    assert set(told.values()) == {"demad-alarm@%n.service"}


def test_what_runs_always_comes_back_and_the_code_stops_last():
    for name in ("demad-code", "demad-daemon", "demad-web"):
        unit = Unit(UNITS / f"{name}.service")
        assert unit["Service"]["Restart"] == "always"
        assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    for name in ("demad-daemon", "demad-web", "demad-operate"):
        unit = Unit(UNITS / f"{name}.service")["Unit"]
        assert "demad-code.service" in unit["After"]
        assert unit["Requires"] == "demad-code.service"
    assert Unit(WALL)["Service"]["KillMode"] == "mixed"  # a child, such as the reader of a file, is not asked first


def test_the_page_only_shows_unless_it_is_the_one_to_operate():
    shows = Unit(UNITS / "demad-web.service")["Service"]["ExecStart"]
    operates = Unit(UNITS / "demad-operate.service")["Service"]["ExecStart"]
    assert "--operate" not in shows
    assert operates.endswith("--operate")
    assert "Install" not in Unit(UNITS / "demad-operate.service")


def test_every_timer_has_its_service_and_catches_up_after_a_night_without_power():
    assert {name.removesuffix(".timer") for name in TIMERS} == NIGHTLY
    assert all(Unit(UNITS / name)["Timer"]["Persistent"] == "true" for name in TIMERS)
    assert all((UNITS / f"{name}.service").exists() for name in NIGHTLY)


def test_a_busy_folder_is_tried_again_and_any_other_failure_is_told_at_once():
    for name in ("demad-backup", "demad-drill", "demad-prune"):
        service = Unit(UNITS / f"{name}.service")["Service"]
        assert service["Restart"] == "on-failure"
        assert service["RestartPreventExitStatus"].split() == ["1", "2", "3", "4", "5", "6"]


def test_the_page_names_every_service_and_starts_every_timer():
    text = GUIDE.read_text(encoding="utf-8")
    started = "\n".join(blocks("server"))
    assert all(f"`{name.partition('.')[0]}`" in text for name in SERVICES)
    assert all(name in started for name in TIMERS)


def test_the_page_removes_what_it_made():
    made = set(re.findall(r"/(?:etc|opt|usr/local|var|run)[\w/.-]*demad[\w/.-]*", "\n".join(blocks("server"))))
    gone = "\n".join(blocks("verwijderen"))
    kept = [path for path in made if not any(path.startswith(top) for top in re.findall(r"/\S*demad", gone))]
    assert not kept


def test_no_secret_stands_in_the_settings_that_we_ship():
    text = (TOP / "deploy" / "demad.env").read_text(encoding="utf-8")
    assert re.search(r"^DEMAD_PG_PASSWORD=$", text, re.MULTILINE)
    assert not re.search(r"[0-9a-f]{32}", text)
