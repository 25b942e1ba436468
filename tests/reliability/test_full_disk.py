"""A disk that is full at any write refuses by its code, keeps what was there, and needs no repair afterwards."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from demad.errors import StorageFailed
from demad.store import refusing_storage
from tests.reliability.full_disk import can_mount

TOP = Path(__file__).parents[2]
mounting = pytest.mark.skipif(os.name == "nt" or not can_mount(), reason="no right to mount a disk")


def full(module: str, *arguments: str) -> dict:
    program = [sys.executable, "-W", "ignore", "-m", f"tests.reliability.{module}", *arguments]
    done = subprocess.run(["unshare", "-m", *program], capture_output=True, text=True, cwd=TOP, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(errno.ENOSPC, "disk"), "D-360"),
        (OSError(errno.EDQUOT, "disk"), "D-360"),
        (OSError(errno.EROFS, "disk"), "D-361"),
        (PermissionError(errno.EACCES, "disk"), "D-361"),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]), "D-360"),
        (sqlite3.OperationalError("database or disk is full"), "D-360"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "D-361"),
    ],
    ids=str,
)
def test_what_a_disk_says_becomes_a_refusal_without_its_text(fault, code):
    with pytest.raises(StorageFailed) as refusal, refusing_storage():
        raise fault
    assert (refusal.value.code, refusal.value.__cause__, refusal.value.__suppress_context__) == (code, None, True)


def test_another_error_stays_what_it_is():
    with pytest.raises(ZeroDivisionError), refusing_storage():
        raise ZeroDivisionError


@mounting
@pytest.mark.parametrize("kind", ["store"])
def test_every_write_is_refused_on_a_full_disk_and_good_when_there_is_room(kind, tmp_path):
    told = full("full_disk", kind, str(tmp_path / "disk"))
    assert told["size"] > 2
    assert told["nr_inodes"] > 2


@pytest.mark.slow
@mounting
@pytest.mark.parametrize("kind", ["audit", "ledger", "release"])
def test_every_other_write_is_refused_on_a_full_disk_and_good_when_there_is_room(kind, tmp_path):
    told = full("full_disk", kind, str(tmp_path / "disk"))
    print(told)
    assert told["size"] > 0


@pytest.mark.slow
@mounting
def test_a_run_that_fills_the_disk_says_so_and_the_next_is_good(tmp_path):
    told = full("full_run", str(tmp_path / "disk"), os.environ.get("DEMAD_STEPS", "12"))
    print(told)
    assert told["refused"] > 0
