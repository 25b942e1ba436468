"""The stages of all cities together: figures, what may be shown, comparison, pages. Not here: who stores them.

What computes (scipy) is imported where it is used: a night with nothing new does not need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from demad.catalogue import CATALOGUE
from demad.errors import DemadError
from demad.publishing import figures
from demad.publishing.examination import Finding, disclosure_findings, page_findings
from demad.publishing.freshness import EXPECTED, INDICATORS, is_current
from demad.publishing.outlook import outlook
from demad.publishing.typeset_files import typeset_folder
from demad.reference.cities import breaks_of, with_pages
from demad.store import Store

if TYPE_CHECKING:
    from demad.reporting.edition import Edition

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Reports:
    """The cities whose report was written, those whose report failed, and what the checks find."""

    written: tuple[str, ...]
    failed: tuple[str, ...]
    findings: tuple[Finding, ...]


def indicators_of(root: Path) -> Tables:
    """Every figure of the catalogue, exact, for the trusted zone: ``values``; as stored where these tables gave it."""
    if is_current(root, INDICATORS):
        return Store(root).tables(INDICATORS)
    return {"values": figures.exact_figures(root).frame}


def disclosure_of(root: Path) -> tuple[Tables, list[Finding]]:
    """Every figure that may be shown, with what the gate hides, and what the checks find; from protected tables."""
    published, barred = figures.computed(root)
    found = disclosure_findings(
        published.frame, figures.policy(root), judged=barred.judged, barred=barred.groups.height
    )
    made = {"published": published.frame, "precise": published.precise, "yardsticks": published.yardsticks}
    return {**made, "profiles": published.profiles, "barred": barred.groups}, found


def benchmark_of(root: Path) -> Tables:
    """The comparison of the cities, from published figures; beside it the nowcast, which nothing is compared with."""
    from demad.benchmark import compare_cities

    shown = figures.stored(root)
    made = {**compare_cities(shown, CATALOGUE, breaks_of(root)), **outlook(root, shown)}
    Store(root).remove(EXPECTED)  # it is in what is stored of this stage
    return made


def reports_of(root: Path, cities: Iterable[str]) -> Reports:
    """Write the reports of cities to the staging folder of this edition; one that fails stops no other."""
    from demad.publishing import site as pages
    from demad.publishing.drawn import draw_cities

    edition, wanted = _edition(root), list(cities)
    folder = pages.staging_folder(root, edition)
    failed = draw_cities(root, edition, wanted)
    with_page = [slug for slug in wanted if pages.has_page(edition, slug)]
    written = tuple(slug for slug in with_page if slug not in failed)
    return Reports(written, tuple(failed), tuple(page_findings(folder, with_page, failed)))


def show_site(root: Path) -> list[str]:
    """Write the index and the files for other tools and replace the preview as a whole; the cities without report.

    What of this edition is not in the staging folder is written here, so that the preview is complete even if only one
    report was asked for.
    """
    from demad.publishing import site as pages

    edition = _edition(root)
    folder = pages.staging_folder(root, edition)
    missing = [slug for slug in with_pages(root) if not (folder / slug / "index.html").exists()]
    failed = pages.write_city_pages(folder, edition, missing, before=typeset_folder(root))
    pages.write_site(folder, edition, pages.areas_of(root), around=not pages.has_around(folder))
    pages.show_preview(root, edition)
    return failed


def refuse_failed(slugs: list[str]) -> None:
    """Raise D-451 if a page failed."""
    if slugs:
        raise DemadError("D-451", f"Geen rapport voor: {', '.join(slugs)}.", "Meld dit.")


def _edition(root: Path) -> Edition:
    from demad.publishing import site as pages

    return pages.edition(root, figures.stored(root), Store(root).tables("benchmark"))
