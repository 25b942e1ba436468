"""The web page that we start, asked the way a browser asks when another site tells it to."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.reliability.processes import kill

TOP = Path(__file__).parents[2]
PATIENCE = 240  # seconds


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody has, below those that a connection takes: one could have it before the page does."""
    while True:
        with suppress(OSError), socket.create_server((host, 20_000 + secrets.randbelow(10_000))) as taken:
            return taken.getsockname()[1]


@contextmanager
def started(root: Path, command: list[str], port: int, **environment: str) -> Iterator[None]:
    """A command that serves a page of this root, until the page answers; ended by SIGKILL."""
    quiet = subprocess.DEVNULL
    surroundings = {**os.environ, "DEMAD_ROOT": str(root), **environment}
    begun = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *command], cwd=TOP, stdout=quiet, stderr=quiet, env=surroundings
    )
    try:
        wait_for(port, begun)
        yield
    finally:
        kill(root)
        begun.wait()


def wait_for(port: int, begun: subprocess.Popen[bytes]) -> None:
    """Wait until the page answers; fail at once if who serves it has ended."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert begun.poll() is None, f"the page ended with {begun.returncode}"
            assert time.monotonic() < until, "the page did not come up"
            time.sleep(0.2)
        else:
            return


def asked(port: int, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    """Status and text of an answer; names of headers have underscores; the Host is ours unless given."""
    given = {"Host": f"127.0.0.1:{port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        given["Content-Length"] = str(len(body.encode()))
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            line.putheader(name, value)
        line.endheaders(body.encode() or None)
        with closing(line.getresponse()) as answer:
            return answer.status, answer.read().decode(errors="replace")


def told(port: int, query: str, **headers: str) -> tuple[int, dict]:
    """What the page's own script asks and gets: a query of GraphQL."""
    given = {"Content_Type": "application/json", "Origin": f"http://127.0.0.1:{port}", **headers}
    status, text = asked(port, "POST", "/graphql", json.dumps({"query": query}), **given)
    return status, json.loads(text) if status == 200 else {}
