"""Dagster's page, its daemon and its code server listen on this machine alone, whatever they start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.processes import kill, listening, working_for

TOP = Path(__file__).parents[2]
HERE = {"0100007F", "00000000000000000000000001000000"}  # 127.0.0.1 and ::1
PATIENCE = 180  # seconds
pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no /proc that says who listens")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A root whose page is up, by the command that people give, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = tmp_path / "root"
    command = [sys.executable, "-W", "ignore", "-m", "demad", "ui", "--root", str(root), "--port", str(port)]
    quiet = subprocess.DEVNULL
    surroundings = {**os.environ, "DEMAD_ROOT": str(root)}
    begun = subprocess.Popen(command, cwd=TOP, stdout=quiet, stderr=quiet, env=surroundings)
    try:
        yield root, port
    finally:
        kill(root)
        begun.wait()


def addresses(root: Path) -> dict[int, set[str]]:
    found = {}
    for process in working_for(root):
        try:
            found[process] = listening(process)
        except OSError:  # it ended meanwhile
            continue
    return {process: on for process, on in found.items() if on}


def wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the page did not come up"
            time.sleep(0.2)
        else:
            return


def test_nothing_listens_beyond_this_machine(served):
    root, port = served
    wait_for(port)
    found = {address for on in addresses(root).values() for address in on}
    assert f"0100007F:{port:04X}" in found
    assert {address.rpartition(":")[0] for address in found} <= HERE, found


def test_a_socket_that_is_open_to_all_would_be_seen():
    with socket.socket() as open_to_all:
        open_to_all.bind(("0.0.0.0", 0))  # noqa: S104
        open_to_all.listen()
        port = open_to_all.getsockname()[1]
        assert f"00000000:{port:04X}" in listening(os.getpid())
