"""Write files and folders atomically: on disk when the function returns, readable by this user only."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from demad.store.refusals import refusing_storage
from demad.system import exchanged, sync_folder

_NO_LINK, _NO_WAIT, _BINARY = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file atomically: a reader sees the old or the new content, never a mixture."""
    with refusing_storage():
        _write(path, content)
        sync_folder(path.parent)


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files under a folder, each atomically, and the last one, a sign of the others, once those are on disk.

    Folders are made; each goes to disk once for all its files.
    """
    with refusing_storage():
        *others, last = files
        for name in others:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _write(folder / name, files[name])
        for changed in sorted({(folder / name).parent for name in others}):
            sync_folder(changed)
        (folder / last).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / last, files[last])


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".write-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def open_plain(path: Path) -> BinaryIO:
    """Open an existing regular file to read it; OSError for a link, a pipe, a device or a folder. It never waits."""
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT | _BINARY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb")


def file_hash(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def private_folder(path: Path) -> Path:
    """Create a folder, with missing parents, that only this user can read; return it."""
    with refusing_storage():
        for folder in reversed([path, *path.parents]):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_folder(folder.parent)
    return path


def sync_tree(folder: Path) -> None:
    """Flush every file and folder under a folder to disk, before the folder becomes visible."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync_folder(path)
    sync_folder(folder)


def remove_whole(folder: Path, *, aside: str) -> None:
    """Remove a folder as a whole; under a name that begins with ``aside`` first, so that nobody meets half of it."""
    if folder.exists():
        gone = folder.with_name(f"{aside}{folder.name}")
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        sync_folder(folder.parent)
        shutil.rmtree(gone, ignore_errors=True)


def replace_folder(ready: Path, shown: Path) -> None:
    """Replace a folder by a finished one; the old one is removed.

    On Linux the two names are exchanged in one step, so that a folder is always in place; on other systems there is
    none between two renames.
    """
    old, fresh = (shown.with_name(f".{shown.name}-{word}") for word in ("oud", "nieuw"))
    with refusing_storage():
        for left in (old, fresh):  # left by a process that died
            shutil.rmtree(left, ignore_errors=True)
        ready.rename(fresh)  # the new folder must never contain the old one
        if not shown.exists():
            fresh.rename(shown)
        elif not exchanged(fresh, shown):
            shown.rename(old)
            fresh.rename(shown)
        sync_folder(shown.parent)
        for left in (old, fresh):
            shutil.rmtree(left, ignore_errors=True)
