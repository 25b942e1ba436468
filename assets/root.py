"""The root folder: `DEMAD_ROOT`, else `./var`."""

import os
from pathlib import Path


def data_root() -> Path:
    """The root folder, absolute."""
    return Path(os.environ.get("DEMAD_ROOT") or "var").resolve()
