"""Each line of the page for data protection officers points to a test, and that test exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "gegevensbescherming.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_JUDGED = ("## 3.", "## 5.", "## 7.", "## 8.")


@cache
def names_in(name: str) -> frozenset[str]:
    path = TOP / name
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_test_that_the_page_names_exists():
    named = _TEST.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 40
    assert not [f"{name}::{test}" for name, test in named if test not in names_in(name)]


def test_every_measure_has_its_proof_or_is_an_agreement():
    sections = re.split(r"(?m)^(?=## )", PAGE.read_text(encoding="utf-8"))
    rows = [
        line
        for section in sections
        if section.startswith(_JUDGED)
        for line in section.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    without = [line for line in rows if not _TEST.search(line) and "*afspraak*" not in line]
    assert len(rows) > 35
    # What is left are the four lines of headings, and the line that refers to section 8.
    assert len(without) == len(_JUDGED) + 1, without
