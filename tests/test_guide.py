"""The guide of the specialist, word for word: each block of commands runs in an empty folder, one after the other."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.intake.contract.city_terms import refuse_unknown_terms
from demad.reference.cities import city_of

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "gids-dataspecialist.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^ *```{language}\n(.*?)^ *```", GUIDE)


COMMANDS = [line.strip() for block in blocks("bash") for line in block.splitlines() if line.strip()]


def test_the_guide_has_commands_for_every_step():
    verbs = {shlex.split(command)[1] for command in COMMANDS}
    assert verbs >= {"template", "codes", "synth", "init", "check", "deliver"}
    assert all(command.startswith("demad ") for command in COMMANDS)


def test_every_command_of_the_guide_runs_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_ROOT", raising=False)
    for command in COMMANDS:
        done = CliRunner().invoke(app, shlex.split(command)[1:])
        assert (done.exit_code, done.exception) in ((0, None), (0, done.exception)), (command, done.output)
    assert list((tmp_path / "var" / "inbox" / "gent").glob("*/delivery.json"))
    assert (tmp_path / "controle.html").exists()


def test_the_city_file_of_the_guide_loads(tmp_path: Path):
    (text,) = blocks("toml")
    assert tomllib.loads(text)
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "gent.toml").write_text(text, encoding="utf-8")
    refuse_unknown_terms(city_of("gent", tmp_path))
