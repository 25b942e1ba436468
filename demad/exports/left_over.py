"""Files of an earlier export that the one of now did not write again, in a folder that is used twice.

Left there, they would be loaded with the new ones: figures that are no longer shown, or of a withdrawn release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from demad.catalogue import CATALOGUE

_PARTS = ("data", "tellers", "noemers", "controle")
_HEAD = b"period;geolevel;geoitem"


def remove_left_over(to: str, folder: Path, *, keep: Collection[Path]) -> None:
    """Remove what an export to a folder wrote before and not now; a file of somebody else stays.

    Parameters
    ----------
    to
        A format of which the number of files follows from the figures; of another nothing is removed.
    keep
        The files that were written now.
    """
    for path in list(_ours(to, folder)):
        if path not in keep:
            path.unlink()


def _ours(to: str, folder: Path) -> Iterator[Path]:
    """Files that have a name of ours, and begin as ours do."""
    if to in ("swing", "datapackage"):
        place = folder / "swing" if to == "datapackage" else folder
        yield from (
            path
            for part in _PARTS
            for path in place.glob(f"{part}-[0-9]*.csv")
            if path.is_file() and path.read_bytes().startswith(_HEAD)
        )
    if to == "jsonstat":
        paths = (folder / "api" / f"{entry.id}.json" for entry in CATALOGUE)
        yield from (path for path in paths if path.is_file() and b'"dataset"' in path.read_bytes()[:400])
