"""Who may know what: the attacker nothing of who hides, and what draws nothing of persons or unpublished figures."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
DISCLOSURE = CHECKOUT / "demad" / "disclosure"


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def ours(paths) -> set[str]:
    return {name for path in paths for name in imports(path) if name.startswith("demad.disclosure")}


def test_the_attacker_shares_no_code_with_what_hides():
    shared = {name for name in ours((DISCLOSURE / "attack").glob("*.py")) if ".attack" not in name}
    assert shared == {"demad.disclosure.policy"}


def test_what_hides_knows_nothing_of_the_attacker_but_the_gate_that_asks_both():
    hiding = [path for path in DISCLOSURE.glob("*.py") if path.name != "gate.py"]
    assert not {name for name in ours(hiding) if ".attack" in name}


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("reporting/words.py", "import demad.histories.spells", "cannot name a person"),
        ("disclosure/ground.py", "import demad.intake", "cannot name a person"),
        ("exports/figures.py", "import demad.indicators.evaluation", "Renderers"),
    ],
)
def test_an_import_through_a_wall_breaks_a_contract(tmp_path, module, line, broken):
    shutil.copytree(CHECKOUT / "demad", tmp_path / "demad", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    changed = tmp_path / "demad" / module
    head, _, rest = changed.read_text(encoding="utf-8").partition("from __future__ import annotations\n")
    changed.write_text(f"{head}from __future__ import annotations\n{line}\n{rest}", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert broken in told.stdout
