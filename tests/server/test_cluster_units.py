"""The services of a cluster: walled in as those of a server, and no worker reaches a secret."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from configparser import SectionProxy
from pathlib import Path

import pytest

from tests.server.test_units import TOP, WALL, WORST, Unit, machine, needs_systemd

CLUSTER = TOP / "deploy" / "cluster"
SERVICES = {"demad-scheduler.service": "demad-scheduler.service", "demad-worker@.service": "demad-worker@1.service"}
LAST = "na-de-muur.conf"
__all__ = ["machine"]


@pytest.fixture(scope="module")
def node(machine: Path) -> Path:
    """A disk with the units of a server and those of a cluster."""
    system = machine / "etc" / "systemd" / "system"
    for name in SERVICES:
        shutil.copy(CLUSTER / name, system)
        shutil.copytree(CLUSTER / f"{name}.d", system / f"{name}.d", dirs_exist_ok=True)
    for needed in ("network-online.target", "remote-fs.target"):
        (system / needed).write_text("[Unit]\nDescription=of the system\n")
    program = machine / "opt" / "demad" / ".venv" / "bin" / "dask"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return machine


@needs_systemd
@pytest.mark.parametrize("name", SERVICES.values())
def test_systemd_finds_little_that_it_could_reach_and_nothing_to_say(node, name):
    judge = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--root={node}", name]
    told = subprocess.run(judge, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d)", told.stdout)
    assert exposure, told.stderr
    assert float(exposure[1]) <= WORST
    verify = ["systemd-analyze", "verify", "--man=no", f"--root={node}", name]
    told = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert not [line for line in told.stderr.splitlines() if "demad" in line]


def test_of_the_walls_only_the_data_are_fewer():
    walls = {key for key, _ in Unit(WALL)["Service"].items()}
    for name in SERVICES:
        assert not {key for key, _ in Unit(CLUSTER / name)["Service"].items()} & walls
        assert {key for key, _ in after(name).items()} & walls == {"StateDirectory", "EnvironmentFile"}
        assert after(name)["StateDirectory"] == ""
    assert "-/var/lib/demad" in after("demad-scheduler.service")["InaccessiblePaths"].split()
    text = (CLUSTER / "demad-worker@.service.d" / LAST).read_text(encoding="utf-8")
    assert {"secrets", "inbox", "audit", "publication", "work", "intern"} <= set(
        re.findall(r"-/var/lib/demad/(\w+)", text)
    )
    assert after("demad-worker@.service")["ReadWritePaths"] == "/var/lib/demad/store"


def test_what_runs_comes_back_always():
    for name in SERVICES:
        unit = Unit(CLUSTER / name)
        assert (unit["Service"]["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert WALL.name < LAST  # systemd reads drop-ins by their name, and the last one counts


def after(name: str) -> SectionProxy:
    """What a unit of the cluster sets after the wall of all services."""
    return Unit(CLUSTER / f"{name}.d" / LAST)["Service"]


def test_the_settings_are_those_of_dask_and_ask_for_tls_on_both_sides():
    config = pytest.importorskip("dask.config")
    pytest.importorskip("distributed.config")
    lines = (CLUSTER / "cluster.env").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    ours = config.collect_env({name: value for name, value in given.items() if name.startswith("DASK_")})
    for key in _keys(ours):
        assert config.get(key, default="unknown") != "unknown", key
    assert config.get("distributed.comm.require-encryption", override_with=None) is not True  # ours alone asks for it
    assert given["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] == "True"
    assert not [name for name in given if "PASSWORD" in name or "SECRET" in name]


def _keys(tree: dict, above: str = "") -> list[str]:
    found = []
    for name, value in tree.items():
        key = f"{above}.{name}" if above else name
        found += _keys(value, key) if isinstance(value, dict) else [key]
    return found
