"""Who may know what: the gate nothing of who protects, renderers nothing of persons or unpublished figures."""

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


def names(paths, room: str) -> set[str]:
    """What these modules take from a room of demad: ``module:name``."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names if alias.name.startswith(room)}
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(room):
                found |= {f"{node.module}:{alias.name}" for alias in node.names}
    return found


def test_the_gate_shares_no_code_with_what_protects_but_the_type_it_reads():
    gate = list((DISCLOSURE / "gate").glob("*.py"))
    assert names(gate, "demad.protection") == {"demad.protection:ProtectedTables"}
    assert {name.partition(":")[0] for name in names(gate, "demad.disclosure")} <= {
        f"demad.disclosure.gate.{path.stem}" for path in gate
    }
    assert names(gate, "demad.quantities") <= {"demad.quantities:POOLED"}
    assert names(gate, "demad.records") == names(gate, "demad.indicators") == set()


def test_what_hides_knows_nothing_of_the_gate():
    assert names(DISCLOSURE.glob("*.py"), "demad.disclosure.gate") == set()


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("reporting/words.py", "import demad.histories.spells", "cannot name a person"),
        ("disclosure/policy.py", "import demad.intake", "cannot name a person"),
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
