"""Chooses the lane (`tests/lanes.py`) and, when asked, tells what each file costs. Not here: fixtures of a room."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests import lanes

_COST = "processor seconds"
_spent = 0.0


def pytest_addoption(parser: pytest.Parser) -> None:
    lane = [lane.value for lane in lanes.Lane]
    parser.addoption("--lane", choices=lane, default=lanes.Lane.DAILY.value, help="see CONTRIBUTING.md, Lanes")
    parser.addoption("--cost", action="store_true", help="tell the processor seconds of each file, children included")


def pytest_configure(config: pytest.Config) -> None:
    lanes.choose(lanes.Lane(config.getoption("--lane")))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    named = [(config.invocation_params.dir / given.partition("::")[0]).resolve() for given in config.args]
    return True if lanes.left_out(collection_path, lanes.Lane(config.getoption("--lane")), named) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order within a file stays."""
    items.sort(key=lambda item: lanes.place(item.path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """A process takes a file at a time, or a folder of which the files share what they set up."""
    from xdist.scheduler.loadfile import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return lanes.together(lanes.TOP / nodeid.partition("::")[0])

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each part of a test carries what was spent since the part before it, in this process and its ended children."""
    global _spent
    report = yield
    before, _spent = _spent, sum(os.times()[:4])
    report.user_properties.append((_COST, _spent - before))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--cost"):
        return
    files: Counter[str] = Counter()
    for report in (report for kind in terminalreporter.stats.values() for report in kind):
        for name, seconds in getattr(report, "user_properties", ()):
            if name == _COST:
                files[report.nodeid.partition("::")[0]] += seconds
    terminalreporter.section(f"{sum(files.values()):.0f} {_COST}")
    for name, seconds in files.most_common():
        terminalreporter.write_line(f"{seconds:8.1f} {name}")
