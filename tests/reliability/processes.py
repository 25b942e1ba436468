"""The processes that work for a root, whoever started them, and what they listen on (Linux: `/proc`)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

LISTENS = "0A"  # state in /proc/net/tcp


def working_for(root: Path) -> list[int]:
    """Every process that works for a root, by what its environment says."""
    mark, found = f"DEMAD_ROOT={root}\0".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it ended, or is not ours
            continue
    return found


def kill(root: Path) -> None:
    """SIGKILL to all of them, until none is left."""
    while alive := working_for(root):
        for process in alive:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)


def listening(process: int) -> set[str]:
    """Addresses on which a process listens, as the kernel writes them: ``0100007F:0BB8`` is 127.0.0.1:3000."""
    own = _sockets(process)
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text(encoding="utf-8").splitlines()[1:]:
            words = line.split()
            if words[3] == LISTENS and words[9] in own:
                found.add(words[1])
    return found


def _sockets(process: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:  # closed meanwhile
            continue
        if target.startswith("socket:["):
            found.add(target.removeprefix("socket:[").removesuffix("]"))
    return found
