"""A parser that was taken over, for `test_wall`: it tries to read, write, send and start what it may not."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demad.intake.reading.sandbox import serve


def work(job: dict[str, Any]) -> None:
    """Try everything; write by name what succeeded, and what the own file says."""
    out, secret, store = Path(job["out"]), Path(job["secret"]), Path(job["store"])
    tries: dict[str, Callable[[], object]] = {
        "read a file of the store": secret.read_bytes,
        "read it through another name": (store / "link").read_bytes,
        "list the store": lambda: os.listdir(store),
        "read it through the files of the parent": lambda: Path(f"/proc/{os.getppid()}/root{secret}").read_bytes(),
        "read the environment of the parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "read the passwords": Path("/etc/passwd").read_bytes,
        "list another delivery": lambda: os.listdir(job["beside"]),
        "write in the store": lambda: (store / "new").write_bytes(b"x"),
        "change the own delivery": lambda: Path(job["files"][0]).write_bytes(b"x"),
        "write elsewhere": lambda: (out.parent / "elsewhere").write_bytes(b"x"),
        "link the store into the results": lambda: (out / "out").symlink_to(store),
        "give the store another name": lambda: os.link(secret, out / "hard"),
        "start a program": lambda: subprocess.run(["/bin/true"], check=True, capture_output=True),
        "signal another process": lambda: os.kill(job["victim"], signal.SIGTERM),
        "connect by TCP": lambda: socket.create_connection(("127.0.0.1", job["port"]), timeout=2).close(),
        "listen by TCP": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "connect to a socket without a file": lambda: _abstract(job["socket"]),
    }
    tries["empty a file of the store"] = lambda: os.truncate(secret, 0)
    tries["remove a file of the store"] = secret.unlink
    if job["alone"]:
        tries["send by UDP"] = lambda: _sent(job["port"])
    own, did = Path(job["files"][0]).read_text(encoding="utf-8"), list[str]()
    for name, act in tries.items():
        try:
            act()
        except (OSError, subprocess.SubprocessError):
            continue
        did.append(name)
    told = {"own": own, "did": did, "tried": len(tries)}
    (out / "told.json").write_text(json.dumps(told), encoding="utf-8")


def _abstract(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(f"\0{name}")


def _sent(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"x", ("127.0.0.1", port))


if __name__ == "__main__":
    serve(work)
