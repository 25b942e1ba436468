"""Write the preview in another language to its own folder, for foreign readers and to check the texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from demad.publishing.figures import stored
from demad.publishing.site import areas_of, edition, write_city_pages, write_site
from demad.reference.cities import with_pages
from demad.reporting.site import FORMATS
from demad.reporting.words import speaking
from demad.store import Store, private_folder


def translate_preview(
    root: Path, language: str, slugs: Iterable[str], formats: Collection[str] = FORMATS
) -> tuple[Path, list[str]]:
    """Write the reports of these cities, where they have pages, and the general pages to `preview/<language>/`.

    The next run removes this folder with the old preview: it is never part of a release.

    Returns
    -------
    The folder, and the cities whose page failed.

    Raises
    ------
    InputMissing
        D-352: there are no figures.
    UsageRefused
        D-512: there are no texts in this language.
    """
    store = Store(root)
    with speaking(language):
        made = edition(root, stored(root), store.tables("benchmark"), language=language)
        folder = private_folder(root / "preview" / language)
        cities = with_pages(root)
        failed = write_city_pages(folder, made, [slug for slug in slugs if slug in cities], formats)
        write_site(folder, made, areas_of(root))
    return folder, failed
