"""With the wheel alone every command works or says what it misses: a real run of each, in an empty environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from demad.cli import app
from shipping.installs import Installed, measure, stray, table, working
from shipping.lock import TOP
from shipping.typed import ANSWERS, TYPED, Ended

LARGEST = 250e6
"""Bytes of the bare wheel."""


def of_the_bare_wheel() -> list[str]:
    """The commands that the page gives the wheel alone."""
    page = (TOP / "docs" / "installeren.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"(?m)^\| het wiel alleen \|.*$", page)
    return re.findall(r"`(\w+)`", row)


def test_every_command_is_typed():
    commands: dict[str, Any] = vars(get_command(app))["commands"]
    known = {
        f"{name} {under}".strip()
        for name, command in commands.items()
        for under in getattr(command, "commands", {"": None})
    }
    assert {command.partition(" --")[0] for command in TYPED} == known
    assert set(ANSWERS) < set(TYPED)


def test_a_command_that_fails_without_a_word_is_neither_working_nor_told():
    ended = {
        "check": Ended(0),
        "accept": Ended(2, "D-250"),
        "report": Ended(2, "D-465", "report"),
        "run": Ended(2, "D-404"),
        "status": Ended(1, "D-902"),
        "export": Ended(2, "D-352"),
        "bundle make": Ended(2, "D-465"),
    }
    assert working(ended) == ["check", "accept"]
    assert stray(ended) == ["status", "export", "bundle make"]


def test_a_group_of_which_every_command_works_is_told_by_its_name():
    bare = Installed(241_400_000, 13.4, 23, {"check": Ended(0), "bundle make": Ended(2), "bundle take": Ended(2)})
    more = Installed(651_000_000, 40.0, 51, {"check": Ended(0), "bundle make": Ended(0), "bundle take": Ended(0)})
    half = Installed(651_000_000, 40.0, 51, {"check": Ended(0), "bundle make": Ended(0), "bundle take": Ended(2)})
    rows = [line.split(" | ")[2:4] for line in table({"": bare, "bundle": more, "rules": half}).splitlines()[2:]]
    assert rows == [["`check`", "241"], ["`bundle`", "651"], ["`bundle make`", "651"]]


@pytest.mark.slow
def test_with_the_wheel_alone_every_command_works_or_says_what_it_misses(tmp_path: Path):
    (bare,) = measure([""], tmp_path).values()
    print(table({"": bare}))
    assert stray(bare.ended) == []
    assert set(working(bare.ended)) == set(of_the_bare_wheel())
    assert {name: bare.ended[name].extra for name in ("project", "export", "accept", "impact")} == {
        "project": "report", "export": "report", "accept": "rules", "impact": "impact",
    }  # fmt: skip
    assert bare.ended["demo"].code == "D-404"
    assert bare.size <= LARGEST
