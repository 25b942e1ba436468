"""Named sets of tables in immutable versions. Not here: the meaning of tables, atomic writing.

A version is an immutable folder; a pointer names the current one and is written last. A process that is killed in
between leaves the old version current and at most an unused folder, which the next commit removes. Reading checks the
hash that was committed. Polars is imported where a table is read or written: what is new is decided without it.
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
from typing import TYPE_CHECKING, Any

from demad.errors import InputMissing, StorageFailed, UsageRefused
from demad.store.atomic import file_hash, private_folder, remove_whole, sync_folder, write_atomic
from demad.store.locks import lease
from demad.store.refusals import refusing_storage

if TYPE_CHECKING:
    import polars as pl

KEPT_VERSIONS = 2
_ROW_GROUP = 100_000  # rows per row group of lazy frames: the bytes do not depend on the number of threads
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
        The root folder; the store creates its own folder in it, readable by this user only.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "store"

    def commit(self, name: str, frames: Mapping[str, pl.DataFrame | pl.LazyFrame], facts: Mapping[str, object]) -> str:
        """Make ``frames`` the current version of ``name`` and return the id of the version.

        The id is a hash of the tables' bytes and the facts: equal content gives the same version.

        Parameters
        ----------
        name
            A path such as ``tables/gent``.
        frames
            Tables by name; a lazy frame is computed while it is written, so that it is never in memory as a whole.
        facts
            Metadata of this version, JSON; never personal data.
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
        """Id of the current version; None if nothing was committed.

        Raises
        ------
        StorageFailed
            D-351: the pointer was not written by the store.
        """
        pointer = self._home(name) / _POINTER
        if not pointer.exists():
            return None
        version = pointer.read_text(encoding="utf-8", errors="replace")
        if not _VERSION.fullmatch(version):
            raise _damaged(name)
        return version

    def facts(self, name: str) -> dict[str, Any]:
        """Facts of the current version; empty if there is none."""
        version = self.current(name)
        return self._manifest(name, version)["facts"] if version else {}

    def read(self, name: str, table: str) -> pl.DataFrame:
        """Read one table of the current version, after a check of its hash.

        Raises
        ------
        InputMissing
            D-352: nothing was stored under that name.
        StorageFailed
            D-351: the table is missing or its bytes differ from those that were committed.
        """
        version = self.current(name)
        if version is None:
            raise InputMissing("D-352", "In deze map zijn nog geen cijfers.", "Lever gegevens en voer demad run uit.")
        expected = self._manifest(name, version)["files"].get(table)
        path = self._home(name) / version / f"{table}.parquet"
        content = path.read_bytes() if expected is not None and path.exists() else b""
        if hashlib.sha256(content).hexdigest() != expected:
            raise _damaged(f"{name}/{table}")
        import polars as pl

        return pl.read_parquet(io.BytesIO(content))

    def intact(self, name: str) -> bool:
        """Whether every byte of the current version equals what was committed; True if there is none."""
        try:
            version = self.current(name)
        except StorageFailed:
            return False
        return version is None or self._whole(name, version)

    def tables(self, name: str) -> dict[str, pl.DataFrame]:
        """Every table of the current version, by name; empty if there is none."""
        return {table: self.read(name, table) for table in self.table_names(name)}

    def table_names(self, name: str) -> list[str]:
        """The names of the tables of the current version; empty if there is none."""
        return list(self.hashes(name))

    def hashes(self, name: str) -> dict[str, str]:
        """SHA-256 of each table of the current version; empty if there is none."""
        version = self.current(name)
        return self._manifest(name, version)["files"] if version else {}

    def names(self, prefix: str) -> list[str]:
        """The parts after ``prefix/`` of the names with a current version, sorted."""
        folder = self.folder / prefix
        return sorted(path.parent.name for path in folder.glob(f"*/{_POINTER}")) if folder.is_dir() else []

    def refuse_damaged(self, name: str) -> None:
        """Raise D-351 if the current version differs from what was committed."""
        if not self.intact(name):
            raise _damaged(name)

    def every_name(self) -> list[str]:
        """Every name with a current version, sorted."""
        pointers = self.folder.rglob(_POINTER) if self.folder.is_dir() else ()
        return sorted(path.parent.relative_to(self.folder).as_posix() for path in pointers)

    def forget(self, name: str, *, kept: int = 1) -> int:
        """Remove all but the newest ``kept`` versions, and leftovers of killed processes.

        Returns the number of versions removed. The current version is never removed.
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
        """Folder of a name; refuses a name that leads outside the store (a partition may have any name)."""
        if not _NAME.fullmatch(name):
            raise UsageRefused("D-353", "Deze naam kan niet in de opslag.", "Gebruik de naam van een stad.")
        return self.folder / name

    def _manifest(self, name: str, version: str) -> dict[str, Any]:
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
    """Serialise in memory first: Polars reports a full disk without errno and may leave half a file."""
    import polars as pl

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
    """Remove leftovers of a process that died; only for the holder of the lock."""
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
