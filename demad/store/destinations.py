"""Whether a path that somebody named can be written as a file, or as a folder. Nothing is made or removed."""

from __future__ import annotations

from pathlib import Path

from demad.errors import UsageRefused


def refuse_as_file(path: Path) -> None:
    """Refuse a path that cannot become a file.

    Raises
    ------
    UsageRefused
        D-463: it is a folder, or a file stands where one of its folders must be.
    """
    if path.is_dir():
        raise UsageRefused("D-463", f"{path} is een map, en hier komt een bestand.", "Geef de naam van een bestand.")
    _refuse_under_file(path.parent)


def refuse_as_folder(path: Path) -> None:
    """Refuse a path that cannot become a folder.

    Raises
    ------
    UsageRefused
        D-463: it is a file, or a file stands where one of its folders must be.
    """
    _refuse_under_file(path)


def _refuse_under_file(folder: Path) -> None:
    stands = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if stands.exists() and not stands.is_dir():
        raise UsageRefused("D-463", f"{stands} is een bestand, en hier komt een map.", "Geef de naam van een map.")
