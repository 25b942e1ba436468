"""A parser that a hostile file took over reaches nothing but that file; without the kernel for it, doctor says so."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from demad.intake.reading import sandbox, wall
from demad.operations.doctor import examine
from demad.system import Limits
from tests.intake import hostile

HERE = wall.reader_wall()
LIMITS = Limits(memory=600_000_000, written=10_000_000, seconds=20)
walled = pytest.mark.skipif(
    HERE.landlock < 6, reason=f"Landlock {HERE.landlock} of this kernel, or no landlockpy: sockets and signals need 6"
)


@pytest.fixture
def job(tmp_path: Path):
    """A delivery, a store beside it, and somebody who listens; afterwards the helper of this test is ended."""
    for name in ("inbox/mine", "inbox/other", "store", "out"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "inbox/mine/leefloon.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "store/persons.parquet").write_text("rows of persons", encoding="utf-8")
    (tmp_path / "store/link").symlink_to("persons.parquet")
    name = f"demad-{tmp_path.name}"
    sandbox.stop()
    with (
        socket.create_server(("127.0.0.1", 0)) as line,
        socket.socket(socket.AF_UNIX) as other,
        subprocess.Popen(["sleep", "60"]) as victim,
    ):
        other.bind(f"\0{name}")
        other.listen()
        yield {
            "files": [str(tmp_path / "inbox/mine/leefloon.csv")],
            "beside": str(tmp_path / "inbox/other"),
            "store": str(tmp_path / "store"),
            "secret": str(tmp_path / "store/persons.parquet"),
            "out": str(tmp_path / "out"),
            "port": line.getsockname()[1],
            "socket": name,
            "victim": victim.pid,
            "alone": HERE.alone,
        }
        victim.kill()
    sandbox.stop()


def told(job: dict) -> dict:
    status = sandbox.run("tests.intake.hostile", job, LIMITS, reads=job["files"], writes=[job["out"]])
    assert status == 0
    return json.loads((Path(job["out"]) / "told.json").read_text(encoding="utf-8"))


@walled
def test_a_parser_that_was_taken_over_reaches_its_own_file_and_nothing_else(job: dict):
    found = told(job)
    assert (found["own"], found["did"]) == ("mine", [])

    assert found["tried"] >= 19
    os.kill(job["victim"], 0)
    assert Path(job["secret"]).read_text(encoding="utf-8") == "rows of persons"


def test_what_it_tries_succeeds_without_the_wall(job: dict):
    """Else the test above proves nothing: this process has no wall, and most of it works."""
    hostile.work(job)
    found = json.loads((Path(job["out"]) / "told.json").read_text(encoding="utf-8"))

    assert {"read a file of the store", "list the store", "connect by TCP", "start a program"} <= set(found["did"])
    assert len(found["did"]) >= found["tried"] - 1  # a container may refuse one by itself


@pytest.mark.skipif(not wall.network_of_its_own(), reason="no right to a network of its own")
def test_the_helper_has_a_network_of_its_own():
    command = [*wall.network_of_its_own(), "cat", "/proc/net/dev"]
    seen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [line.split(":")[0].strip() for line in seen.splitlines()[2:]] == ["lo"]


@pytest.mark.parametrize(
    ("found", "good", "said"),
    [
        (wall.Wall(7, alone=True), True, "alleen zijn eigen bestanden (Landlock 7), geen netwerk"),
        (wall.Wall(4, alone=False), True, "alleen zijn eigen bestanden (Landlock 4), geen TCP"),
        (wall.Wall(3, alone=False), True, "alleen zijn eigen bestanden (Landlock 3), met netwerk"),
        (wall.Wall(0, alone=True), False, "bij alle bestanden, geen netwerk"),
        (wall.Wall(0, alone=False), False, "bij alle bestanden, met netwerk"),
    ],
)
def test_doctor_says_what_the_kernel_gives(found, good, said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("demad.operations.doctor.reader_wall", lambda: found)
    monkeypatch.setattr("demad.operations.doctor.FORKS", True)
    (line,) = [one for one in examine(tmp_path / "none") if one.what.startswith("Lezer van leveringen")]
    assert (line.good, line.what) == (good, f"Lezer van leveringen: {said}")


def test_without_landlock_files_are_still_read(job: dict, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wall, "landlock_version", lambda: 0)
    wall.build(job["files"], [job["out"]])
    assert Path(job["secret"]).read_text(encoding="utf-8") == "rows of persons"
