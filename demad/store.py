"""Atomic, versioned files under `<root>/store`; the only module that writes there. Not here: what they mean.

A version is a folder that never changes; a pointer names the current one and is written last. Whoever is
killed in between leaves the old version in force and at most an unused folder behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from demad.errors import Busy, DemadError, InputMissing

KEPT_VERSIONS = 2
_POINTER = "CURRENT"
_MANIFEST = "manifest.json"


class Store:
    """Named sets of tables, each with a current version.

    Parameters
    ----------
    root
        The root folder; the store makes its own folder in it, readable by this user only.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "store"

    def commit(self, name: str, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]) -> str:
        """Make ``frames`` the current version of ``name`` and return the version's id.

        The id is a hash of the tables' bytes and the facts: the same content is the same version.

        Parameters
        ----------
        name
            Like ``tables/gent``.
        frames
            Tables by name.
        facts
            What else is true of this version, JSON; never anything of a person.
        """
        home = _folder(self.folder / name)
        stage = Path(tempfile.mkdtemp(prefix=".stage-", dir=home))
        try:
            hashes = {table: _write_parquet(stage / f"{table}.parquet", frame) for table, frame in frames.items()}
            manifest = json.dumps({"files": hashes, "facts": facts}, sort_keys=True, ensure_ascii=False)
            write_atomic(stage / _MANIFEST, manifest.encode())
            version = hashlib.sha256(manifest.encode()).hexdigest()[:20]
            if (home / version).exists():
                shutil.rmtree(stage)
            else:
                stage.rename(home / version)
            _sync_folder(home)
            write_atomic(home / _POINTER, version.encode())
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        _forget_old(home, version)
        return version

    def current(self, name: str) -> str | None:
        """Id of the current version; None where nothing was ever committed."""
        pointer = self.folder / name / _POINTER
        return pointer.read_text(encoding="utf-8") if pointer.exists() else None

    def facts(self, name: str) -> dict:
        """Facts of the current version; empty where there is none."""
        version = self.current(name)
        return self._manifest(name, version)["facts"] if version else {}

    def read(self, name: str, table: str) -> pl.DataFrame:
        """One table of the current version.

        Raises
        ------
        InputMissing
            D-352: nothing was ever stored under that name.
        DemadError
            D-351: the table is gone or its bytes are not those that were committed.
        """
        version = self.current(name)
        if version is None:
            raise InputMissing("D-352", "In deze map zijn nog geen cijfers.", "Lever gegevens en voer demad run uit.")
        path = self.folder / name / version / f"{table}.parquet"
        expected = self._manifest(name, version)["files"].get(table)
        if expected is None or not path.exists() or file_hash(path) != expected:
            raise DemadError("D-351", f"De opslag van {name}/{table} is beschadigd.", "Herstel een back-up.")
        return pl.read_parquet(path)

    def tables(self, name: str) -> dict[str, pl.DataFrame]:
        """Every table of the current version, by name; empty where there is none."""
        version = self.current(name)
        names = self._manifest(name, version)["files"] if version else ()
        return {table: self.read(name, table) for table in names}

    def names(self, prefix: str) -> list[str]:
        """What comes after ``prefix/`` in the names that have a current version, sorted."""
        folder = self.folder / prefix
        return sorted(path.parent.name for path in folder.glob(f"*/{_POINTER}")) if folder.is_dir() else []

    def _manifest(self, name: str, version: str) -> dict:
        return json.loads((self.folder / name / version / _MANIFEST).read_text(encoding="utf-8"))


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never half."""
    handle, name = tempfile.mkstemp(prefix=".write-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    _sync_folder(path.parent)


def file_hash(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def private_folder(path: Path) -> Path:
    """Make a folder (and its parents) that only this user can read; return it."""
    return _folder(path)


@contextmanager
def root_lock(root: Path) -> Iterator[None]:
    """Hold the root folder alone; Busy (D-350, exit 75) where another process has it.

    The lock is the kernel's: it dies with its process, so nothing has to be cleaned up after a crash.
    """
    _folder(root)
    with (root / ".lock").open("a+b") as held:
        if not _locked(held.fileno()):
            raise Busy("D-350", "Een andere run is bezig in deze map.", "Wacht tot die klaar is en probeer opnieuw.")
        yield


def _locked(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _write_parquet(path: Path, frame: pl.DataFrame) -> str:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        frame.write_parquet(target, compression="zstd", statistics=False)
        target.flush()
        os.fsync(target.fileno())
    return file_hash(path)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget_old(home: Path, current: str) -> None:
    others = [path for path in home.iterdir() if path.is_dir() and path.name != current]
    versions = sorted(
        (path for path in others if (path / _MANIFEST).exists() and not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for path in versions[: max(0, len(versions) - KEPT_VERSIONS + 1)]:
        shutil.rmtree(path, ignore_errors=True)
