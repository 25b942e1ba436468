"""A command line that is wrong is refused in Dutch, with a code and status 2, and writes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from demad.cli import main

WRONG = {
    "synth": "D-499: --out ontbreekt.",
    "synth --out": "D-499: Na --out komt een waarde.",
    "synth --out a --people 5": "D-499: --people is minstens 13.",
    "synth --out a --people 1000000000000": "D-499: --people is hoogstens 10000000.",
    "synth --out a --people veel": "D-499: --people is een geheel getal.",
    "synth --oud a": "D-499: De optie --oud bestaat hier niet. Bedoelt u --out?",
    "synth --out a --common --numbers": "D-505:",
    "synth --out bestand.txt": "D-463:",
    "synth --out vol": "D-506: In vol staan al extracten",
    "demo --people 3": "D-499: --people is minstens 13.",
    "synth --out a --seed -1": "D-499: --seed is minstens 0.",
    "prune --days 99999999999": "D-499: --days is hoogstens 36500.",
    "status --root bestand.txt": "D-463:",
    "ui --port 99999": "D-499: --port is hoogstens 65535.",
    "project --city gent --files-per-worker 1000000": "D-499: --files-per-worker is hoogstens 1000.",
    "prune --days 0": "D-499: --days is minstens 1.",
    "impact --city gent --indicator outflow_count --from 2024-13": "D-403: --from is geen maand.",
    "impact --city gent --indicator outflow_count --from 2024-01-01": "D-403: --from is geen maand.",
    "sinth": "D-499: Dit commando bestaat niet. Bedoelt u",
    "explain": "D-499: INDICATOR ontbreekt.",
    "explain return_12m 85073003328": "D-499: Op deze regel staat te veel",
}


def asked(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["demad", *line.split()])
    try:
        main()
    except SystemExit as ended:
        return int(str(ended.code or 0))
    return 0


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refused_in_dutch_and_writes_nothing(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "var"))
    (tmp_path / "vol" / "gent").mkdir(parents=True)
    for name in ("bestand.txt", "vol/gent/leefloon.csv"):
        (tmp_path / name).touch()
    before = sorted(tmp_path.rglob("*"))
    assert asked(line, monkeypatch) == 2
    told = capfd.readouterr()
    assert told.err.startswith(WRONG[line])
    assert "85073003328" not in told.err + told.out
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("line", "status"), [("--version", 0), ("--help", 0), ("synth --help", 0), ("", 2)])
def test_help_and_version_end_as_they_did(
    line: str, status: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    assert asked(line, monkeypatch) == status
    told = capfd.readouterr()
    assert "demad" in (told.out + told.err).lower()
    assert "D-" not in told.err
