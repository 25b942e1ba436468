"""The bare wheel knows what it leaves out: the same packages as pyproject, one refusal with the line that installs."""

import os
import re
import subprocess
import sys
import tomllib
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.main import get_command
from typer.testing import CliRunner

from demad.cli import app, main
from demad.errors import UsageRefused
from demad.intake.checking.validation import judged_by_great_expectations
from demad.intake.contract.template import as_csv
from demad.intake.deliveries.ledger import Ledger
from demad.intake.deliveries.packing import check_files
from demad.intake.deliveries.reception import take_in
from demad.operations import packages
from demad.operations.doctor import examine
from demad.reference import extras
from demad.reference.cities import city_of
from demad.reference.extras import EXTRAS, missing
from tests import spoken_names

TOP = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `pip install demad`: nothing of an extra can be found."""
    left_out = {module for extra in EXTRAS.values() for module in extra.modules.values()}
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in left_out else find_spec(name))


def asked(extra: str) -> set[str]:
    """Packages that pyproject gives an extra, with those of the extras in it."""
    found = set()
    for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
        found |= set().union(*map(asked, requirement.extras)) if requirement.name == "demad" else {requirement.name}
    return found


def known(extra: str) -> set[str]:
    return {*EXTRAS[extra].modules}.union(*map(known, EXTRAS[extra].takes))


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_pyproject_says(extra: str):
    assert known(extra) == asked(extra)


def test_every_extra_of_pyproject_is_known_but_those_of_developers():
    assert set(PROJECT["optional-dependencies"]) - {"dev", "bench", "docs"} == set(EXTRAS)


def test_every_command_of_an_extra_exists():
    commands = get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
    assert {name for extra in EXTRAS.values() for name in extra.commands} <= set(commands)


def test_nothing_of_an_extra_is_also_a_dependency_of_the_bare_wheel():
    plain = {Requirement(text).name for text in PROJECT["dependencies"]}
    assert not plain & {package for extra in EXTRAS.values() for package in extra.modules}


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("report --city gent", "report"),
        ("export --to csv --out x.csv", "report"),
        ("release --period 2026Q2", "report"),
        ("synth --out x", "report"),
        ("accept x --reason y", "rules"),
        ("bundle keygen --city gent", "bundle"),
        ("impact --city gent --indicator inflow_count --from 2025-07", "impact"),
    ],
)
def test_a_command_refuses_at_once_with_the_line_that_installs(command, extra, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["demad", *command.split()])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"D-465: Dit vraagt demad[{extra}]")
    assert f'-m pip install "demad[{extra}]"' in said or "-m pip install " in said
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("bare")
def test_what_is_missed_only_on_the_way_is_refused_too(monkeypatch, capsys):
    def broken(**_: object) -> None:
        raise ModuleNotFoundError(name="scipy.stats")

    monkeypatch.setattr("demad.cli.app", broken)
    with pytest.raises(SystemExit):
        main()
    assert "D-465" in capsys.readouterr().err


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "leefloon.csv"
    path.write_bytes(as_csv("leefloon"))
    return path


def test_without_great_expectations_a_city_counts_the_same_rules(extract, request):
    def judged() -> list[tuple[str, int, int]]:
        (one,) = check_files([extract], city_of("gent", extract.parent), as_of=date(2026, 9, 30))
        return [(rule.rule, rule.rows, rule.failed) for rule in one.verdict.checks]

    with_it = judged()
    assert judged_by_great_expectations()
    request.getfixturevalue("bare")
    assert not judged_by_great_expectations()
    assert judged() == with_it
    done = CliRunner().invoke(app, ["check", "--city", "gent", "--as-of", "2026-09-30", str(extract)])
    assert done.exit_code == 0
    assert "rekent ze na met Great Expectations" in done.output


@pytest.mark.usefixtures("bare")
def test_who_receives_decides_nothing_without_great_expectations(tmp_path):
    with pytest.raises(UsageRefused, match="D-465"):
        take_in(tmp_path)
    assert list(Ledger(tmp_path).dated()) == []


@pytest.mark.usefixtures("bare")
def test_the_doctor_says_what_is_missing_and_for_what_and_calls_it_no_fault():
    found = list(packages.extras())
    assert [re.findall(r"demad\[(\w+)\]", one.what)[0] for one in found] == [*EXTRAS]
    assert all(one.good and one.absent and "-m pip install" in one.todo for one in found)
    assert "report, export" in next(one.what for one in found if "demad[report]" in one.what)


@pytest.mark.usefixtures("bare")
def test_the_doctor_does_not_stop_at_a_root_of_a_server(tmp_path):
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}")
    found = next(one for one in examine(tmp_path) if one.what.startswith("dagster.yaml"))
    assert not found.good
    assert "pip install" in found.todo


def test_the_doctor_is_silent_on_what_is_here():
    said = " ".join(one.what for one in packages.extras())
    assert [name for name in EXTRAS if f"demad[{name}]" in said] == [name for name in EXTRAS if missing(name)]


def test_the_names_of_months_and_countries_are_those_of_babel():
    assert spoken_names.FILE.read_text(encoding="utf-8") == spoken_names.text()


WITHOUT = """
import sys
from importlib.machinery import PathFinder
from demad.reference.extras import EXTRAS
LEFT_OUT = {module for extra in EXTRAS.values() for module in extra.modules.values()}
class Bare(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in LEFT_OUT else PathFinder.find_spec(name, path, target)
sys.meta_path = [Bare if finder is PathFinder else finder for finder in sys.meta_path]
from demad.cli import main
for words in sys.argv[1:]:
    sys.argv = ["demad", *words.split()]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise SystemExit(words)
"""


def test_a_specialist_with_nothing_of_an_extra_gets_from_template_to_status(tmp_path):
    """In a process that cannot import any of it; `tests/shipping/test_installed.py` does the same with a real wheel."""
    commands = [
        "template leefloon --out leefloon.csv",
        "init --city gent --write leefloon.csv",
        "check --city gent --as-of 2026-09-30 leefloon.csv",
        "deliver --city gent --since 2015-01-01 --as-of 2026-09-30 leefloon.csv",
        "status",
    ]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *commands],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
