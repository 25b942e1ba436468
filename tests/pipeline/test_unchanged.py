"""`demad run` with nothing new says so from files alone; whatever a night must see ends that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demad.operations import unchanged
from demad.operations.unchanged import remember, snapshot

CHECKOUT = Path(__file__).parents[2]
SLOW = ("dagster", "great_expectations", "matplotlib", "numpy", "pandas", "polars", "scipy", "sqlalchemy")


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root and a program of a few files, after a night with nothing left to do."""
    files = {
        "root/demad.toml": "", "root/cities/gent.toml": "", "root/inbox/gent/een/delivery.json": "{}",
        "root/store/tables/gent/CURRENT": "a", "root/store/accepted/gent/large.parquet": "b" * (2**20 + 1),
        "root/secrets/gent.secret": "c", "root/audit/trail.jsonl": "", "root/preview/index.html": "",
        "root/work/health.json": '{"at": "", "ok": true}', "program/cities/gent.toml": "", "program/counts.py": "1",
        "program/expectations/leefloon.json": "", "program/reports/words.nl.toml": "",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(unchanged, "data_folder", lambda name: tmp_path / "program" / name)
    remember(tmp_path / "root", snapshot(tmp_path / "root"), until=None)
    return tmp_path / "root"


def write(name: str, text: str = "x") -> Callable[[Path], object]:
    def change(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    return change


CHANGES: dict[str, Callable[[Path], object]] = {
    "een levering": write("inbox/gent/twee/delivery.json"),
    "een andere levering": write("inbox/gent/een/delivery.json", "[]"),
    "een levering die nog geschreven wordt": write("inbox/gent/twee/leefloon.csv"),
    "instellingen": write("demad.toml"),
    "een stad": write("cities/vilvoorde.toml"),
    "een byte in de opslag": write("store/tables/gent/CURRENT", "b"),
    "een groot bestand": write("store/accepted/gent/large.parquet", "c" * (2**20 + 2)),
    "een geheim": write("secrets/gent.secret", "d"),
    "een verloren geheim": lambda root: (root / "secrets" / "gent.secret").unlink(),
    "het auditspoor": write("audit/trail.jsonl"),
    "geen preview": lambda root: (root / "preview" / "index.html").unlink(),
    "een begonnen herstel": write(".restore-begun"),
    "een link": lambda root: (root / "inbox" / "aalst").symlink_to(root / "inbox" / "gent"),
    "het programma": write("../program/counts.py", "22"),
    "een tekst": write("../program/reports/words.nl.toml"),
    "een regel": write("../program/expectations/steun.json"),
    "geen gezondheidsbestand": lambda root: (root / "work" / "health.json").unlink(),
    "geen werkmap": lambda root: (root / "work" / "unchanged.json").unlink(),
    "een kapot bestand": write("work/unchanged.json", "[]"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_a_night_must_see_is_seen(quiet, change):
    assert unchanged.unchanged(quiet) is not None
    change(quiet)
    assert unchanged.unchanged(quiet) is None


def test_a_file_that_was_written_again_with_its_own_bytes_is_the_same_file(quiet):
    for name in ("../program/counts.py", "../program/reports/words.nl.toml", "demad.toml", "secrets/gent.secret"):
        path = quiet / name
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)  # other times, another inode
    assert unchanged.unchanged(quiet) is not None


def test_a_module_that_was_compiled_since_is_the_same_program(quiet):
    for folder in ("../program", "../program/reports", "../program/cities"):
        write(f"{folder}/__pycache__/counts.cpython-311.pyc")(quiet)
    assert unchanged.unchanged(quiet) is not None


def test_other_bytes_of_the_same_size_and_time_are_seen(quiet):
    path = quiet / "../program/counts.py"
    kept = path.stat()
    path.write_text("2", encoding="utf-8")
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert unchanged.unchanged(quiet) is None


def test_what_only_others_write_changes_nothing(quiet):
    for name in ("dagster/history/runs.db", "preview/gent/index.html", "publication/2026/x", "work/ochtend.txt"):
        write(name)(quiet)
    assert unchanged.unchanged(quiet) is not None


def test_a_clock_that_was_set_back_and_a_message_that_is_due_end_it(quiet):
    assert unchanged.unchanged(quiet, now=datetime.now(UTC) - timedelta(minutes=1)) is None
    remember(quiet, snapshot(quiet), until=datetime.now(UTC) + timedelta(days=3))
    assert unchanged.unchanged(quiet) is not None
    assert unchanged.unchanged(quiet, now=datetime.now(UTC) + timedelta(days=3)) is None


def test_a_run_that_looked_no_further_is_a_run_for_whoever_watches(quiet):
    at = datetime.now(UTC) + timedelta(hours=1)
    result = unchanged.unchanged(quiet, now=at)
    told = json.loads((quiet / "work" / "health.json").read_text(encoding="utf-8"))
    written = json.loads((quiet / "work" / "last-run.json").read_text(encoding="utf-8"))
    assert result is not None
    assert (result.exit_status, result.cities, result.benchmark) == (0, (), False)
    assert told["at"] == told["last_run"]["at"] == written["at"] == at.isoformat(timespec="seconds")


def test_nothing_new_imports_nothing_slow_and_without_a_memory_not_even_dagster(root, materialized):
    before = materialized(root)
    program = (
        "import atexit, sys; from demad.cli import main\n"
        f"atexit.register(lambda: print(*sorted(set(sys.modules) & {set(SLOW)})))\n"
        "main()"
    )

    def told() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", program, "run", "--root", str(root)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )  # fmt: skip
        return done.stdout.splitlines()

    assert told() == ["Niets nieuws: alles is bij.", ""]
    (root / "work" / "unchanged.json").unlink()
    said, imported = told()
    assert said == "Niets nieuws: alles is bij."
    assert "dagster" not in imported
    assert materialized(root) == before
