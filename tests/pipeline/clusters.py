"""A Dask cluster of processes on this machine, as `deploy/cluster` starts them, and cities to count on it."""

from __future__ import annotations

import configparser
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest

from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.reference.cities import load_cities
from demad.store import Store
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.counts import QUALITY
from tests.reliability.pages import free_port

CHECKOUT = Path(__file__).parents[2]
UNITS = CHECKOUT / "deploy" / "cluster"
SETTINGS = UNITS / "cluster.env"
_DATASETS = ("leefloon", "jeugdhulp", "steun", "bevolking")
_IN_TIME = 300  # seconds: this machine may be busy


def accept(root: Path, city: str, people: int = 600) -> None:
    """Put the extracts of a synthetic city in the store, as if its delivery was taken in."""
    ((_, frames),) = extracts(people=people, cities=[city])
    known = load_cities(None)[city]
    accepted = {
        name: as_text_columns(conform(Reading(frames[name], ()), name, known).frame)
        for name in _DATASETS
        if name in frames
    }
    facts = {"delivery": "een", "since": SINCE.isoformat(), "as_of": AS_OF.isoformat(), "full_history": False}
    facts |= {"made_on": AS_OF.isoformat(), "content": ""}
    datasets = {"datasets": dict.fromkeys(accepted, facts)}
    Store(root).commit(f"accepted/{city}", {**accepted, "quality": QUALITY.empty()}, datasets)


def certificates(folder: Path, *, name: str = "cluster") -> dict[str, str]:
    """Make an authority and a certificate with its key, as `docs/cluster.md` does; return the settings with them."""
    folder.mkdir(parents=True)
    authority = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subject = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}"]
    signing = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2"]
    for command in (
        ["req", *authority, "-subj", "/CN=DEMaD", "-keyout", "ca-key.pem", "-out", "ca.pem"],
        ["req", *subject, "-keyout", "key.pem", "-out", "asked.pem"],
        ["x509", "-req", "-in", "asked.pem", *signing, "-out", "cert.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return {name: value.replace("/etc/demad/cluster", str(folder)) for name, value in settings().items()}


def settings() -> dict[str, str]:
    """The settings of a cluster as we ship them."""
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def unit(name: str) -> configparser.RawConfigParser:
    """A unit of the cluster; a key that is given more than once keeps its last value."""
    read = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    read.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    read.read_string((UNITS / name).read_text(encoding="utf-8"))
    return read


@dataclass
class Nodes:
    """The scheduler and the workers, each a process, and how to start another."""

    address: str
    folder: Path
    environment: Mapping[str, str]
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    before: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What comes before the command of a worker, such as the way into another network namespace."""

    def start_scheduler(self) -> None:
        """Start the scheduler by the command of its unit."""
        self.scheduler = self._start("demad-scheduler.service")

    def start_worker(self, *before: str) -> subprocess.Popen[bytes]:
        """Start a worker by the command of its unit."""
        self.before[len(self.workers)] = before
        self.workers.append(self._start("demad-worker@.service", *before))
        return self.workers[-1]

    @contextmanager
    def supervised(self) -> Iterator[None]:
        """Start again what ended, a moment later, as systemd does."""
        ended = Event()
        watch = Thread(target=self._watch, args=(ended,))
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()

    def _watch(self, ended: Event) -> None:
        while not ended.wait(0.5):
            if self.scheduler and self.scheduler.poll() is not None:
                self.start_scheduler()
            for place, worker in enumerate(self.workers):
                if worker.poll() is not None:
                    self.workers[place] = self._start("demad-worker@.service", *self.before.get(place, ()))

    def stop(self) -> None:
        """Kill what still runs."""
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            process.kill()
            process.wait()

    def _start(self, name: str, *before: str) -> subprocess.Popen[bytes]:
        command = unit(name)["Service"]["ExecStart"].replace("/opt/demad/.venv/bin", str(Path(sys.executable).parent))
        scheme, host, port = self.address.replace("//", "").split(":")
        given = {"${DEMAD_SCHEDULER}": self.address, "${DEMAD_SCHEDULER_HOST}": host, "/tmp": str(self.folder)}  # noqa: S108
        given |= {"--protocol tls": f"--protocol {scheme}", "--port 8786": f"--port {port}", ":8787": ":0"}
        for old, new in given.items():
            command = command.replace(old, new)
        with (self.folder / f"{name}-{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen([*before, *command.split()], env=dict(self.environment), stderr=log, stdout=log)

    def wait_until_it_listens(self) -> None:
        """Wait until the scheduler takes connections."""
        _, host, port = self.address.replace("//", "").split(":")
        until = time.monotonic() + _IN_TIME
        while time.monotonic() < until:
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError


def wait_for_workers(address: str, number: int) -> None:
    """Wait until so many workers have joined."""
    distributed = pytest.importorskip("distributed")
    with distributed.Client(address, set_as_default=False, timeout=_IN_TIME) as client:
        client.wait_for_workers(number, timeout=_IN_TIME)


@contextmanager
def cluster(
    folder: Path,
    scheme: str = "tls",
    *,
    workers: int = 2,
    given: Mapping[str, str] | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Nodes]:
    """A scheduler and workers of one thread, each a process of its own, on this machine."""
    pytest.importorskip("distributed")
    folder.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(CHECKOUT), *filter(None, sys.path)])
    environment = {**os.environ, **(given or {}), "PYTHONPATH": path}
    nodes = Nodes(f"{scheme}://{host}:{free_port(host)}", folder, environment)
    try:
        nodes.start_scheduler()
        nodes.wait_until_it_listens()
        for _ in range(workers):
            nodes.start_worker()
        yield nodes
    finally:
        nodes.stop()
