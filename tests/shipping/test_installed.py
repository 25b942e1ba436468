"""The wheel alone, in an empty environment: what a specialist needs works, is small, and the rest says what it asks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demad.reference.extras import EXTRAS
from shipping.build import build

pytestmark = pytest.mark.slow
PAGE = Path(__file__).resolve().parents[2] / "docs" / "installeren.md"
LARGEST = 250e6
"""Bytes that the bare wheel may bring, compiled files included; what an empty environment has itself is not counted."""


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of the environment's programs, and the bytes that the wheel brought: by the commands of the page."""
    place = tmp_path_factory.mktemp("installed")
    (wheel,) = [path for path in build(place / "dist") if path.suffix == ".whl"]
    shutil.copy(wheel, place)
    programs = place / "demad" / ("Scripts" if os.name == "nt" else "bin")
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    make, install, *use = block.strip().splitlines()
    assert make.startswith("python3 -m venv ")
    subprocess.run([sys.executable, *make.split()[1:]], cwd=place, check=True, capture_output=True)
    empty = size(place / "demad")
    for line in (install, *use):
        program, *options = line.split()
        given = [programs / Path(program).name, *options]
        done = subprocess.run(given, cwd=place, env=plain(), capture_output=True, text=True, check=False)
        if done.returncode and line == install:
            reason = f"no packages to be had here: {done.stderr.strip().splitlines()[-1]}"
            print(reason)
            pytest.skip(reason)
        assert done.returncode == 0, (line, done.stderr)
    return programs, size(place / "demad") - empty


def plain() -> dict[str, str]:
    """The surroundings of somebody who has nothing of ours."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DEMAD_ROOT")}


def demad(programs: Path, folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    given = [programs / "demad", *command.split()]
    return subprocess.run(given, cwd=folder, env=plain(), capture_output=True, text=True, check=False)


def test_the_bare_wheel_is_small(bare):
    print(f"{bare[1] / 1e6:.0f} MB")
    assert bare[1] <= LARGEST


def test_a_specialist_goes_from_template_to_delivery(bare, tmp_path):
    programs, _ = bare
    for command in (
        "template leefloon --out leefloon.csv",
        "template leefloon --out leefloon.xlsx",
        "codes stopreden",
        "init --city gent --write leefloon.csv",
        "check --city gent --as-of 2026-09-30 --html controle.html leefloon.xlsx",
        "deliver --city gent --since 2015-01-01 --as-of 2026-09-30 leefloon.csv",
        "keygen --city gent",
        "explain return_12m",
        "status",
    ):
        done = demad(programs, tmp_path, command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert list((tmp_path / "var" / "inbox" / "gent").glob("*/delivery.json"))
    text = (tmp_path / "leefloon.csv").read_text(encoding="utf-8-sig")
    example = next(cell for cell in text.splitlines()[-1].split(";") if cell.startswith("p1-"))
    (tmp_path / "nummers.csv").write_text(text.replace(example, "80010100107"), encoding="utf-8")
    done = demad(programs, tmp_path, "pseudonymise --key gent-leefloon.sleutel --out klaar nummers.csv")
    assert done.returncode == 0, done.stderr
    assert "1 persoon onder" in done.stdout


def test_what_needs_more_says_so_and_the_doctor_tells_it_all(bare, tmp_path):
    programs, _ = bare
    for extra, command in (
        ("report", "export --to csv --out x.csv"),
        ("rules", "accept x --reason y"),
        ("bundle", "bundle keygen --city gent"),
        ("impact", "impact --city gent --indicator inflow_count --from 2025-07"),
    ):
        done = demad(programs, tmp_path, command)
        assert done.returncode == 2
        assert "D-465" in done.stderr
        assert f'{programs / "python"} -m pip install "demad[{extra}]"' in done.stderr
    said = demad(programs, tmp_path, "doctor").stdout
    assert all(f"niet  demad[{extra}]" in said for extra in EXTRAS)


def test_the_line_of_a_refusal_installs_what_was_missing(bare, tmp_path):
    programs, _ = bare
    line = demad(programs, tmp_path, "bundle keygen --city gent").stderr.splitlines()[-1].partition(": ")[2]
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S602
    if done.returncode:
        pytest.skip(f"no packages to be had here: {done.stderr.strip().splitlines()[-1]}")
    made = demad(programs, tmp_path, "bundle keygen --city gent")
    assert made.returncode == 0, made.stderr
    demad(programs, tmp_path, "template leefloon --out l.csv")
    checked = demad(programs, tmp_path, "check --city gent --as-of 2026-09-30 --json l.csv")
    assert '"regels": "great_expectations"' in checked.stdout, checked.stderr
