"""Locate data folders, in a checkout or inside the wheel."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

INSIDE = ("cities", "reference")


def data_folder(name: str) -> Path:
    """Folder with shipped data.

    ``cities`` and ``reference`` are inside the package; ``expectations``, ``reports`` and other folders are at the top
    of the repository, and in a wheel under ``demad/_data``.
    """
    if name in INSIDE:
        return _package() / name
    root = checkout()
    return root / name if root is not None else _package() / "_data" / name


def cache_folder() -> Path:
    """Folder for what can be made again at any time, such as the subset of the font."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "demad"


def checkout() -> Path | None:
    """The folder of the repository; None if only the wheel is installed."""
    above = _package().parent
    found = (above / "pyproject.toml").is_file() and (above / "assets").is_dir()
    return above if found else None


def _package() -> Path:
    return Path(str(files("demad"))).resolve()
