"""Sets DEMaD up on a machine that has only Python, and runs it: ``python3 bootstrap.py demo`` or ``test``.

Standard library only. Everything lands in ``.venv`` beside this file; the second time nothing is installed.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("DEMaD heeft Python 3.11 of nieuwer nodig. Dit is Python %d.%d." % sys.version_info[:2])

import hashlib
import os
import pathlib
import subprocess
import venv

HOME = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = HOME / ".venv"
WINDOWS = os.name == "nt"
SCRIPTS = ENVIRONMENT / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
LOCK = HOME / "requirements.lock"
STAMP = ENVIRONMENT / "demad-installed"

CHECKS = (
    ("stijl", [PYTHON, "-m", "ruff", "check", "."]),
    ("opmaak", [PYTHON, "-m", "ruff", "format", "--check", "."]),
    ("types", [PYTHON, "-m", "basedpyright", "--level", "error"]),
    ("importregels", [SCRIPTS / "lint-imports"]),
    ("tests", [PYTHON, "-m", "pytest", "-q"]),
)


def fingerprint() -> str:
    """What decides whether the environment is up to date: the lock, the project file and this Python."""
    parts = (LOCK.read_bytes(), (HOME / "pyproject.toml").read_bytes(), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(command: list[object], where: pathlib.Path = HOME) -> int:
    """Run a command and give its exit status."""
    return subprocess.call([str(part) for part in command], cwd=where)


def set_up() -> None:
    """Make the environment from the hash-locked requirements; nothing when it is there already."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and PYTHON.exists():
        return
    print("DEMaD installeren in .venv (eenmalig, enkele minuten) …", file=sys.stderr, flush=True)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    steps = (
        [*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", LOCK],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", HOME],
    )
    for step in steps:
        status = run(step)
        if status:
            sys.exit(f"De installatie is niet gelukt (status {status}). Controleer het netwerk en probeer opnieuw.")
    STAMP.write_text(wanted, encoding="utf-8")


def check(options: list[str]) -> int:
    """Style, types, import contracts and tests; with options only pytest gets them."""
    worst = 0
    for name, command in CHECKS if not options else CHECKS[-1:]:
        print(f"== {name}", flush=True)
        worst = run([*command, *options]) or worst
    return worst


def main() -> int:
    """Set up, then do what was asked; without a word: explain."""
    if len(sys.argv) < 2:
        print("Gebruik: python3 bootstrap.py demo | test | <een ander demad-commando>")
        return 2
    asked, options = sys.argv[1], sys.argv[2:]
    set_up()
    if asked == "test":
        return check(options)
    return run([PYTHON, "-m", "demad", asked, *options], pathlib.Path.cwd())


if __name__ == "__main__":
    raise SystemExit(main())
