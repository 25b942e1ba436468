"""The files of one release, as its manifest tells them. What is gone or damaged is an answer here, never an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from demad.store import file_hash
from demad.tables.figures import PUBLISHED_VALUE

MANIFEST = "manifest.json"
FIGURES = "cijfers.parquet"
"""File of every release with its figures."""


def manifest_of(folder: Path, known: str = "") -> dict[str, Any] | None:
    """The manifest in a folder; None where it is gone, cannot be read, or is not the one with this hash.

    Parameters
    ----------
    known
        Hash of the manifest by the audit trail; empty: any that can be read.
    """
    path = folder / MANIFEST
    if not path.is_file() or (known and file_hash(path) != known):
        return None
    try:
        told = json.loads(path.read_bytes())
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("files"), dict) else None


def damaged_files(folder: Path) -> list[str]:
    """Names of the files that are gone or are not those of the manifest; the manifest itself if it cannot be read."""
    told = manifest_of(folder)
    return [MANIFEST] if told is None else [name for name in told["files"] if not is_as_told(folder, told, name)]


def is_as_told(folder: Path, told: dict[str, Any], name: str) -> bool:
    """Whether a file is there and has the hash that a manifest tells."""
    path = folder / name
    return path.is_file() and told["files"].get(name) == file_hash(path)


def whole_figures(folder: Path, known: str = "") -> bool:
    """Whether the file with the figures of a release is the one that its manifest tells; ``known``: as there."""
    told = manifest_of(folder, known)
    return told is not None and is_as_told(folder, told, FIGURES)


def figures_in(folder: Path, known: str = "") -> pl.DataFrame | None:
    """PUBLISHED_VALUE of a release; None where its file is gone, is not that of its manifest, or has other columns.

    ``known``: as `manifest_of`.
    """
    path = folder / FIGURES
    if not whole_figures(folder, known):
        return None
    schema = pl.read_parquet_schema(path)
    if any(schema.get(name) != dtype for name, dtype in PUBLISHED_VALUE.schema.items()):
        return None
    return pl.read_parquet(path, columns=list(PUBLISHED_VALUE.columns))
