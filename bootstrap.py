"""Set DEMaD up on a machine that has only Python, and run it: `python3 bootstrap.py demo`.

Standard library only. Everything lands in .venv beside this file; the next time nothing is installed.
An old Python must be able to read this file as far as the message below: so no annotations, no
f-strings and no letter outside ASCII in it.
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
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = HOME / "requirements.lock"
PROJECT = HOME / "pyproject.toml"

USAGE = """Gebruik: python3 bootstrap.py COMMANDO

  demo           synthetische gegevens voor dertien steden, tot en met de rapporten
  test           alle controles en tests; met opties alleen pytest: test tests/intake -x
  test --fast    een minuut: wat weinig tijd vraagt, zonder controles; voor tijdens het schrijven
  test --all     ook de lange tests, met nieuwe toevallige gevallen; voor een nacht
  lint           alleen stijl, types en importregels
  ...            elk ander commando van demad: zie .venv/bin/demad --help
"""

# Three processes, as each waits now and then for what it started; a file of tests at a time and the reports in one:
# they share what they set up (tests/lanes.py).
WHOLE_SUITE = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
LANES = {
    "--fast": ["--lane", "fast"],
    "--all": ["--lane", "long", "-m", "slow or not slow"],
}

CHECKS = (
    ("stijl", ["ruff", "check", "."]),
    ("opmaak", ["ruff", "format", "--check", "."]),
    ("types", ["basedpyright", "--level", "error"]),
    ("importregels", ["lint-imports", "--no-logo"]),
)


def main():
    """Set up what is missing, then do what was asked; the exit status is that of what was asked."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(USAGE)
        return 0 if len(sys.argv) > 1 else 2
    asked, options = sys.argv[1], sys.argv[2:]
    set_up()
    if asked == "lint":
        return lint()
    if asked == "test":
        return test(options)
    return become(["demad", asked] + options)


def set_up():
    """Make .venv from the hash-locked requirements; nothing where that was done before."""
    # A moved folder breaks an environment, so the place counts too. Each stamp is written last.
    wanted = digest(LOCK.read_bytes() + str(HOME).encode())
    if read(ENVIRONMENT / "requirements.stamp") != wanted or not PYTHON.exists():
        say("DEMaD wordt klaargezet in .venv. Dat gebeurt eenmalig en duurt enkele minuten.")
        make_environment()
        install(["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", "--requirement", str(LOCK)])
        # Ahead of the first start, on all cores: reading Great Expectations uncompiled takes 15 seconds.
        subprocess.call([str(PYTHON), "-W", "ignore", "-m", "compileall", "-qq", "-j", "0", str(ENVIRONMENT)])
        (ENVIRONMENT / "requirements.stamp").write_text(wanted, encoding="utf-8")
    wanted = digest(PROJECT.read_bytes())
    if read(ENVIRONMENT / "project.stamp") != wanted:
        install(["--no-deps", "--no-build-isolation", "--editable", str(HOME)])
        (ENVIRONMENT / "project.stamp").write_text(wanted, encoding="utf-8")


def make_environment():
    """An empty .venv with pip; on some systems Python comes without the part that makes one."""
    try:
        venv.create(str(ENVIRONMENT), clear=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("Deze Python kan geen .venv maken. Op Debian en Ubuntu: apt install python3-venv.")


def install(arguments):
    """Install into .venv with the pip and the package source that this machine is set to."""
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    status = subprocess.call(pip + arguments)
    if status:
        sys.exit("De installatie is niet gelukt (zie hierboven). Controleer het netwerk en probeer opnieuw.")


def lint():
    """Style, layout, types and import contracts, all of them even when one fails."""
    wrong = []
    for name, command in CHECKS:
        say("== " + name)
        if run(command, HOME):
            wrong.append(name)
    if wrong:
        say("NIET IN ORDE: " + ", ".join(wrong))
    return 1 if wrong else 0


def test(options):
    """The daily lane after all checks; another lane by its option; with further options pytest alone."""
    chosen = [option for option in options[:1] if option in LANES]
    lane = [part for option in chosen for part in LANES[option]]
    rest = options[len(chosen) :]
    wrong = 0 if rest or chosen == ["--fast"] else lint()
    return run(["pytest"] + lane + (rest or WHOLE_SUITE), HOME) or wrong


def become(command):
    """Let a command take this process over: its exit status, Ctrl+C and signals are then its own."""
    if os.name == "nt":
        return run(command, pathlib.Path.cwd())
    program = str(SCRIPTS / command[0])
    return os.execve(program, [program] + command[1:], surroundings())


def run(command, folder):
    """Run a command of .venv and give its exit status."""
    program = str(SCRIPTS / command[0]) + (".exe" if os.name == "nt" else "")
    return subprocess.call([program] + command[1:], cwd=str(folder), env=surroundings())


def surroundings():
    """The environment of a command: the other commands of .venv in reach, text always UTF-8.

    Compiled code is kept, whatever the machine says: hundreds of tests start a process of their own, and each would
    compile all of demad again.
    """
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", "")])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return dict(kept, PATH=path, PYTHONUTF8="1")


def say(text):
    """Progress goes to stderr; at once, before what is started writes."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def digest(content):
    """sha256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(path):
    """Text of a small file; empty where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
