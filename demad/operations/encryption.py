"""Encrypt a whole backup for the owner of a key that is kept elsewhere, with `age` (age-encryption.org).

Only the public half is on the server (`--recipients`); what opens a backup (`--identity`) is kept with the people who
may restore one. Not here: the secrets of the cities inside it (`sealing`).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path
from typing import IO, Any, cast

from demad.errors import DemadError, UsageRefused

_MAGIC = b"age-encryption.org/"
_CHUNK = 2**20
DAMAGED = ("D-365", "De back-up is beschadigd of onvolledig.", "Neem een andere; er is niets gewijzigd.")


def is_encrypted(path: Path) -> bool:
    """Whether a file is encrypted with age."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


@contextmanager
def encrypting(target: IO[bytes], recipients: Path) -> Iterator[IO[bytes]]:
    """A file to write in; what is written arrives encrypted in ``target``.

    Raises
    ------
    UsageRefused
        D-494: age is not installed, or the file of recipients is missing or wrong.
    """
    running = _age(["--encrypt", "--recipients-file", str(recipients)], stdin=subprocess.PIPE, stdout=target)
    entrance = cast("IO[bytes]", running.stdin)
    try:
        yield entrance
        entrance.close()
    except BrokenPipeError:  # age ended before us, and says why in its status
        pass
    finally:
        _end(entrance)
        said, status = _ended(running)
    if b"no space" in said:
        raise OSError(ENOSPC, "")
    if status:
        raise UsageRefused(
            "D-494", "De back-up kon niet versleuteld worden.", "Zet in --recipients de publieke sleutel van age."
        )


@contextmanager
def decrypting(path: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    """The content of an encrypted file, as a stream; the end is checked when the block ends.

    Raises
    ------
    UsageRefused
        D-495: no identity, or one that does not open this file. D-494: age is not installed.
    DemadError
        D-365: damaged or truncated.
    """
    if identity is None or not identity.is_file():
        raise UsageRefused("D-495", "Deze back-up is versleuteld.", "Geef met --identity de sleutel die hem opent.")
    running = _age(["--decrypt", "--identity", str(identity), str(path)], stdout=subprocess.PIPE)
    stream = cast("IO[bytes]", running.stdout)
    try:
        yield stream
        while stream.read(_CHUNK):
            pass
    finally:
        stream.close()
        said, status = _ended(running)
        if status and b"identit" in said:
            raise UsageRefused(
                "D-495", "Deze sleutel opent de back-up niet.", "Geef de sleutel die bij de publieke sleutel hoort."
            )
        if status > 0:
            raise DemadError(*DAMAGED)


def new_identity(path: Path) -> Path:
    """Make a key pair for one use in two files, ``path`` and ``path`` with `.pub`; return the public one."""
    _found("age-keygen")
    public = path.with_suffix(".pub")
    subprocess.run(["age-keygen", "--output", str(path)], check=True, capture_output=True)
    told = subprocess.run(["age-keygen", "-y", str(path)], check=True, capture_output=True)
    public.write_bytes(told.stdout)
    return public


def _age(arguments: list[str], **streams: Any) -> subprocess.Popen[bytes]:
    _found("age")
    return subprocess.Popen[bytes](["age", *arguments], stderr=subprocess.PIPE, **streams)


def _found(program: str) -> None:
    if shutil.which(program) is None:
        raise UsageRefused("D-494", f"Het programma {program} is er niet.", "Installeer age: apt-get install age.")


def _ended(running: subprocess.Popen[bytes]) -> tuple[bytes, int]:
    """What a process said of its errors, and its status."""
    with cast("IO[bytes]", running.stderr) as errors:
        said = errors.read()
    return said, running.wait()


def _end(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
