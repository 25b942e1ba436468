"""Draw the reports of cities and the pages around them where `[counting]` in `demad.toml` says, by more than one core.

The bytes are the same. A task is a path and names. Who draws reads the published figures from the store itself, and
nothing else: no exact figure, no row of a person. What was not drawn elsewhere is drawn here, so no report waits for a
cluster.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from demad.errors import DemadError
from demad.publishing.executors import cores, done_elsewhere
from demad.publishing.figures import stored
from demad.publishing.shards import refuse_other, software, without_text
from demad.publishing.site import edition, has_around, has_page, staging_folder, write_city_pages
from demad.publishing.typeset_files import typeset_folder
from demad.reference.places import cache_folder
from demad.reference.settings import Counting, load_settings
from demad.reporting.edition import Edition
from demad.reporting.site import write_around
from demad.store import Store, storage_refusal

LEAST = 6
"""Reports. Fewer are drawn in this process sooner than another one is started."""
_STOPPED = "D-461"
_AROUND = ""


def draw_cities(root: Path, made: Edition, slugs: Sequence[str]) -> list[str]:
    """Write the reports of cities to the staging folder of the preview; return the cities whose report failed.

    Where others draw, the pages around the cities are drawn with them.

    Raises
    ------
    UsageRefused
        D-460: who draws has other software.
    StorageFailed
        The disk is full or damaged.
    """
    folder, before = staging_folder(root, made), typeset_folder(root)
    drawn = [slug for slug in slugs if has_page(made, slug)]
    where = _place(load_settings(root).counting, len(drawn))
    if where is None:
        return write_city_pages(folder, made, slugs, before=before)
    for slug in slugs:
        shutil.rmtree(folder / slug, ignore_errors=True)
    tasks = [(str(root), part, folder.name, software()) for part in (_AROUND, *drawn)]  # the longest first
    try:
        done_elsewhere(where, draw_part, tasks)
    except DemadError as refusal:
        if refusal.code != _STOPPED:
            raise
    return write_city_pages(folder, made, [slug for slug in drawn if not _is_drawn(folder, slug)], before=before)


def draw_part(root: str, part: str, site: str, asked: str) -> None:
    """Draw the report of a city, or with an empty name the pages around the cities; the task of an executor.

    Raises
    ------
    UsageRefused
        D-460: as `draw_city`.
    """
    if part == _AROUND:
        draw_around(root, site, asked)
    else:
        draw_city(root, part, site, asked)


def draw_around(root: str, site: str, asked: str) -> None:
    """Write the pages around the cities but for the index, unless they are there.

    What fails is left to who writes the site, which then fails as it would alone.

    Raises
    ------
    UsageRefused
        D-460: as `draw_city`.
    StorageFailed
        The disk is full or damaged.
    """
    refuse_other(asked)
    with without_text(draw_around.__name__):
        made = _edition(root, site)
        folder = staging_folder(Path(root), made)
        if folder.name == site and not has_around(folder):
            _write_around(folder, made)


def _write_around(folder: Path, made: Edition) -> None:
    try:
        write_around(folder, made, font_folder=cache_folder() / "fonts")
    except Exception as fault:
        if refusal := storage_refusal(fault):
            raise refusal from None


def draw_city(root: str, slug: str, site: str, asked: str) -> None:
    """Write the report of one city, unless it is there or cannot be written.

    Parameters
    ----------
    site
        Name of the staging folder, a hash of all that its pages rest on: no page of other figures comes in it.

    Raises
    ------
    UsageRefused
        D-460: this worker has other software than who asks.
    """
    refuse_other(asked)
    with without_text(draw_city.__name__):
        made = _edition(root, site)
        folder = staging_folder(Path(root), made)
        if folder.name == site and not _is_drawn(folder, slug):
            write_city_pages(folder, made, [slug], before=typeset_folder(Path(root)))


def _place(counting: Counting, reports: int) -> Counting | None:
    """The cluster where there is one, else processes if there is more than one core; None: this process draws."""
    if reports < LEAST:
        return None
    if counting.executor == "dask":
        return counting
    return replace(counting, executor="processes") if counting.reports == "processes" and cores() > 1 else None


def _is_drawn(folder: Path, slug: str) -> bool:
    """Whether the report of a city is whole: its page is written last."""
    return (folder / slug / "index.html").exists()


@lru_cache(maxsize=1)
def _edition(root: str, site: str) -> Edition:
    """The edition of the preview, read once for a site by a process that draws many cities."""
    where = Path(root)
    return edition(where, stored(where), Store(where).tables("benchmark"))
