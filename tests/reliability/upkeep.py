"""One act of upkeep in a process of its own, to be killed: it says when it begins, and when it is done.

Run as a script: ``python -m tests.reliability.upkeep erase ROOT PERSON``, ``restore ROOT BACKUP``, ``prune ROOT``.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demad.operations.erasure import erase
from demad.operations.prune import prune
from demad.operations.restore import restore, whole_root


def main(act: str, root: Path, *given: str) -> None:
    """Do one act as its command does."""
    print("begins", flush=True)
    with whole_root(root):
        if act == "erase":
            erase(root, "gent", given[0])
        elif act == "restore":
            restore(root, Path(given[0]), replace=True)
        else:
            prune(root, days=1, now=datetime.now(UTC) + timedelta(days=400))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
