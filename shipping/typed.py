"""Each command of the command line, typed on a small root that was run, and how it ended.

Not here: what is installed where (`shipping.installs`).
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shipping.lock import TOP

TYPED: Mapping[str, str] = {
    "template": "leefloon --out leeg.csv",
    "codes": "stopreden",
    "init": "--city gent leefloon.csv",
    "keygen": "--city gent --out gent.sleutel",
    "pseudonymise": "--key gent.sleutel --out klaar nummers.csv",
    "check": "--city gent --as-of 2026-09-30 leefloon.csv",
    "deliver": "--city gent --since 2015-01-01 --as-of 2026-09-30 --root stad leefloon.csv",
    "accept": "2026-09-30-000000000000 --reason nagekeken",
    "explain": "return_12m",
    "status": "",
    "health": "",
    "digest": "",
    "doctor": "",
    "alarm": "--unit demad-run.service",
    "report": "--city aalst --format html,pdf,xlsx",
    "export": "--to csv --out cijfers.csv",
    "impact": "--city aalst --indicator outflow_rate --from 2023-01 --out nota",
    "project": "--city aalst",
    "signoff": "--city aalst --period 2026Q2",
    "release": "--period 2026Q2",
    "synth": "--out proef --people 13",
    "bundle keygen": "--city aalst",
    "bundle make": "--city aalst --out aalst.zip",
    "bundle verify": "aalst.zip",
    "bundle take": "aalst.zip",
    "bundle secret": "--city aalst --export aalst.geheim --key bundel.sleutel",
    "backup": "--into reeks --root stad",
    "restore": "{backup} --root teruggezet",
    "drill": "--into reeks --root stad",
    "backup --key": "backup.sleutel --out alles.zip",
    "run": "",
    "adopt": "--reason nagekeken",
    "ui": "--port {port}",
    "demo": "--people 130 --root proefmap",
    "prune": "",
    "erase": "--city aalst --pseudonym p1-0000000000000000000000000000000000000000",
}
"""The options of each command, in an order in which one leaves what another takes; what removes comes last.

The root `stad` is of a city alone: deliveries and no secrets, so that its backup needs no key.
"""
ANSWERS: Mapping[str, tuple[int, str]] = {
    "accept": (2, "D-250"),
    "doctor": (1, ""),
    "impact": (2, "D-741"),
    "bundle verify": (2, "D-633"),
    "bundle take": (2, "D-633"),
}
"""What these say of that root where nothing is missing: no delivery waits, small numbers, no city sends bundles.

The doctor names what is not installed, with status 1.
"""
_LONGEST = 1200
_REFUSED = re.compile(r"\b(D-\d{3})\b")
_EXTRA = re.compile(r"demad\[(\w+)\]")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status, the code of a refusal, and the extra that the refusal names."""

    status: int
    code: str = ""
    extra: str = ""


def make_world(folder: Path, python: Sequence[str]) -> None:
    """A folder with a root of two cities that was run, an extract and one with national numbers.

    Parameters
    ----------
    python
        How an interpreter is called that has everything installed.
    """
    (folder / "var").mkdir(parents=True)
    (folder / "var" / "demad.toml").write_text("[privacy]\nbase = 10\n", encoding="utf-8")  # as bundles want it
    _call(folder, python, "synth --out gemaakt --people 2000")
    for city in ("aalst", "turnhout"):
        files = " ".join(path.relative_to(folder).as_posix() for path in sorted((folder / "gemaakt" / city).iterdir()))
        _call(folder, python, f"deliver --city {city} --since 2015-01-01 --as-of 2026-09-30 {files}")
    _call(folder, python, "run")
    _call(folder, python, "template leefloon --out leefloon.csv")
    text = (folder / "leefloon.csv").read_text(encoding="utf-8-sig")
    example = next(cell for cell in text.splitlines()[-1].split(";") if cell.startswith("p1-"))
    (folder / "nummers.csv").write_text(text.replace(example, "80010100107"), encoding="utf-8")


def type_all(folder: Path, demad: Sequence[str], *, checkout: bool) -> dict[str, Ended]:
    """Run every command in a folder of `make_world`.

    Parameters
    ----------
    demad
        How the command is called.
    checkout
        Whether it runs in the full folder, not from the wheel.
    """
    return {command: _ended(folder, demad, command, checkout=checkout) for command in TYPED}


def _ended(folder: Path, demad: Sequence[str], command: str, *, checkout: bool) -> Ended:
    port = _free_port()
    backup = next((path for path in sorted((folder / "reeks").glob("*")) if path.is_file()), Path("reeks"))
    given = [*demad, *command.split(), *TYPED[command].format(port=port, backup=backup).split()]
    started = subprocess.Popen(
        given, cwd=folder, env=plain(checkout=checkout), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    try:
        if command == "ui" and _listens(started, port):
            started.terminate()  # as a service that is stopped: it ends what it started
            started.communicate(timeout=_LONGEST)
            return Ended(0)
        said, _ = started.communicate(timeout=_LONGEST)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
    if not started.returncode:
        return Ended(0)
    code, extra = _REFUSED.search(said), _EXTRA.search(said)
    return Ended(started.returncode, code[1] if code else "", extra[1] if extra else "")


def _listens(started: subprocess.Popen[str], port: int) -> bool:
    """Whether a page comes to answer; false as soon as its process ends."""
    for _ in range(_LONGEST):
        if started.poll() is not None:
            return False
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.5)
    return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _call(folder: Path, python: Sequence[str], command: str) -> None:
    given = [*python, "-m", "demad", *command.split()]
    subprocess.run(given, cwd=folder, env=plain(checkout=True), check=True, capture_output=True)


def plain(*, checkout: bool) -> dict[str, str]:
    """The surroundings of somebody who has nothing of ours, or only the full folder."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DEMAD_ROOT")}
    return {**kept, "PYTHONPATH": str(TOP)} if checkout else kept
