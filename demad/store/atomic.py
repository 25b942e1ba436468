"""Files and folders that are there whole or not at all, on disk when the function returns, for this user only."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from demad.store.refusals import refusing_storage
from demad.system import exchanged, sync_folder


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never half."""
    with refusing_storage():
        handle, name = tempfile.mkstemp(prefix=".write-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(path.parent)


def file_hash(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def private_folder(path: Path) -> Path:
    """Make a folder, and its parents where they are not there, that only this user can read; return it."""
    with refusing_storage():
        for folder in reversed([path, *path.parents]):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_folder(folder.parent)
    return path


def sync_tree(folder: Path) -> None:
    """Make sure that every file and folder under a folder is on disk, before it is shown as a whole."""
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


def take_the_place(ready: Path, shown: Path) -> None:
    """Put a finished folder in the place of another, which is removed.

    Where the system can exchange two names (Linux) there is always one of the two; elsewhere the place is empty
    between two renames.
    """
    old, fresh = (shown.with_name(f".{shown.name}-{word}") for word in ("oud", "nieuw"))
    with refusing_storage():
        for left in (old, fresh):  # by a process that died
            shutil.rmtree(left, ignore_errors=True)
        ready.rename(fresh)  # its own name must never hold the old one
        if not shown.exists():
            fresh.rename(shown)
        elif not exchanged(fresh, shown):
            shown.rename(old)
            fresh.rename(shown)
        sync_folder(shown.parent)
        for left in (old, fresh):
            shutil.rmtree(left, ignore_errors=True)
