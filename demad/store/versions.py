"""Named sets of tables in immutable versions. Not here: what they mean, how a file gets on disk whole.

A version is a folder that never changes; a pointer names the current one and is written last. Whoever is
killed in between leaves the old version in force and at most an unused folder behind, which the next one
clears away. What is read is checked against the hash that was committed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.errors import InputMissing, StorageFailed, UsageRefused
from demad.store.atomic import file_hash, private_folder, remove_whole, sync_folder, write_atomic
from demad.store.locks import lease
from demad.store.refusals import refusing_storage

KEPT_VERSIONS = 2
_ROW_GROUP = 100_000  # of what is made as it is written: the same bytes whatever the number of threads
_POINTER = "CURRENT"
_MANIFEST = "manifest.json"
_GOING = ".old-"
_UNFINISHED = (".stage-", ".write-", _GOING)
_NAME = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)?")
_VERSION = re.compile(r"[0-9a-f]{20}")


class Store:
    """Named sets of tables, each with a current version.

    Parameters
    ----------
    root
        The root folder; the store makes its own folder in it, readable by this user only.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "store"

    def commit(self, name: str, frames: Mapping[str, pl.DataFrame | pl.LazyFrame], facts: Mapping[str, object]) -> str:
        """Make ``frames`` the current version of ``name`` and return the version's id.

        The id is a hash of the tables' bytes and the facts: the same content is the same version.

        Parameters
        ----------
        name
            Like ``tables/gent``.
        frames
            Tables by name; one that is lazy is made as it is written, so that it never stands in memory whole.
        facts
            What else is true of this version, JSON; never anything of a person.
        """
        with refusing_storage(), lease(home := private_folder(self._home(name))):
            _clear_unfinished(home)
            stage = Path(tempfile.mkdtemp(prefix=".stage-", dir=home))
            try:
                hashes = {table: _write_parquet(stage / f"{table}.parquet", frame) for table, frame in frames.items()}
                manifest = json.dumps({"files": hashes, "facts": facts}, sort_keys=True, ensure_ascii=False)
                write_atomic(stage / _MANIFEST, manifest.encode())
                version = _version_of(manifest.encode())
                if not self._whole(name, version):
                    remove_whole(home / version, aside=_GOING)
                    stage.rename(home / version)
                sync_folder(home)
                write_atomic(home / _POINTER, version.encode())
            finally:
                shutil.rmtree(stage, ignore_errors=True)
            _forget_old(home, version, kept=KEPT_VERSIONS)
        return version

    def current(self, name: str) -> str | None:
        """Id of the current version; None where nothing was ever committed.

        Raises
        ------
        StorageFailed
            D-351: the pointer is not one that was written here.
        """
        pointer = self._home(name) / _POINTER
        if not pointer.exists():
            return None
        version = pointer.read_text(encoding="utf-8", errors="replace")
        if not _VERSION.fullmatch(version):
            raise _damaged(name)
        return version

    def facts(self, name: str) -> dict:
        """Facts of the current version; empty where there is none."""
        version = self.current(name)
        return self._manifest(name, version)["facts"] if version else {}

    def read(self, name: str, table: str) -> pl.DataFrame:
        """One table of the current version: exactly the bytes whose hash was checked.

        Raises
        ------
        InputMissing
            D-352: nothing was ever stored under that name.
        StorageFailed
            D-351: the table is gone or its bytes are not those that were committed.
        """
        version = self.current(name)
        if version is None:
            raise InputMissing("D-352", "In deze map zijn nog geen cijfers.", "Lever gegevens en voer demad run uit.")
        expected = self._manifest(name, version)["files"].get(table)
        path = self._home(name) / version / f"{table}.parquet"
        content = path.read_bytes() if expected is not None and path.exists() else b""
        if hashlib.sha256(content).hexdigest() != expected:
            raise _damaged(f"{name}/{table}")
        return pl.read_parquet(io.BytesIO(content))

    def intact(self, name: str) -> bool:
        """Whether every byte of the current version is what was committed; True where there is none."""
        try:
            version = self.current(name)
        except StorageFailed:
            return False
        return version is None or self._whole(name, version)

    def tables(self, name: str) -> dict[str, pl.DataFrame]:
        """Every table of the current version, by name; empty where there is none."""
        version = self.current(name)
        names = self._manifest(name, version)["files"] if version else ()
        return {table: self.read(name, table) for table in names}

    def names(self, prefix: str) -> list[str]:
        """What comes after ``prefix/`` in the names that have a current version, sorted."""
        folder = self.folder / prefix
        return sorted(path.parent.name for path in folder.glob(f"*/{_POINTER}")) if folder.is_dir() else []

    def refuse_damaged(self, name: str) -> None:
        """Raise D-351 where the current version is not what was committed."""
        if not self.intact(name):
            raise _damaged(name)

    def every_name(self) -> list[str]:
        """Every name that has a current version, sorted."""
        pointers = self.folder.rglob(_POINTER) if self.folder.is_dir() else ()
        return sorted(path.parent.relative_to(self.folder).as_posix() for path in pointers)

    def forget(self, name: str, *, kept: int = 1) -> int:
        """Remove all but the newest ``kept`` versions and what a killed process left; return how many versions.

        The current version is never removed.
        """
        home = self._home(name)
        with refusing_storage(), lease(home):
            _clear_unfinished(home)
            version = self.current(name)
            return _forget_old(home, version, kept=kept) if version else 0

    def remove(self, name: str) -> None:
        """Remove every version of a name, the pointer first: it is then as if nothing was ever committed there."""
        home = self._home(name)
        with refusing_storage():
            (home / _POINTER).unlink(missing_ok=True)
            shutil.rmtree(home, ignore_errors=True)

    def _home(self, name: str) -> Path:
        """The folder of a name; a name that could lead elsewhere (a partition may be called anything) has none."""
        if not _NAME.fullmatch(name):
            raise UsageRefused("D-353", "Deze naam kan niet in de opslag.", "Gebruik de naam van een stad.")
        return self.folder / name

    def _manifest(self, name: str, version: str) -> dict:
        path = self._home(name) / version / _MANIFEST
        content = path.read_bytes() if path.is_file() else b""
        if _version_of(content) != version:
            raise _damaged(name)
        return json.loads(content)

    def _whole(self, name: str, version: str) -> bool:
        folder = self._home(name) / version
        try:
            files = self._manifest(name, version)["files"]
            return all(file_hash(folder / f"{table}.parquet") == expected for table, expected in files.items())
        except (StorageFailed, OSError):
            return False


def _damaged(name: str) -> StorageFailed:
    return StorageFailed("D-351", f"De opslag van {name} is beschadigd.", "Herstel een back-up.")


def _write_parquet(path: Path, frame: pl.DataFrame | pl.LazyFrame) -> str:
    """Made in memory and written by us: what Polars says of a full disk has no errno, and may leave half a file."""
    made = io.BytesIO()
    groups = _ROW_GROUP if isinstance(frame, pl.LazyFrame) else None
    frame.lazy().sink_parquet(made, compression="zstd", statistics=False, row_group_size=groups)
    content = made.getbuffer()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    return hashlib.sha256(content).hexdigest()


def _version_of(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()[:20]


def _clear_unfinished(home: Path) -> None:
    """Remove what a process that died left half done; only for who holds the lease."""
    for path in home.iterdir():
        if path.name.startswith(_UNFINISHED):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _forget_old(home: Path, current: str, *, kept: int) -> int:
    others = [path for path in home.iterdir() if path.is_dir() and _VERSION.fullmatch(path.name)]
    old = sorted((path for path in others if path.name != current), key=lambda path: path.stat().st_mtime_ns)
    forgotten = old[: max(0, len(old) - kept + 1)]
    for path in forgotten:
        remove_whole(path, aside=_GOING)
    return len(forgotten)
