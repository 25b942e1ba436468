"""What each extra brings: built, installed in an empty environment, every command run: ``python -m shipping.installs``.

It prints the table of `docs/installeren.md`; with ``--write`` it sets it there. It takes minutes, and the network.
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
from shipping.lock import TOP
from shipping.typed import Ended, make_world, plain, type_all

PAGE = TOP / "docs" / "installeren.md"
BEGIN, END = "<!-- installaties: begin -->\n", "<!-- installaties: einde -->"
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


def measure(extras: Iterable[str], place: Path) -> tuple[dict[str, Ended], dict[str, Installed]]:
    """How each command ends where everything is installed, and each extra with how it ends there."""
    (wheel,) = [path for path in build(place / "dist") if path.suffix == ".whl"]
    world = place / "wereld"
    make_world(world, [sys.executable])
    whole = type_all(_copy(world, place / "alles"), [sys.executable, "-m", "demad"], checkout=True)
    _tell("alles", whole)
    return whole, {extra: _installed(extra, wheel, world, place) for extra in extras}


def working(whole: Mapping[str, Ended], there: Mapping[str, Ended]) -> list[str]:
    """The commands that end as they do where everything is installed."""
    return [command for command, ended in there.items() if _works(ended, whole[command])]


def stray(whole: Mapping[str, Ended], there: Mapping[str, Ended]) -> list[str]:
    """The commands that neither work nor say what they miss."""
    return [command for command, ended in there.items() if not _works(ended, whole[command]) and not _tells(ended)]


def _works(there: Ended, whole: Ended) -> bool:
    return there.status == whole.status and there.code not in _LACKING and not there.code.startswith("D-9")


def _tells(there: Ended) -> bool:
    """Whether a refusal names the extra, or the full folder."""
    return (there.code == "D-465" and there.extra in EXTRAS) or there.code == "D-404"


_LACKING = ("D-465", "D-404")


def table(whole: Mapping[str, Ended], measured: Mapping[str, Installed]) -> str:
    """The table of the page; the commands of an extra are those that the bare wheel does not have."""
    bare = working(whole, measured[""].ended)
    lines = [
        "| wat | voor wie | deze commando's komen erbij | MB | seconden | pakketten |",
        "|---|---|---|---|---|---|",
    ]
    for extra, there in measured.items():
        name = f"`demad[{extra}]`" if extra else "het wiel alleen"
        commands = [one for one in working(whole, there.ended) if not extra or one not in bare]
        said = ", ".join(f"`{one}`" for one in _shortened(commands, whole)) or "geen"
        lines.append(
            f"| {name} | {FOR_WHOM[extra]} | {said} | {there.size / 1e6:.0f} | {there.seconds:.0f} | {there.packages} |"
        )
    return "\n".join(lines) + "\n"


def commands_of(text: str) -> dict[str, list[str]]:
    """The commands of each extra in a table, the bare wheel under an empty name."""
    rows = [line.split(" | ") for line in text.splitlines()[2:] if line.startswith("| ")]
    return {
        row[0].partition("[")[2].partition("]")[0]: [word.strip("`") for word in row[2].split(", ") if word != "geen"]
        for row in rows
    }


def on_the_page() -> str:
    """The table as it stands on the page."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def _shortened(commands: Sequence[str], every: Iterable[str]) -> list[str]:
    """A group of which every command is there, by its own name."""
    groups = {command.split()[0] for command in every if " " in command}
    whole = {group for group in groups if all(one in commands for one in every if one.startswith(f"{group} "))}
    return list(dict.fromkeys(one.split()[0] if one.split()[0] in whole else one for one in commands))


def _installed(extra: str, wheel: Path, world: Path, place: Path) -> Installed:
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
    checkout = extra in IN_THE_CHECKOUT
    demad = [str(python), "-m", "demad"]
    ended = type_all(_copy(world, place / f"in-{extra}"), demad, checkout=checkout)
    shutil.rmtree(where)
    _tell(extra or "wiel", ended)
    return Installed(size, seconds, len(packages), ended)


def _tell(name: str, ended: Mapping[str, Ended]) -> None:
    """What did not end with 0, on stderr: the run takes minutes."""
    told = [f"{command} {one.status} {one.code} {one.extra}".strip() for command, one in ended.items() if one.status]
    sys.stderr.write(f"{name}: {len(ended) - len(told)} met 0; {'; '.join(told)}\n")


def _copy(world: Path, to: Path) -> Path:
    return Path(shutil.copytree(world, to))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(prog="python -m shipping.installs")
    parser.add_argument("--write", action="store_true", help="Set the table in docs/installeren.md.")
    parser.add_argument("--extra", action="append", help="Only these; the bare wheel always.")
    given = parser.parse_args()
    extras = list(FOR_WHOM) if not given.extra else ["", *given.extra]
    with tempfile.TemporaryDirectory() as place:
        whole, measured = measure(extras, Path(place))
    for extra, one in measured.items():
        if lost := stray(whole, one.ended):
            sys.exit(f"{extra or 'wiel'}: noch gelukt, noch gezegd wat ontbreekt: {', '.join(lost)}")
    made = table(whole, measured)
    sys.stdout.write(made)
    if given.write:
        before, _, after = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{made}{END}{after.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
