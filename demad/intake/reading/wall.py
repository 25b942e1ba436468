"""The wall around the process that reads untrusted files: the kernel lets it see its files and nothing else.

Landlock, through landlockpy: no other file, no program, no TCP, no signal or abstract socket to another process. The
helper is moreover started in a network of its own with `unshare`, where that is allowed. A kernel without them reads
files all the same, within the limits of `sandbox`; `demad doctor` then says what is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from demad.system import alone_on_the_network

_WITH_TCP = 4  # version of Landlock from which it forbids TCP
_SYSTEM = ("/usr", "/lib", "/lib64")  # libraries that are loaded late


@dataclass(frozen=True, slots=True)
class Wall:
    """What this machine gives: version of Landlock (0: none), and whether the reader has a network of its own."""

    landlock: int
    alone: bool

    @property
    def closed(self) -> bool:
        """Whether the reader reaches no other file and no network."""
        return self.landlock > 0 and (self.alone or self.landlock >= _WITH_TCP)


def reader_wall() -> Wall:
    """What the kernel of this machine gives the reader."""
    return Wall(landlock_version(), bool(network_of_its_own()))


def build(reads: Iterable[str], writes: Iterable[str]) -> None:
    """Wall this process in for good: it reads these files and its own code, and writes in these folders.

    Does nothing where the kernel or the library is missing. Only for a process with one thread.

    Raises
    ------
    OSError
        The wall cannot be built, or a file is not there: nothing may be read then.
    """
    if not landlock_version():
        return
    from landlockpy import AccessFS, Ruleset, Scope

    seen = AccessFS.READ_FILE | AccessFS.READ_DIR
    made = seen | AccessFS.WRITE_FILE | AccessFS.MAKE_REG | AccessFS.REMOVE_FILE | AccessFS.TRUNCATE
    with Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        for path in _code():
            rules.allow_path(path, seen)
        for path in reads:
            rules.allow_path(path, seen if Path(path).is_dir() else AccessFS.READ_FILE)
        for path in writes:
            rules.allow_path(path, made)
        rules.restrict()


@lru_cache(maxsize=1)
def network_of_its_own() -> tuple[str, ...]:
    """The command that starts another one without a network, to stand before it; empty where that is not allowed."""
    found = shutil.which("unshare")
    if not found or not alone_on_the_network():
        return ()
    command = (found, *alone_on_the_network())
    tried = subprocess.run([*command, sys.executable, "-I", "-S", "-c", ""], check=False, capture_output=True)
    return command if tried.returncode == 0 else ()


@lru_cache(maxsize=1)
def landlock_version() -> int:
    """Version of Landlock in this kernel; 0 without it, or without the library."""
    if sys.platform != "linux" or find_spec("landlockpy") is None:
        return 0
    from landlockpy import LandlockError, abi_version

    try:
        return abi_version()
    except LandlockError:
        return 0


def _code() -> list[str]:
    """Where code is that may be loaded late: Python, its packages, this library, the libraries of the system."""
    own = Path(__file__).resolve().parents[2]
    found = (sys.prefix, sys.base_prefix, str(own), *_SYSTEM)
    return [path for path in dict.fromkeys(found) if Path(path).exists() and Path(path) != Path("/")]
