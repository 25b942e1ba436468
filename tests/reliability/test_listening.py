"""Dagster's page, its daemon and its code server listen on this machine alone, whatever they start."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.pages import asked, free_port, started, told
from tests.reliability.processes import listening, working_for

HERE = {"0100007F", "00000000000000000000000001000000"}  # 127.0.0.1 and ::1
START = """mutation { startSensor(sensorSelector: {repositoryLocationName: "demad", repositoryName: "__repository__", \
sensorName: "postbus"}) { __typename } }"""
pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no /proc that says who listens")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A root whose page is up, by the command that people give, and its port."""
    root, port = tmp_path_factory.mktemp("listening") / "root", free_port()
    with started(root, ["demad", "ui", "--root", str(root), "--port", str(port)], port):
        yield root, port


def addresses(root: Path) -> dict[int, set[str]]:
    found = {}
    for process in working_for(root):
        try:
            found[process] = listening(process)
        except OSError:  # it ended meanwhile
            continue
    return {process: on for process, on in found.items() if on}


def test_nothing_listens_beyond_this_machine(served):
    root, port = served
    found = {address for on in addresses(root).values() for address in on}
    assert f"0100007F:{port:04X}" in found
    assert {address.rpartition(":")[0] for address in found} <= HERE, found


def test_the_page_only_shows_unless_it_is_asked_for_more(served):
    _, port = served
    assert told(port, "{ version }")[0] == 200
    assert told(port, START)[1]["data"]["startSensor"]["__typename"] == "UnauthorizedError"


def test_the_page_that_people_start_knows_its_own_name_only(served):
    _, port = served
    assert asked(port, "GET", "/", Host="attacker.example")[0] == 421


def test_a_socket_that_is_open_to_all_would_be_seen():
    with socket.socket() as open_to_all:
        open_to_all.bind(("0.0.0.0", 0))  # noqa: S104
        open_to_all.listen()
        port = open_to_all.getsockname()[1]
        assert f"00000000:{port:04X}" in listening(os.getpid())
