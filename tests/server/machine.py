"""A whole Debian machine in a folder: its own systemd, users, network name and disk, thrown away afterwards.

`debootstrap` fills the folder and `systemd-nspawn` boots it, so that what is tested is what systemd does, not what we
think that it does. Asks for root. `DEMAD_SERVER_BASE` names a folder that debootstrap filled before, to save a minute;
`DEMAD_SERVER_BINDS` names, with colons between them, what of this machine the other needs to fetch packages.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[2]
SOURCE = "/media/demad.git"
_PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,iproute2"
_NEEDED = ("debootstrap", "systemd-nspawn", "nsenter", "git", "age-keygen")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing() -> str:
    """Why no machine can be made here; empty if one can."""
    if os.name == "nt" or os.geteuid() != 0:
        return "asks for root"
    absent = [name for name in _NEEDED if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine: its disk, and its first process as this system counts them."""

    disk: Path
    leader: int

    def run(self, script: str, *, timeout: int = 1800) -> subprocess.CompletedProcess[str]:
        """Run a script as root on the machine, in one shell that stops at the first command that fails."""
        own = {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8"}
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        inside = ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--pid", "--net", "--"]
        return subprocess.run(
            [*inside, "bash", "-euo", "pipefail", "-c", script],
            env=own | pip, cwd="/", text=True, errors="replace", timeout=timeout,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip

    def told(self, script: str) -> str:
        """What a script says; AssertionError with all of it where it fails."""
        done = self.run(script)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def wait(self, condition: str, *, seconds: int) -> None:
        """Wait until a command succeeds."""
        until = time.monotonic() + seconds
        while self.run(condition).returncode:
            assert time.monotonic() < until, f"still not after {seconds} s: {condition}"
            time.sleep(2)


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """An empty machine with our history in `/media/demad.git`, while the block runs."""
    disk, source = folder / "disk", folder / "demad.git"
    _fill(disk)
    subprocess.run(["git", "clone", "--quiet", "--bare", str(TOP), str(source)], check=True)
    binds = [f"{source}:{SOURCE}", *filter(None, os.environ.get("DEMAD_SERVER_BINDS", "").split(":"))]
    landlock = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"  # nspawn itself keeps these away
    options = [
        f"--system-call-filter={landlock}",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--console=pipe",
        "--resolv-conf=replace-host",
        "--boot",
    ]
    command = ["systemd-nspawn", *options, *(f"--bind-ro={bind}" for bind in binds), "--directory", str(disk)]
    with (folder / "console.log").open("wb") as console:
        nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
    try:
        machine = Machine(disk, _leader(nspawn))
        machine.wait("systemctl is-system-running | grep -qE 'running|degraded'", seconds=120)
        yield machine
    finally:
        nspawn.send_signal(signal.SIGTERM)
        try:
            nspawn.wait(60)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait()


def _fill(disk: Path) -> None:
    if base := os.environ.get("DEMAD_SERVER_BASE"):
        subprocess.run(["cp", "-a", base, str(disk)], check=True)
        return
    include = ["--variant=minbase", f"--include={_PACKAGES}"]
    subprocess.run(["debootstrap", *include, "bookworm", str(disk)], check=True, capture_output=True)


def _leader(nspawn: subprocess.Popen[bytes]) -> int:
    """The first process of the machine: the child of nspawn that is called systemd."""
    until = time.monotonic() + 60
    while time.monotonic() < until and nspawn.poll() is None:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = stat.read_text(encoding="utf-8").split()
            except OSError:
                continue
            if words[3] == str(nspawn.pid) and words[1] in ("(systemd)", "(init)"):
                return int(words[0])
        time.sleep(0.2)
    raise AssertionError("the machine did not boot")
