"""The command that releases, with every page that it draws, killed at any moment: all is visible or nothing is."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demad.operations.restore import whole_root
from demad.publishing.release import newest_quarter_of
from demad.publishing.visible import finish_interrupted
from demad.records import audit_trail
from demad.releases.agreement import disagreements, release_folders
from demad.releases.files import MANIFEST, damaged_files
from demad.releases.withdrawals import damaged_pages, is_notice

TOP = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="SIGKILL")]


def command(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "demad", *words], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def lasted(*words: str) -> float:
    """Run a command to its end; the seconds that it took."""
    begun = time.monotonic()
    with command(*words) as process:
        _, error = process.communicate()
    assert process.returncode == 0, error.decode()
    return time.monotonic() - begun


def done_before(after: float, *words: str) -> float | None:
    """Kill a command after so many seconds; how long it took where it was done before, None where it was killed."""
    begun = time.monotonic()
    with command(*words) as process:
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    return time.monotonic() - begun if process.returncode == 0 else None


def manifest(folder: Path) -> dict:
    made = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return {name: value for name, value in made.items() if name != "trail"}


def judge(root: Path) -> None:
    """What is visible is whole, and after the next command the trail, the ledger and the folders agree."""
    for path in release_folders(root / "publication"):
        assert not (list(damaged_pages(path)) if is_notice(path) else damaged_files(path)), path
    with whole_root(root):
        finish_interrupted(root)
    assert list(disagreements(root, every_file=True)) == []
    assert audit_trail.verify(root).holds


def test_a_release_of_real_pages_that_is_killed_is_made_again_to_the_byte(settled: Path, tmp_path: Path):
    kills, inside, tries = int(os.environ.get("DEMAD_RELEASE_KILLS", "40")), 0, 0
    words = ("release", "--period", str(newest_quarter_of(settled)))
    calm = Path(shutil.copytree(settled, tmp_path / "calm"))
    took, chance = lasted(*words, "--root", str(calm)), random.Random(5)  # noqa: S311
    made = manifest(calm / "publication" / "latest")
    while inside < kills:
        # By turns anywhere in the command, and in its end, where it makes visible what it drew.
        moment = chance.uniform(took * 0.85 * (tries % 2), took)
        root = Path(shutil.copytree(settled, tmp_path / "killed"))
        done, tries = done_before(moment, *words, "--root", str(root)), tries + 1
        inside, took = inside + (done is None), done or took
        judge(root)
        lasted(*words, "--root", str(root))
        judge(root)
        assert manifest(root / "publication" / "latest") == made
        assert len(release_folders(root / "publication")) == 1
        shutil.rmtree(root)
    print(f"{kills} killed before they were done, of {tries}")
