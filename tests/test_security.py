"""Nothing in the code runs what it reads, and nothing listens beyond this machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(TOP / "demad").rglob("*.py"), *(TOP / "assets").rglob("*.py"), TOP / "bootstrap.py"])
DANGEROUS = {"pickle", "cPickle", "dill", "marshal", "shelve", "cloudpickle", "joblib"}
RUNNING = {"eval", "exec", "compile", "__import__"}


def _is_yaml(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "yaml"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(TOP)))
def test_nothing_runs_what_it_reads(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported & DANGEROUS == set()
    of_yaml = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_yaml(node.value)}
    assert of_yaml <= {"safe_load", "YAMLError"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called & RUNNING == set()
    shells = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "shell"]
    assert shells == []


def test_the_web_page_is_bound_to_this_machine():
    text = (TOP / "assets" / "page.py").read_text(encoding="utf-8")
    assert (re.findall(r'HOST = "([^"]+)"', text), re.findall(r"host=(\w+)", text)) == (["127.0.0.1"], ["HOST"])
    assert "0.0.0.0" not in "".join(path.read_text(encoding="utf-8") for path in SOURCES)  # noqa: S104
