"""The lanes leave out what they say and nothing else, and the command knows them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import settings

from tests import lanes

TOP = Path(__file__).resolve().parent.parent


def left_out(lane: lanes.Lane, *named: str) -> set[str]:
    paths = [TOP / name for name in named]
    return {
        path.relative_to(TOP).as_posix() for path in (TOP / "tests").rglob("*.py") if lanes.left_out(path, lane, paths)
    }


def test_a_long_file_is_there_and_named_once():
    assert len(set(lanes.LONG)) == len(lanes.LONG)
    assert not [name for name in lanes.LONG if not (TOP / name).is_file()]


def test_the_fast_lane_leaves_out_the_long_files_and_the_others_leave_out_none():
    assert left_out(lanes.Lane.FAST) == set(lanes.LONG)
    assert left_out(lanes.Lane.DAILY) == left_out(lanes.Lane.LONG) == set()


def test_a_long_file_that_is_asked_for_by_name_runs_in_the_fast_lane_too():
    assert left_out(lanes.Lane.FAST, "tests/test_cli.py") == {*lanes.LONG} - {"tests/test_cli.py"}


def test_the_reports_are_one_group_and_every_other_file_is_its_own():
    paths = [TOP / "tests" / name for name in ("reporting/test_pdf.py", "reporting/test_site.py", "test_cli.py")]
    assert [lanes.together(path) for path in paths] == ["tests/reporting/"] * 2 + ["tests/test_cli.py"]


def test_the_long_lane_takes_more_examples_and_every_case(monkeypatch: pytest.MonkeyPatch):
    taken = {}
    for lane in lanes.Lane:
        monkeypatch.setattr(lanes, "_chosen", lane)
        taken[lane] = (lanes.examples(10), lanes.sampled("abcdefghij", every=4))
    assert taken == {"fast": (2, ["a", "e", "i"]), "daily": (10, ["a", "e", "i"]), "long": (200, [*"abcdefghij"])}


def test_examples_are_the_same_each_time_but_in_the_long_lane():
    assert settings.get_profile("fast").derandomize
    assert settings.get_profile("daily").derandomize
    assert not settings.get_profile("long").derandomize


def test_the_command_knows_the_lanes():
    spec = importlib.util.spec_from_file_location("bootstrap", TOP / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    bootstrap = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bootstrap)
    assert [options[1] for options in bootstrap.LANES.values()] == [lanes.Lane.FAST, lanes.Lane.LONG]
    assert all(f"test {option} " in bootstrap.USAGE for option in bootstrap.LANES)


def test_every_file_with_a_slow_test_is_in_the_table_of_what_the_daily_lane_keeps():
    table = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8").split("### Lanes")[1].split("## ")[0]
    files = (TOP / "tests").rglob("test_*.py")
    slow = [path.name for path in files if path != Path(__file__) and ".mark.slow" in path.read_text(encoding="utf-8")]
    assert len(slow) > 15
    assert [name for name in slow if name not in table] == []
