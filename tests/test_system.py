"""One module a system, with the same names in each, and nobody else reaches for what only one of them has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
SYSTEM = TOP / "demad" / "system"
ONLY = {"fcntl", "pwd", "grp", "resource", "termios", "msvcrt", "winreg", "ctypes"}
CALLS = {"fork", "setsid", "getuid", "geteuid", "waitpid", "killpg", "O_DIRECTORY", "startfile", "name"}
OTHERS = [path for part in ("demad", "assets") for path in sorted((TOP / part).rglob("*.py")) if path.parent != SYSTEM]


def interface(module: str) -> dict[str, list[str]]:
    """Public names of a module; of a function, its parameters and what they are."""
    tree = ast.parse((SYSTEM / f"{module}.py").read_text(encoding="utf-8"))
    functions = {
        node.name: [ast.unparse(node.args), ast.unparse(node.returns)]
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.returns
    }
    values = {
        node.targets[0].id: []
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return {name: told for name, told in {**functions, **values}.items() if not name.startswith("_")}


def test_the_twins_have_the_same_names_and_parameters():
    assert interface("posix") == interface("windows")
    assert len(interface("posix")) > 8


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.relative_to(TOP).as_posix())
def test_nobody_else_reaches_for_what_one_system_has(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names & ONLY == set()
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
    }
    assert used & CALLS == set()
