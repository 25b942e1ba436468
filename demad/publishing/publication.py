"""Previews and releases: the files of a site, how it changes over as a whole, how revisions are numbered."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from demad import __version__
from demad.benchmark import beside
from demad.catalogue import CATALOGUE
from demad.errors import DemadError, UsageRefused
from demad.exports.datapackage import datapackage
from demad.exports.figures import excel_csv, export_figures
from demad.exports.swing import swing_files
from demad.publishing.city_status import city_cards
from demad.publishing.definition_changes import waits_for_a_word
from demad.records import audit_trail
from demad.reference.cities import load_cities
from demad.reference.fingerprint import software_hash
from demad.reference.places import data_folder
from demad.reference.settings import load_settings
from demad.releases import signoff
from demad.releases.changes import as_json
from demad.releases.figures import newest_quarter, to_release, up_to
from demad.releases.ledger import released_figures, remember
from demad.releases.own import write_own
from demad.releases.signoff import SignOff
from demad.reporting.edition import Edition, Revision
from demad.reporting.look import look_of
from demad.reporting.site import FORMATS, write_city, write_index
from demad.reporting.words import period_words, words
from demad.store import (
    Store,
    file_hash,
    private_folder,
    storage_refusal,
    sync_folder,
    sync_tree,
    take_the_place,
    write_atomic,
)

__all__ = ["newest_quarter"]
_PERIOD = re.compile(r"^\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$")


def edition(
    root: Path,
    disclosure: Mapping[str, pl.DataFrame],
    benchmark: Mapping[str, pl.DataFrame],
    *,
    label: str | None = None,
    language: str = "",
) -> Edition:
    """What a preview (or, with a label, a release) may know: the tables of both stages."""
    settings = load_settings(root)
    return Edition(
        published=disclosure["published"],
        compared=benchmark["compared"],
        tables={name: table for name, table in benchmark.items() if name != "compared"},
        cities=tuple(city_cards(root)),
        label=label or words("page.draft"),
        provisional=label is None,
        software=software_hash(),
        inputs={city: Store(root).current(f"tables/{city}") or "" for city in load_cities(root)},
        threshold=settings.publish_threshold,
        contact=settings.contact,
        version=__version__,
        look=look_of(root, settings, language=language),
    )


def stage(root: Path, made: Edition) -> Path:
    """Where the site of one edition is made before it is shown: no page of another edition is ever in it."""
    known = [made.label, made.software, made.inputs, made.threshold, made.contact, made.version, made.cities]
    known += [made.revisions, dict(made.explanations), made.look]
    name = hashlib.sha256(repr(known).encode()).hexdigest()[:20]
    return private_folder(root / "work" / "site" / name)


def write_city_pages(
    folder: Path, made: Edition, slugs: Iterable[str], formats: Collection[str] = FORMATS
) -> list[str]:
    """Write the reports of the cities that have data; return those that failed."""
    failed = []
    for slug in slugs:
        if made.card(slug).state == "missing" or made.published.filter(city=slug).is_empty():
            shutil.rmtree(folder / slug, ignore_errors=True)
            continue
        try:
            write_city(folder, made, slug, font_folder=_fonts(), formats=formats)
        except Exception as fault:
            if os.environ.get("DEMAD_DEBUG"):
                raise
            if refusal := storage_refusal(fault):
                raise refusal from None
            failed.append(slug)
    return failed


def refuse_failed(slugs: list[str]) -> None:
    """Raise D-451 where a page could not be made."""
    if slugs:
        raise DemadError("D-451", f"Geen rapport voor: {', '.join(slugs)}.", "Meld dit.")


def write_site(folder: Path, made: Edition) -> None:
    """Write the index, the definitions, the figures as files, and the manifest with the hash of each."""
    write_index(folder, made, font_folder=_fonts())
    export_figures(made.published, to="csv", out=folder / "cijfers.csv")
    export_figures(made.published, to="parquet", out=folder / "cijfers.parquet")
    write_atomic(folder / "cijfers-excel.csv", excel_csv(made.published))
    nis = {slug: city.nis for slug, city in load_cities().items()}
    for name, content in swing_files(made.published, nis).items():
        write_atomic(private_folder(folder / "swing") / name, content)
    look = made.look
    about = datapackage(version=made.version, publisher=look.publisher, contact=made.contact, licence=look.licence)
    write_atomic(folder / "datapackage.json", about)
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


def show_preview(root: Path, made: Edition) -> None:
    """Put the staged site of an edition in the place of the preview, as a whole."""
    take_the_place(stage(root, made), root / "preview")
    shutil.rmtree(root / "work" / "site", ignore_errors=True)
    write_own(root, Store(root).read("indicators", "values"), load_cities(root))


def render_preview(
    root: Path, slugs: Iterable[str] | None = None, formats: Collection[str] = FORMATS, *, language: str = ""
) -> list[str]:
    """Render the preview again from the stored figures; return the cities whose page failed."""
    store = Store(root)
    published = store.read("disclosure", "published")
    made = edition(root, {"published": published}, store.tables("benchmark"), language=language)
    folder = stage(root, made)
    if (root / "preview").exists() and slugs is not None:
        shutil.copytree(root / "preview", folder, dirs_exist_ok=True)
    failed = write_city_pages(folder, made, slugs if slugs is not None else load_cities(root), formats)
    write_site(folder, made)
    show_preview(root, made)
    return failed


def release(root: Path, period: str, reason: str = "") -> Path:
    """Freeze everything up to and including a period; return the folder of the revision.

    What was released before stays as it was, unless a reason is given: then it is revised, and the release
    says what changed and why. A release that would say exactly what the last one says makes no new one.

    Raises
    ------
    UsageRefused
        D-450: not a period, or one that has not ended in the figures. D-452: new definitions wait for a word.
    PrivacyRefused
        D-600: the release would give away what it hides.
    """
    if not _PERIOD.match(period):
        raise UsageRefused("D-450", "Dit is geen periode.", "Gebruik 2026Q2, 2026 of 2026-06.")
    if waits_for_a_word(root):
        raise UsageRefused(
            "D-452",
            "Deze versie rekent anders dan de cijfers die er staan.",
            "Bekijk het verschil met demad adopt en laat het toe, of zet de vorige versie terug.",
        )
    target, number = root / "publication", 1
    while (target / f"{period}-r{number}").exists():
        number += 1
    name = f"{period}-r{number}"
    made, changes = _to_release(root, period, reason)
    shutil.rmtree(root / "work" / "release", ignore_errors=True)
    folder = private_folder(root / "work" / "release")
    if changes:
        write_atomic(folder / "changes.json", (json.dumps(changes, ensure_ascii=False, indent=2) + "\n").encode())
    refuse_failed(write_city_pages(folder, made, load_cities(root)))
    write_site(folder, made)
    last = target / f"{period}-r{number - 1}"
    if last.exists() and file_hash(last / "manifest.json") == file_hash(folder / "manifest.json"):
        shutil.rmtree(folder)
        _show_latest(root, last)
        return last
    final = private_folder(target) / name
    sync_tree(folder)
    _remember(root, name, made)
    facts = {"release": name, "manifest": file_hash(folder / "manifest.json")}
    audit_trail.record(root, "released", {**facts, "revised": len(changes), "reason": reason} if reason else facts)
    folder.rename(final)
    sync_folder(target)
    _show_latest(root, final)
    return final


def _to_release(root: Path, period: str, reason: str) -> tuple[Edition, list[dict]]:
    """The edition of a release, past the auditor, and the released figures that it changes."""
    found = to_release(root, period, revised=bool(reason))
    signed, published = signoff.sign_offs(root, period), found.published
    waiting = signoff.late(root, period, published, load_cities(root))
    cards = tuple(
        replace(card, note=f"{card.note} {words('release.late')}".strip()) if card.slug in waiting else card
        for card in city_cards(root)
    )
    made = edition(
        root, {"published": published}, beside(published, CATALOGUE), label=f"Release {period_words(period)}"
    )
    revisions = tuple(Revision(**row, reason=reason) for row in found.changed.drop("variant").iter_rows(named=True))
    made = replace(
        made,
        cities=cards,
        revisions=revisions if reason else (),
        explanations={city: one.words for city, one in signed.items() if one.words},
    )
    return made, as_json(found.changed, reason) if reason else []


def _remember(root: Path, name: str, made: Edition) -> None:
    remember(root, name, made.published)


def sign_off(root: Path, period: str, city: str, words: str = "") -> SignOff:
    """Record that a city agrees with what a release of a period would say of it now."""
    if not _PERIOD.match(period):
        raise UsageRefused("D-450", "Dit is geen periode.", "Gebruik 2026Q2, 2026 of 2026-06.")
    return signoff.sign_off(root, period, city, to_release(root, period, revised=False).published, words)


def not_signed_off(root: Path, period: str) -> list[str]:
    """The cities that did not sign off what was released of a period."""
    return signoff.late(root, period, up_to(released_figures(root), period), load_cities(root))


def _show_latest(root: Path, final: Path) -> None:
    """Make ``latest`` a copy of a release; also where a killed process left it half done."""
    shown, copy = final.parent / "latest", root / "work" / "latest"
    manifest = shown / "manifest.json"
    if not manifest.exists() or file_hash(manifest) != file_hash(final / "manifest.json"):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(final, copy)
        sync_tree(copy)
        take_the_place(copy, shown)


def _fonts() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "demad" / "fonts"
