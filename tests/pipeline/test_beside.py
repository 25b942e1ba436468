"""What another process does meanwhile is what this one would have done, and a process that stops takes nothing away."""

from __future__ import annotations

import os
import signal

import pytest

from demad.publishing import beside, executors, figures, outlook
from demad.publishing import common_stages as stages
from demad.publishing.freshness import EXPECTED, is_current, keep, made_from
from demad.publishing.freshness import INDICATORS as EXACT
from demad.store import Store


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "cores", lambda: 2)
    monkeypatch.setattr(beside, "LEAST", 1)


def refuse(*_: object) -> None:
    raise AssertionError("done here")


def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.usefixtures("two_cores")
def test_exact_figures_that_another_process_made_are_those_made_here_and_are_not_made_again(root, monkeypatch):
    here, version = Store(root).read(EXACT, "values"), Store(root).current(EXACT)
    Store(root).commit(EXACT, {"values": here.clear()}, {})
    monkeypatch.setattr(figures, "exact_figures", refuse)  # in this process alone
    with beside.made_beside(root):
        pass
    assert stages.indicators_of(root)["values"].equals(here)
    assert Store(root).current(EXACT) == version


@pytest.mark.usefixtures("two_cores")
def test_an_outlook_that_another_process_made_is_the_one_made_here_and_the_comparison_takes_it(root, monkeypatch):
    here = Store(root).tables("benchmark")
    with beside.made_beside(root):
        pass
    monkeypatch.setattr(outlook, "expected", refuse)
    made = stages.benchmark_of(root)
    assert made.keys() == here.keys()
    assert all(table.equals(here[name]) for name, table in made.items())
    assert Store(root).current(EXPECTED) is None


def test_exact_figures_of_other_code_or_of_other_tables_are_made_again(root, monkeypatch):
    right = Store(root).read(EXACT, "values")
    Store(root).commit(EXACT, {"values": right.clear()}, {**made_from(root, EXACT), "software": "of before"})
    assert stages.indicators_of(root)["values"].equals(right)
    keep(root, EXACT, {"values": right})
    assert is_current(root, EXACT)
    tables = Store(root).tables("tables/aalst")  # others, that are rounded to the same
    Store(root).commit("tables/aalst", tables | {"stock": tables["stock"].head(-1)}, Store(root).facts("tables/aalst"))
    assert not is_current(root, EXACT)
    assert not stages.indicators_of(root)["values"].equals(right)


@pytest.mark.usefixtures("two_cores")
def test_a_process_that_is_killed_leaves_the_exact_figures_to_the_step_that_needs_them(root, monkeypatch):
    right = Store(root).read(EXACT, "values")
    Store(root).commit(EXACT, {"values": right.clear()}, {})
    monkeypatch.setattr(beside, "make", killed)
    with beside.made_beside(root):
        reached = True
    assert reached
    assert stages.indicators_of(root)["values"].equals(right)


def test_where_one_process_is_asked_none_is_started(root, monkeypatch):
    monkeypatch.setattr(beside, "LEAST", 1)
    monkeypatch.setattr(beside, "done_beside", refuse)
    for text in ('[counting]\nreports = "here"\n', "processes = 2\n"):
        (root / "demad.toml").write_text(text, encoding="utf-8")
        with beside.made_beside(root):
            pass
