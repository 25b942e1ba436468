"""What a worker of a cluster has at its start, and what it answers to `demad doctor`.

``dask worker --preload demad.publishing.worker`` imports it: the code is read and its hash is taken then, so that a
worker that still runs the code of before an upgrade cannot take the hash of the new files for its own.
"""

from __future__ import annotations

from pathlib import Path

from demad.publishing import ahead, drawn, shards

TASKS = (ahead.count_city_ahead, shards.count_stored, drawn.draw_city)
SOFTWARE = shards.software()


def answer(root: str, name: str) -> tuple[str, str]:
    """The software of this worker, and what it reads in a file of the root: empty if it is not there."""
    path = Path(root) / name
    return SOFTWARE, path.read_text(encoding="utf-8") if path.is_file() else ""
