"""Work on a disk that fills up at every write there is, on a small tmpfs of its own; then there is room again.

Run as root, as a script, so that the mount is seen by nobody else:
``unshare -m python -m tests.reliability.full_disk KIND FOLDER``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from demad.errors import StorageFailed
from demad.store import refusing_storage
from tests.reliability.victims import WORK

PAGE = 4096
ROOM = {"size": 64 * 2**20, "nr_inodes": 100_000}
REFUSED = 10
BEFORE = {"ledger": range(1, 15), "audit": range(1, 15), "release": range(1, 4)}
"""After how many pieces of work: a page holds several lines; a release is followed by one, a withdrawal and a pair."""
COARSE = {"release": 16}  # steps at once: it writes a site


def can_mount() -> bool:
    """Whether this process may mount a disk of its own."""
    if not shutil.which("unshare"):
        return False
    asked = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def full_at_every_write(kind: str, folder: Path) -> dict[str, object]:
    """One page, then one file, more each time, until the work fits: refused by code before, nothing lost, no repair."""
    told: dict[str, object] = {}
    for limit, step in (("size", PAGE), ("nr_inodes", 1)):
        refused = 0
        for before in BEFORE.get(kind, (1,)):
            extra = 0
            while not fits(kind, folder, before, limit, extra * step * COARSE.get(kind, 1)):
                refused, extra = refused + 1, extra + 1
        told[limit] = refused
    return told


def fits(kind: str, folder: Path, before: int, limit: str, extra: int) -> bool:
    """Whether one more piece of work fits in so much room; where not, it is refused and nothing is lost."""
    work, judge = WORK[kind]
    with_room(folder)
    for number in range(1, before + 1):
        assert forked(lambda n=number: next(work(folder, n))) == 0
    tighten(folder, limit, used(folder, limit) + extra)
    status = forked(lambda: next(work(folder, before + 1)))
    assert status in (0, REFUSED), f"{limit} + {extra}: ended with {status}"
    if kind == "release":  # what died is finished by the next command, which needs room
        tighten(folder, limit, ROOM[limit])
    found = judge(folder, before + (status == 0))
    tighten(folder, limit, ROOM[limit])
    assert forked(lambda: next(work(folder, found + 1))) == 0
    assert judge(folder, found + 1) == found + 1
    subprocess.run(["umount", folder], check=True)
    return status == 0


def with_room(folder: Path) -> None:
    """A fresh tmpfs that has all the room there is."""
    given = ",".join(f"{name}={amount}" for name, amount in ROOM.items())
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=700,{given}", "none", folder], check=True)


def tighten(folder: Path, limit: str, amount: int) -> None:
    """Change one limit of the disk."""
    subprocess.run(["mount", "-o", f"remount,{limit}={amount}", folder], check=True)


def used(folder: Path, limit: str) -> int:
    """How much of a limit is taken."""
    there = os.statvfs(folder)
    return (there.f_blocks - there.f_bfree) * there.f_frsize if limit == "size" else there.f_files - there.f_ffree


def forked(work: Callable[[], object]) -> int:
    """Do work in a fork: 0 where it succeeded, 10 where it was refused with the code of a full disk."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.umask(0o077)
    status = 1
    try:
        with refusing_storage():
            work()
        status = 0
    except StorageFailed as refusal:
        status = REFUSED if refusal.code == "D-360" else 1
    finally:
        os._exit(status)  # pyright: ignore[reportPrivateUsage]


if __name__ == "__main__":
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    print(json.dumps({"kind": sys.argv[1], **full_at_every_write(sys.argv[1], Path(sys.argv[2]))}))
