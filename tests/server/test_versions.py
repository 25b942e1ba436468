"""A backup of the first version is put back by this one, and one of this version by the first: forward and back.

The commands of the first version run from its own code, taken from the history; its root is `tests/old_roots`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from demad.store import file_hash

TOP = Path(__file__).parents[2]
FIRST = "12f374ee9fb1ce96137329fdfb1229006909c82e"  # the last commit that calls itself 0.1.0
ROOT = TOP / "tests" / "old_roots" / "root-0.1.0.tar.xz"
there = subprocess.run(["git", "-C", str(TOP), "cat-file", "-e", FIRST], capture_output=True, check=False)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(there.returncode != 0, reason="the history is not here")]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the first version."""
    folder = tmp_path_factory.mktemp("first")
    with (folder / "code.tar").open("wb") as file:
        subprocess.run(["git", "-C", str(TOP), "archive", FIRST], stdout=file, check=True)
    with tarfile.open(folder / "code.tar") as archive:
        archive.extractall(folder / "code", filter="data")
    return folder / "code"


def demad(code: Path, *arguments: str) -> str:
    """Run a command of a version; AssertionError with all it said where it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "demad", *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(code)}
    done = subprocess.run(command, cwd=code, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kept(root: Path) -> dict[str, str]:
    """What a version may never change in the root of another: what was accepted, made and published."""
    found = [path for part in ("store", "publication") for path in sorted((root / part).rglob("*")) if path.is_file()]
    return {str(path.relative_to(root)): file_hash(path) for path in found if not path.name.startswith(".")}


def test_a_root_goes_to_this_version_and_back_with_the_same_bytes(first, tmp_path):
    old, new, back = tmp_path / "old", tmp_path / "new", tmp_path / "back"
    with tarfile.open(ROOT) as archive:
        archive.extractall(old, filter="data")
    key = ["--key", str(tmp_path / "key")]
    demad(first, "backup", "--out", str(tmp_path / "old.tar.gz"), *key, "--root", str(old))
    demad(TOP, "restore", str(tmp_path / "old.tar.gz"), *key, "--root", str(new))
    assert "sluit" in demad(TOP, "status", "--root", str(new))
    assert kept(new) == kept(old)
    demad(TOP, "backup", "--out", str(tmp_path / "new.tar.gz"), *key, "--root", str(new))
    demad(first, "restore", str(tmp_path / "new.tar.gz"), *key, "--root", str(back))
    assert "sluit" in demad(first, "status", "--root", str(back))
    assert kept(back) == kept(old)
