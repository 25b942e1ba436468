"""What each extra brings: built, installed in an empty environment, every command run: ``python -m shipping.installs``.

It prints a table; what does not work and does not say why ends it with status 1. It takes minutes, and the network.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demad.reference.extras import EXTRAS
from shipping.build import build
from shipping.typed import ANSWERS, Ended, make_world, plain, type_all

FOR_WHOM: Mapping[str, str] = {
    "": "dataspecialist",
    "rules": "wie ook met Great Expectations wil nakijken",
    "bundle": "een stad die haar rijen houdt",
    "report": "wie cijfers, rapporten en exports maakt",
    "impact": "wie een maatregel nagaat",
    "cluster": "een machine die meetelt",
    "server": "wie ontvangt en elke nacht rekent, in de volledige map",
    "postgres": "een server met PostgreSQL voor Dagster",
    "docs": "wie de documentatie als site bouwt, in de volledige map",
}
"""Every extra of a reader, the bare wheel first."""
IN_THE_CHECKOUT = ("server", "docs")
"""The graph and the pages are not in the wheel: commands run from the full folder, with these packages alone."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What one installation is.

    Parameters
    ----------
    size
        Bytes that pip brought, compiled files included.
    seconds
        Processor seconds of pip.
    packages
        Distributions beside pip and setuptools.
    ended
        How each command ended.
    """

    size: int
    seconds: float
    packages: int
    ended: Mapping[str, Ended]


def measure(extras: Iterable[str], place: Path) -> dict[str, Installed]:
    """Install each extra in an empty environment, and run every command there on the same small root."""
    (wheel,) = [path for path in build(place / "dist") if path.suffix == ".whl"]
    make_world(place / "wereld", [sys.executable])
    return {extra: installed(extra, wheel, place) for extra in extras}


def installed(extra: str, wheel: Path, place: Path) -> Installed:
    """One extra, measured in a folder where `wereld` is."""
    where = place / (extra or "wiel")
    venv.create(where, with_pip=True, symlinks=True)
    python = where / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    empty, spent = _size(where), _children()
    asked = f"{wheel}[{extra}]" if extra else str(wheel)
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", asked]
    subprocess.run(command, check=True, env=plain(checkout=False), capture_output=True)
    seconds, size = _children() - spent, _size(where) - empty
    listed = [python, "-m", "pip", "list", "--disable-pip-version-check", "--format", "freeze"]
    told = subprocess.run(listed, check=True, env=plain(checkout=False), capture_output=True, text=True).stdout
    packages = [line for line in told.splitlines() if line.partition("==")[0] not in ("pip", "setuptools", "demad")]
    folder = Path(shutil.copytree(place / "wereld", place / f"in-{extra or 'wiel'}"))
    ended = type_all(folder, [str(python), "-m", "demad"], checkout=extra in IN_THE_CHECKOUT)
    shutil.rmtree(where)
    _tell(extra or "wiel", ended)
    return Installed(size, seconds, len(packages), ended)


def working(there: Mapping[str, Ended]) -> list[str]:
    """The commands that do what they are for, or say of the root what they say where nothing is missing."""
    return [command for command, ended in there.items() if _works(command, ended)]


def stray(there: Mapping[str, Ended]) -> list[str]:
    """The commands that neither work nor say what they miss: D-465 with the extra, or D-404 for the full folder."""
    told = [
        command
        for command, ended in there.items()
        if (ended.code == "D-465" and ended.extra in EXTRAS) or ended.code == "D-404"
    ]
    works = working(there)
    return [command for command in there if command not in told and command not in works]


def _works(command: str, ended: Ended) -> bool:
    return ended.status == 0 or (ended.status, ended.code) == ANSWERS.get(command)


def table(measured: Mapping[str, Installed]) -> str:
    """The table of the page; the commands of an extra are those that the bare wheel does not have."""
    bare = working(measured[""].ended)
    lines = [
        "| wat | voor wie | deze commando's komen erbij | MB | seconden | pakketten |",
        "|---|---|---|---|---|---|",
    ]
    for extra, there in measured.items():
        name = f"`demad[{extra}]`" if extra else "het wiel alleen"
        commands = [one for one in working(there.ended) if not extra or one not in bare]
        said = ", ".join(f"`{one}`" for one in _shortened(commands, there.ended)) or "geen"
        lines.append(
            f"| {name} | {FOR_WHOM[extra]} | {said} | {there.size / 1e6:.0f} | {there.seconds:.0f} | {there.packages} |"
        )
    return "\n".join(lines) + "\n"


def _shortened(commands: Sequence[str], every: Iterable[str]) -> list[str]:
    """A group of which every command is there, by its own name."""
    groups = {command.split()[0] for command in every if " " in command and " -" not in command}
    whole = {group for group in groups if all(one in commands for one in every if one.startswith(f"{group} "))}
    return list(dict.fromkeys(one.split()[0] if one.split()[0] in whole else one for one in commands))


def _tell(name: str, ended: Mapping[str, Ended]) -> None:
    """What did not end with 0, on stderr: the run takes minutes."""
    told = [f"{command} {one.status} {one.code} {one.extra}".strip() for command, one in ended.items() if one.status]
    sys.stderr.write(f"{name}: {len(ended) - len(told)} met 0; {'; '.join(told)}\n")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m shipping.installs")
    parser.add_argument("--extra", action="append", help="Only these; the bare wheel always.")
    given = parser.parse_args()
    extras = list(FOR_WHOM) if not given.extra else ["", *given.extra]
    with tempfile.TemporaryDirectory() as place:
        measured = measure(extras, Path(place))
    for extra, one in measured.items():
        if lost := stray(one.ended):
            sys.exit(f"{extra or 'wiel'}: noch gelukt, noch gezegd wat ontbreekt: {', '.join(lost)}")
    sys.stdout.write(table(measured))


if __name__ == "__main__":
    main()
