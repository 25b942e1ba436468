"""However many start at once, one holds the root; the others are told that it is busy, and nothing is left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from demad.errors import Busy
from demad.store import root_lock

pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork")
_WON, _BUSY = 10, 75


def started(root: Path, starts: int) -> list[int]:
    """Exit statuses of so many processes that ask for the root together; whoever has it waits for all the others."""
    begin, asked = os.pipe(), os.pipe()
    children = []
    for _ in range(starts):
        child = os.fork()
        if not child:
            os._exit(_ask(root, begin[0], asked[1], asked[0], starts))
        children.append(child)
    os.write(begin[1], b"." * starts)
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    for end in (*begin, *asked):
        os.close(end)
    return ended


def _ask(root: Path, begin: int, tell: int, hear: int, starts: int) -> int:
    os.read(begin, 1)
    try:
        with root_lock(root):
            for _ in range(starts - 1):
                os.read(hear, 1)
            return _WON
    except Busy as refusal:
        os.write(tell, b".")
        return refusal.exit_status


@pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_of_eight_starts_at_once_one_runs(rounds, tmp_path):
    for _ in range(rounds):
        assert sorted(started(tmp_path, 8)) == [_WON, *[_BUSY] * 7]


def test_a_lock_dies_with_its_process(tmp_path):
    child = os.fork()
    if not child:
        with root_lock(tmp_path):
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    with root_lock(tmp_path):
        pass
