"""`demad impact` on a root: it reads what is stored, refuses in words, and writes a note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.impact import WORLDS, drawn
from demad.cli import app
from demad.errors import UsageRefused
from demad.impact import Panel
from demad.publishing import effect as door

pytest.importorskip("statsmodels", reason="demad[impact] is not installed")


def test_two_cities_are_too_few_and_a_city_that_nobody_knows_is_named(root: Path):
    with pytest.raises(UsageRefused, match=r"D-74[134]"):
        door.noted_effect(root, "aalst", "outflow_count", door.date(2024, 7, 1))
    with pytest.raises(UsageRefused, match="D-400"):
        door.noted_effect(root, "aalst", "outflow_count", door.date(2024, 7, 1), controls=["nergens"])


def test_an_empty_root_has_nothing_to_read(tmp_path: Path):
    with pytest.raises(UsageRefused, match="D-411"):
        door.noted_effect(tmp_path, "aalst", "outflow_count", door.date(2024, 7, 1))


@pytest.fixture
def thirteen(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose series are those of thirteen simulated cities, under the names of real ones."""
    from demad.reference.cities import load_cities

    simulated = drawn(WORLDS[0], 1, treated=4, effect=0.4)
    named = Panel("outflow", tuple(load_cities(None)), simulated.quarters, simulated.events, simulated.exposure)
    monkeypatch.setattr(door, "panel_of", lambda *_: named)
    return root


def test_the_command_writes_a_note_and_says_the_finding(thirteen: Path, tmp_path: Path):
    note = tmp_path / "nota.html"
    asked = ["impact", "--stad", "gent", "--indicator", "outflow_count", "--from", "2025-07", "--root", str(thirteen)]
    said = CliRunner().invoke(app, [*asked, "--out", str(note)])
    assert said.exit_code == 0, said.output
    assert "hoger dan verwacht" in said.stdout
    assert "Wat dit niet zegt" in note.read_text(encoding="utf-8")
    machine = CliRunner().invoke(app, [*asked, "--out", str(note), "--json"])
    assert json.loads(machine.stdout)["finding"] == "seen"
