"""Where the PDFs of the preview are kept by what they are made of, so that an equal one is not typeset again."""

from __future__ import annotations

import shutil
from pathlib import Path

TYPESET = "work/typeset"
"""Folder in a root: a folder for each city, with the newest PDF of each kind. They show what the preview shows."""


def typeset_folder(root: Path) -> Path:
    """The folder of the kept PDFs of a root, which may not be there."""
    return root / TYPESET


def forget_typeset(root: Path) -> None:
    """Remove the kept PDFs of cities that have no page in the preview."""
    for folder in typeset_folder(root).glob("*"):
        if not (root / "preview" / folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)
