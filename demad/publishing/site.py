"""Write the files of a preview or release: its pages, and the replacement of a preview as a whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from demad import __version__
from demad.catalogue import CATALOGUE
from demad.disclosure import Policy, PublishedFigures, policy_of
from demad.exports.about import About, Areas
from demad.exports.dcat import CATALOGUE_FILE, CHANGES, dcat
from demad.exports.expected import expected_files
from demad.exports.figures import export_figures
from demad.exports.formats import packaged
from demad.exports.jsonstat import jsonstat_files
from demad.exports.power_query import FILE as QUERY
from demad.exports.power_query import power_query
from demad.publishing.city_status import city_cards
from demad.publishing.figures import stored
from demad.publishing.sources import rounds_itself
from demad.publishing.typeset_files import typeset_folder
from demad.reference.cities import load_cities, taking_part, with_pages
from demad.reference.fingerprint import software_hash
from demad.reference.places import cache_folder, data_folder
from demad.reference.settings import load_settings
from demad.releases.own import write_own
from demad.reporting.edition import Edition, Look
from demad.reporting.excel_csv import excel_csv, explanation
from demad.reporting.look import look_of
from demad.reporting.site import COMPARE, FORMATS, write_city, write_index
from demad.reporting.words import breakdown_words, group_words, speaking, words
from demad.store import Store, file_hash, private_folder, replace_folder, storage_refusal, write_atomic
from demad.tables.terms import GROUPS, PUBLISHED_GROUPS

_BEFORE_MERGERS = date(2024, 12, 31)


def edition(
    root: Path,
    figures: PublishedFigures,
    benchmark: Mapping[str, pl.DataFrame],
    *,
    label: str | None = None,
    language: str = "",
) -> Edition:
    """The edition of a preview (or, with a label, of a release): published figures and results derived from them."""
    settings = load_settings(root)
    return Edition(
        figures=figures,
        compared=benchmark["compared"],
        tables={name: table for name, table in benchmark.items() if name != "compared"},
        cities=tuple(city_cards(root)),
        label=label or words("page.draft"),
        provisional=label is None,
        software=software_hash(),
        inputs={city: Store(root).current(f"protected/{city}") or "" for city in taking_part(root)},
        policy=policy_of(settings),
        contact=settings.contact,
        version=__version__,
        look=look_of(root, settings, language=language),
    )


def staging_folder(root: Path, made: Edition) -> Path:
    """Staging folder for the site of one edition; it never contains a page of another edition."""
    known = [made.label, made.software, made.inputs, made.policy, made.contact, made.version, made.cities]
    known += [made.revisions, made.retracted, dict(made.explanations), sorted(made.signed), made.look]
    name = hashlib.sha256(repr(known).encode()).hexdigest()[:20]
    return private_folder(root / "work" / "site" / name)


def write_city_pages(
    folder: Path,
    made: Edition,
    slugs: Iterable[str],
    formats: Collection[str] = FORMATS,
    *,
    before: Path | None = None,
) -> list[str]:
    """Write the reports of the cities with data; return the cities whose report failed.

    ``before``: folder of the PDFs that were typeset before, see `demad.publishing.typeset_files`.
    """
    failed = []
    for slug in slugs:
        if not has_page(made, slug):
            shutil.rmtree(folder / slug, ignore_errors=True)
            continue
        try:
            write_city(folder, made, slug, font_folder=cache_folder() / "fonts", formats=formats, before=before)
        except Exception as fault:
            if os.environ.get("DEMAD_DEBUG"):
                raise
            if refusal := storage_refusal(fault):
                raise refusal from None
            failed.append(slug)
    return failed


def has_around(folder: Path) -> bool:
    """Whether the pages around the cities are whole in a staging folder: one of them is written last."""
    return (folder / COMPARE).exists()


def has_page(made: Edition, slug: str) -> bool:
    """Whether a city has figures in this edition, and so a page."""
    return made.card(slug).state != "missing" and not made.published.filter(city=slug).is_empty()


def write_site(folder: Path, made: Edition, areas: Areas, *, around: bool = True) -> None:
    """Write the index, the definitions, the figures as files, and the manifest with the hash of each.

    ``around``: false if the pages around the cities are there already.
    """
    write_index(folder, made, font_folder=cache_folder() / "fonts", around=around)
    export_figures(made.figures, to="parquet", out=folder / "cijfers.parquet")
    already = {name: (folder / name).read_bytes() for name in ("cijfers.parquet", CHANGES) if (folder / name).exists()}
    for name, content in _figures_as_files(made, areas, already).items():
        write_atomic(private_folder((folder / name).parent) / Path(name).name, content)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "format": "demad-site/1",
        "label": made.label,
        "software": made.software,
        "version": made.version,
        "inputs": dict(made.inputs),
        "definitions": {entry.id: entry.version for entry in CATALOGUE},
        "definitions_hash": file_hash(data_folder("reference") / "catalogue.toml"),
        "files": {path.relative_to(folder).as_posix(): file_hash(path) for path in files},
    }
    write_atomic(folder / "manifest.json", (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode())


def _figures_as_files(made: Edition, areas: Areas, already: Mapping[str, bytes]) -> dict[str, bytes]:
    """A data package for machines and Swing, a file for Excel with its explanation, JSON-stat, and the catalogue.

    ``already``: files that are there and that the catalogue names.
    """
    with speaking(made.look.language):
        excel = {"cijfers-excel.csv": excel_csv(made), "cijfers-excel-uitleg.csv": explanation(made)}
    about = about_of(made.look, made.policy, contact=made.contact, version=made.version, label=made.label)
    written = {
        **packaged(made.figures, areas, about),
        **excel,
        **jsonstat_files(made.figures, areas, about),
        QUERY: power_query(about),
        **expected_files(made.tables),
    }
    periods = made.published["period"]
    first, last = (str(end) for end in (periods.min() or "", periods.max() or ""))
    return {**written, CATALOGUE_FILE: dcat({**written, **already}, about, first=first, last=last)}


def about_of(look: Look, policy: Policy, *, contact: str, version: str, label: str) -> About:
    """What the files of an installation say of themselves."""
    return About(
        publisher=look.publisher,
        contact=contact,
        licence=look.licence,
        licence_address=look.licence_address,
        address=look.address,
        doi=look.doi,
        version=version,
        label=label,
        base=policy.base,
        threshold=policy.threshold,
        exact_stock=policy.exact_stock,
    )


def show_preview(root: Path, made: Edition) -> None:
    """Replace the preview by the staged site of an edition, as a whole."""
    replace_folder(staging_folder(root, made), root / "preview")
    shutil.rmtree(root / "work" / "site", ignore_errors=True)
    cities = load_cities(root)
    write_own(root, Store(root).read("indicators", "values"), cities, elsewhere=rounds_itself(root, cities))


def render_preview(
    root: Path, slugs: Iterable[str] | None = None, formats: Collection[str] = FORMATS, *, language: str = ""
) -> list[str]:
    """Render the preview again from the stored figures; return the cities whose page failed.

    A city without pages gets none, and loses the one it had. Where ``slugs`` names some cities, the pages of the others
    stay as they are in the preview, because drawing them takes seconds each; the next run draws what is out of date.
    """
    cities = with_pages(root)
    made = edition(root, stored(root), Store(root).tables("benchmark"), language=language)
    folder = staging_folder(root, made)
    if (root / "preview").exists() and slugs is not None:
        _keep_pages(root / "preview", folder)
        for slug in load_cities(root).keys() - set(cities):
            shutil.rmtree(folder / slug, ignore_errors=True)
    drawn = cities if slugs is None else [slug for slug in slugs if slug in cities]
    failed = write_city_pages(folder, made, drawn, formats, before=typeset_folder(root))
    write_site(folder, made, areas_of(root))
    show_preview(root, made)
    return failed


def _keep_pages(preview: Path, folder: Path) -> None:
    """Copy pages of the preview to a staging folder, but those of a city that a run that died drew there already."""
    for path in preview.iterdir():
        if path.is_dir() and not (folder / path.name).exists():
            shutil.copytree(path, folder / path.name)


def areas_of(root: Path) -> Areas:
    """The NIS codes of every city of a root, now and before the mergers of 2025."""
    cities = load_cities(root)
    return Areas(
        {slug: city.nis for slug, city in cities.items()},
        {slug: city.codes_on(_BEFORE_MERGERS) for slug, city in cities.items()},
        {slug: city.name for slug, city in cities.items()},
        {slug: city.orba for slug, city in cities.items() if city.orba},
        _groups_in_dutch(),
    )


def _groups_in_dutch() -> dict[str, str]:
    """What each group is called beside others: ``Geslacht: Man``."""
    every = {name: dict.fromkeys((*GROUPS.get(name, ()), *groups)) for name, groups in PUBLISHED_GROUPS.items()}
    with speaking("nl"):
        return {
            f"{name}:{group}": f"{breakdown_words(name)}: {group_words(name, group)}"
            for name, groups in every.items()
            for group in groups
        }
