"""Append-only files of lines: a line is on disk completely or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from demad.store.atomic import private_folder
from demad.store.refusals import refusing_storage
from demad.system import lock_after, sync_folder


def append_line(path: Path, line: Callable[[bytes], bytes], then: Callable[[], None] | None = None) -> None:
    """Append one line to a file and flush it to disk, or leave the file unchanged.

    An incomplete last line was left by a killed writer; it is removed first, so that it does not merge with the new
    line. Only one process appends at a time.

    Parameters
    ----------
    line
        Returns the new line, without line end, given the last line (empty for an empty file).
    then
        Called when the line is on disk, before another process may append.
    """
    with refusing_storage():
        private_folder(path.parent)
        made = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as target:
            lock_after(target.fileno())
            content = target.readall()
            whole = content.rfind(b"\n") + 1
            try:
                target.truncate(whole)
                target.seek(whole)
                _write_all(target, line(content[:whole].rstrip(b"\n").rpartition(b"\n")[2]) + b"\n")
                os.fsync(target.fileno())
            except OSError:
                with suppress(OSError):
                    target.truncate(whole)
                raise
            if then:
                then()
        if made:
            sync_folder(path.parent)


def _write_all(target: io.RawIOBase, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[target.write(rest) or 0 :]
