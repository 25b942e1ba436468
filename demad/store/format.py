"""The format of a root: an older program refuses to touch what a newer one wrote, instead of misreading it."""

from __future__ import annotations

import json
from pathlib import Path

from demad import __version__
from demad.errors import StorageFailed
from demad.store.atomic import write_atomic

FORMAT = 2
"""Raise it when an older program would misread what this one writes. Version 0.1 wrote 1, without a file."""
NAME = "format.json"


def refuse_newer(root: Path) -> None:
    """Refuse a root that a newer version wrote; what is damaged counts as ours.

    Raises
    ------
    StorageFailed
        D-362: with the version that wrote it.
    """
    refuse_format(*_written(root), what="Deze map")


def refuse_format(format: int, by: str, *, what: str) -> None:
    """Refuse what a newer version wrote: ``what`` in Dutch, its format and the version; D-362 as `refuse_newer`."""
    if format > FORMAT:
        raise StorageFailed(
            "D-362",
            f"{what} is geschreven door DEMaD {by}; deze versie ({__version__}) kan dat niet lezen.",
            "Werk DEMaD bij, of zet een back-up van voor het bijwerken terug. Er is niets veranderd.",
        )


def stamp(root: Path) -> None:
    """Record that this version writes here; only under the lock of the root."""
    if _written(root)[0] < FORMAT:
        write_atomic(root / NAME, json.dumps({"format": FORMAT, "by": __version__}).encode())


def _written(root: Path) -> tuple[int, str]:
    try:
        told = json.loads((root / NAME).read_text(encoding="utf-8"))
        return int(told["format"]), str(told.get("by", "?"))[:20]
    except (OSError, ValueError, KeyError, TypeError):
        return 1, "?"
