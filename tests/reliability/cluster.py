"""A PostgreSQL of our own on loopback, that can be stopped as rudely as one likes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TOP = Path(__file__).parents[2]


def binaries() -> Path | None:
    """Where PostgreSQL's programs are; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("createdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@dataclass(slots=True)
class Cluster:
    """One database ``demad``; PostgreSQL refuses to run as root, so root lends it to the user postgres."""

    folder: Path = Path()
    port: int = 0

    def make(self) -> None:
        """Initialise and start it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = Path(tempfile.mkdtemp(prefix="demad-postgres-", dir="/tmp"))  # postgres must enter
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._call("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "demad", "--no-sync")
        self.start()
        self._call("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "demad", "demad")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._call(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"), "-w", "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop; ``immediate`` is what a crash does."""
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """SIGKILL, as a machine without memory does; returns when every process of the database is gone."""
        first = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        family = [first, *_children(first)]
        for process in family:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(_alive, family)):
            time.sleep(0.02)

    def remove(self) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def dump(self) -> bytes:
        """Every byte of the database as text."""
        return self._call("pg_dump", "-h", "127.0.0.1", "-p", str(self.port), "-U", "demad", "--inserts", "demad")

    def configure(self, root: Path) -> dict[str, str]:
        """Give a root the configuration of a server; what the environment has to hold for it."""
        home = root / "dagster"
        home.mkdir(mode=0o700, exist_ok=True, parents=True)
        text = (_TOP / "deploy" / "dagster.yaml").read_text(encoding="utf-8")
        (home / "dagster.yaml").write_text(text.replace("port: 5432", f"port: {self.port}"), encoding="utf-8")
        return {
            "DEMAD_PG_HOST": "127.0.0.1",
            "DEMAD_PG_USER": "demad",
            "DEMAD_PG_PASSWORD": "unused",
            "DEMAD_PG_DATABASE": "demad",
        }

    def _call(self, program: str, *arguments: str) -> bytes:
        where = binaries()
        assert where is not None
        lent = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*lent, str(where / program), *arguments], check=False, capture_output=True, cwd="/", close_fds=True
        )
        assert done.returncode == 0, (program, done.stderr)
        return done.stdout


def _children(process: int) -> list[int]:
    return [
        int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    ]


def _alive(process: int) -> bool:
    """Whether it is more than an entry that nobody has waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
