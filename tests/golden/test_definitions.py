"""Definitions change when figures can change: figures decide, not the bytes of the code."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

import demad
from demad.histories import periods
from demad.indicators import durations
from demad.reference import fingerprint
from demad.reference.stop_reasons import STOP_REASONS
from demad.tables import terms
from tests.golden import figures
from tests.golden.world import World

LIBRARY = Path(demad.__file__).parent
NOT_DECIDING = {
    "bundles": "counts that a city made elsewhere; tests/bundles holds them against its rows",
    "cli": "commands",
    "synthetic": "test data",
    "operations": "care for a root",
    "notify": "messages",
    "publishing": "which figures go where; the world does itself what it calls",
    "releases": "what was shown before",
    "reporting": "pages of published figures",
    "exports": "files of published figures",
    "outlook": "nowcast and projection: beside the figures, held in tests/outlook",
    "counting/triangle.py": "what only the outlook rests on",
    "histories/recorded.py": "what only the outlook rests on",
    "quantities/outlook.py": "what only the outlook rests on",
    "quantities/reconstructed.py": "what only the outlook rests on",
    "estimators/caseload_ahead.py": "what only the outlook rests on",
    "estimators/chain_ladder.py": "what only the outlook rests on",
    "estimators/overdispersed_poisson.py": "what only the outlook rests on",
    "estimators/shrunk_factors.py": "what only the outlook rests on",
    "impact": "a city before and after its own measure: a note beside the figures, none of a release",
    "records": "audit trail and secrets",
    "store": "bytes in, the same bytes out",
    "system": "what only the operating system can do",
    "reference": "data: part of the hash as values, or of what a city delivers",
    "intake/deliveries": "which rows are in force",
    "intake/inspection": "what a city is told",
    "intake/pages.py": "what a city is told",
    "intake/pseudonyms": "the tool at the source: what it makes is checked as a delivery",
    "intake/contract/dataset_detection.py": "which table a file holds: with a wrong one, columns lack",
    "intake/privacy": "refuses, and changes no row",
    "intake/reading": "file formats, held against each other in tests/intake",
    "intake/contract/alias_matching.py": "proposes a city file",
    "intake/contract/city_detection.py": "which city a file is of",
    "intake/contract/city_terms.py": "refuses a wrong city file",
    "intake/contract/column_seen.py": "proposes a city file",
    "intake/contract/header_matching.py": "proposes a city file",
    "intake/contract/proposal.py": "proposes a city file",
    "intake/contract/proposed_file.py": "proposes a city file",
    "intake/contract/template.py": "an empty extract",
    "intake/checking/rights.py": "what a city is told",
    "intake/checking/comparison.py": "holds a delivery, and changes no row",
    "intake/checking/plausibility.py": "holds a delivery, and changes no row",
    "intake/checking/finding.py": "what a city is told",
    "intake/checking/findings.py": "what a city is told",
    "benchmark/groups.py": "which two groups a chart names",
    "benchmark/signals.py": "which published figures a feed names",
    "__main__.py": "the command",
    "errors.py": "refusals",
    "tables/columns.py": "columns; its one function makes them when it is imported",
}
"""What decides no figure, and why. Anything else, a new room too, must be exercised by the world."""


def _one_city() -> World:
    return World(("turnhout",))


def _changed(world: World, other: World) -> set[str]:
    """Indicators with other exact figures."""
    now, then = (figures._by_indicator(one.exact) for one in (world, other))
    return {id for id in now if now[id] != then[id]}


@pytest.fixture(scope="module")
def turnhout() -> World:
    made = _one_city()
    made.exact  # noqa: B018
    return made


def test_the_figures_of_the_world_are_the_frozen_ones(world: World):
    now, then = figures.golden_of(world), figures.frozen()
    lacking = figures.unannounced(now, then)
    assert not lacking, "\n" + "\n".join([*lacking, "then: python -m tests.freeze, and a line in CHANGELOG.md"])
    assert now == then, "run python -m tests.freeze"


def test_every_module_left_of_the_figures_is_exercised_by_the_world(watched: tuple[World, frozenset[str]]):
    deciding = {
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if _has_functions(path)
        if not any(path.relative_to(LIBRARY).as_posix().startswith(name) for name in NOT_DECIDING)
    }
    assert len(deciding) > 50
    assert not sorted(deciding - watched[1])


def _has_functions(path: Path) -> bool:
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def test_another_estimator_is_another_figure_of_what_rests_on_it(turnhout: World, monkeypatch: pytest.MonkeyPatch):
    right = durations.kaplan_meier
    monkeypatch.setattr(durations, "kaplan_meier", lambda n, *rest, **more: right(n + 1, *rest, **more))
    changed = _changed(World.with_tables(turnhout), turnhout)
    assert "still_on_12m" in changed
    assert "caseload_stock" not in changed


def test_another_gap_is_another_figure(turnhout: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(terms.GAPS, "main", 2)
    changed = _changed(_one_city(), turnhout)
    assert {"inflow_count", "return_12m"} <= changed
    assert "caseload_stock" not in changed


def test_another_group_of_a_stop_reason_is_another_figure_and_another_definition(turnhout: World, monkeypatch):
    moved = {**STOP_REASONS, "W1": (STOP_REASONS["W1"][0], "training")}
    monkeypatch.setattr(periods, "STOP_REASONS", MappingProxyType(moved))
    assert "cif_work_12m" in _changed(_one_city(), turnhout)
    before = fingerprint.hash_of(fingerprint.deciding())
    monkeypatch.setattr(fingerprint, "load_stop_reasons", lambda: moved)
    assert fingerprint.hash_of(fingerprint.deciding()) != before


def test_another_figure_under_the_same_version_is_named_and_under_a_new_one_it_is_not(world: World):
    then = figures.golden_of(world)
    now = {kind: dict(rows) for kind, rows in then.items()}
    now["exact"]["return_12m"] = ["2", "other"]
    now["published"]["return_12m"] = [then["published"]["return_12m"][0], "other"]
    lines = figures.unannounced(now, then)
    assert [line.split(": ", 1)[1] for line in lines] == [
        "raise version: other exact figures of return_12m",
        "raise protection_version: other published figures of return_12m",
    ]
    now["exact"]["return_12m"] = ["3", "other"]
    assert figures.unannounced(now, then) == []


def test_a_comment_a_moved_function_and_another_layout_change_no_definition(tmp_path: Path):
    for name in ("demad", "expectations", "assets"):
        shutil.copytree(LIBRARY.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(LIBRARY.parent / "pyproject.toml", tmp_path)
    before = _hash_of(tmp_path)
    for path in (tmp_path / "demad").rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8") + "\n\n# A comment.\n", encoding="utf-8")
    rates = tmp_path / "demad" / "estimators" / "rates.py"
    rates.rename(rates.with_name("paces.py"))
    rates.write_text("from demad.estimators.paces import *  # noqa: F403\n", encoding="utf-8")
    for path in (tmp_path / "demad" / "reference").glob("*.toml"):
        path.write_text("# Another comment.\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    for path in (tmp_path / "expectations").glob("*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace("\n", "\n  "), encoding="utf-8")
    assert _hash_of(tmp_path) == before
    golden = tmp_path / "demad" / "reference" / "golden.toml"
    golden.write_text(golden.read_text(encoding="utf-8").replace('caseload_stock = ["2"', 'caseload_stock = ["3"'))
    assert _hash_of(tmp_path) != before


def _hash_of(checkout: Path) -> str:
    program = "from demad.reference.fingerprint import definitions_hash; print(definitions_hash())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)},
    )  # fmt: skip
    return told.stdout.strip()


def test_what_a_rule_tells_a_city_changes_no_definition_and_its_limit_does(monkeypatch: pytest.MonkeyPatch, tmp_path):
    shutil.copytree(LIBRARY.parent / "expectations", tmp_path / "expectations")
    shutil.copytree(LIBRARY / "reference", tmp_path / "reference")
    monkeypatch.setattr(fingerprint, "data_folder", lambda name: tmp_path / name)
    before = fingerprint.hash_of(fingerprint.deciding())
    suite = tmp_path / "expectations" / "leefloon.json"
    written = suite.read_text(encoding="utf-8")
    suite.write_text(written.replace('"why": "', '"why": "Anders gezegd: '), encoding="utf-8")
    assert fingerprint.hash_of(fingerprint.deciding()) == before
    suite.write_text(written.replace('"limit_share": 0.0', '"limit_share": 0.9'), encoding="utf-8")
    assert fingerprint.hash_of(fingerprint.deciding()) != before


def test_the_hash_of_a_table_counts_nine_digits_and_no_order_of_rows():
    table = pl.DataFrame({"value": [0.1 + 0.2, -0.0, None], "name": ["a", "b", "c"]})
    same = pl.DataFrame({"value": [None, 0.0, 0.3], "name": ["c", "b", "a"]})
    assert figures.digest(table) == figures.digest(same)
    assert figures.digest(table) != figures.digest(same.with_columns(value=pl.col("value") + 1e-6))
