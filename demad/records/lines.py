"""Lines of JSON that are only ever added to a file: read the complete ones. Not here: adding one (`demad.store`)."""

from __future__ import annotations

import json
from collections.abc import Set
from pathlib import Path
from typing import Any


def complete_lines(path: Path) -> list[bytes]:
    """Every complete line, oldest first; what follows the last of them was left by a writer that died."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def parsed(line: bytes, names: Set[str]) -> dict[str, Any]:
    """Parse one line; empty if it is not an object with these names."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) and names <= entry.keys() else {}
