"""Release a period: read the settled figures, decide what changes, render, and publish atomically."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE
from demad.errors import UsageRefused
from demad.publishing.common_stages import refuse_failed
from demad.publishing.definition_changes import definitions_need_approval
from demad.publishing.figures import stored
from demad.publishing.site import codes_of, edition, write_city_pages, write_site
from demad.publishing.sources import rounding_of
from demad.records import audit_trail
from demad.records.secrets import known_ids, secret_of
from demad.reference.cities import City, breaks_of, load_cities, taking_part
from demad.releases import signoff
from demad.releases.agreement import MANIFEST, refuse_disagreement
from demad.releases.changes import changed, with_reasons
from demad.releases.figures import cut_to_period, newest_quarter, up_to
from demad.releases.ledger import released_figures, remember, rows
from demad.releases.signoff import SignOff
from demad.reporting.edition import Edition, Revision
from demad.reporting.words import period_words, words
from demad.store import file_hash, private_folder, replace_folder, sync_folder, sync_tree, write_atomic

__all__ = ["newest_quarter_of", "not_signed_off", "release", "sign_off"]
_PERIOD = re.compile(r"^\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a release is decided from: settled figures as a draft, figures released before, sign-offs."""

    period: str
    draft: Edition
    released: pl.DataFrame
    cities: Mapping[str, City]
    nis: Mapping[str, str]
    signed: Mapping[str, SignOff]

    @property
    def published(self) -> pl.DataFrame:
        """The figures up to the period, as PUBLISHED_VALUE."""
        return self.draft.figures.frame


@dataclass(frozen=True, slots=True)
class Decision:
    """The edition to release, and the released figures that it changes, each with its reason."""

    edition: Edition
    revised: Sequence[dict[str, Any]]


def release(root: Path, period: str, reason: str = "") -> Path:
    """Release everything up to and including a period; return the folder of the revision.

    Released figures change only in a revision, which lists them with the reason. If nothing differs from the last
    release, no new one is made.

    Parameters
    ----------
    reason
        Why released figures change; if empty, the cities whose figures changed are named.

    Raises
    ------
    UsageRefused
        D-450: not a period, or it is not yet complete in the figures. D-452: new definitions need approval.
    PrivacyRefused
        D-602, D-603: the secret of a city is missing or differs.
    StorageFailed
        D-354: the audit trail was cut. D-356: trail, releases and the ledger of released figures do not agree.
    """
    audit_trail.refuse_broken(root)
    finish_interrupted(root)
    refuse_disagreement(root)
    candidate = _read(root, period)
    decided = _decide(candidate, reason)
    folder = _render(private_folder(root / "work" / "release"), candidate, decided)
    return _write(root, candidate, decided, folder, reason)


def sign_off(root: Path, period: str, city: str, text: str = "") -> SignOff:
    """Record that a city agrees with its figures in a release of a period made now."""
    _refuse_no_period(period)
    return signoff.sign_off(root, period, city, cut_to_period(stored(root), period).frame, text)


def not_signed_off(root: Path, period: str) -> list[str]:
    """Cities that did not sign off the released figures of a period."""
    return signoff.late(signoff.sign_offs(root, period), up_to(released_figures(root), period), taking_part(root))


def newest_quarter_of(root: Path) -> str | None:
    """The newest quarter for which every city has figures; None if there is none."""
    return newest_quarter(stored(root).frame)


def _read(root: Path, period: str) -> Candidate:
    _refuse_no_period(period)
    if definitions_need_approval(root):
        raise UsageRefused(
            "D-452",
            "Deze versie rekent anders dan de cijfers die er staan.",
            "Bekijk het verschil met demad adopt en laat het toe, of zet de vorige versie terug.",
        )
    for city in known_ids(root):
        if not rounding_of(root, city):  # else the secret is at the city
            secret_of(root, city)
    figures = cut_to_period(stored(root), period)
    compared = compare_cities(figures, CATALOGUE, breaks_of(root))
    partners = taking_part(root)
    # What was released of a city that left stays as it was: it is not revised because the city is gone.
    gone = [slug for slug in load_cities(root) if slug not in partners]
    return Candidate(
        period=period,
        draft=edition(root, figures, compared, label=f"Release {period_words(period)}"),
        released=released_figures(root).filter(~pl.col("city").is_in(gone)),
        cities=partners,
        nis=codes_of(root),
        signed=signoff.sign_offs(root, period),
    )


def _decide(candidate: Candidate, reason: str) -> Decision:
    different = changed(candidate.published, up_to(candidate.released, candidate.period))
    waiting = signoff.late(candidate.signed, candidate.published, candidate.cities)
    cards = tuple(
        replace(card, note=f"{card.note} {words('release.late')}".strip()) if card.slug in waiting else card
        for card in candidate.draft.cities
    )
    revised = with_reasons(different, reason, {slug: city.name for slug, city in candidate.cities.items()})
    revisions = tuple(Revision(**{name: row[name] for name in row if name != "variant"}) for row in revised)
    explanations = {city: one.words for city, one in candidate.signed.items() if one.words}
    signed = frozenset(candidate.signed) - set(waiting)
    made = replace(candidate.draft, cities=cards, revisions=revisions, explanations=explanations, signed=signed)
    return Decision(made, revised)


def _render(folder: Path, candidate: Candidate, decided: Decision) -> Path:
    """Render the site of the release in a staging folder."""
    shutil.rmtree(folder)
    _ = private_folder(folder)
    if decided.revised:
        text = json.dumps(decided.revised, ensure_ascii=False, indent=2) + "\n"
        write_atomic(folder / "changes.json", text.encode())
    refuse_failed(write_city_pages(folder, decided.edition, candidate.cities))
    write_site(folder, decided.edition, candidate.nis)
    return folder


def _write(root: Path, candidate: Candidate, decided: Decision, folder: Path, reason: str) -> Path:
    """Record the released figures and write the audit trail; only then make the site visible."""
    target, number = root / "publication", 1
    while (target / f"{candidate.period}-r{number}").exists():
        number += 1
    name, last = f"{candidate.period}-r{number}", target / f"{candidate.period}-r{number - 1}"
    if last.exists() and _manifest(last) == _manifest(folder):
        shutil.rmtree(folder)
        _show_latest(root, last)
        return last
    final = private_folder(target) / name
    _with_trail(folder, root)
    sync_tree(folder)
    recorded = {entry["facts"]["release"] for entry in audit_trail.entries(root, "released")}
    remember(root, name, candidate.published, recorded=recorded)
    facts = {"release": name, "manifest": file_hash(folder / MANIFEST), "rows": rows(root)}
    why = {"revised": len(decided.revised), "reason": reason} if decided.revised else {}
    audit_trail.record(root, "released", {**facts, **why})
    folder.rename(final)
    sync_folder(target)
    _show_latest(root, final)
    return final


def finish_interrupted(root: Path) -> None:
    """Make a release visible whose process died after it was recorded and before it was moved. Idempotent."""
    acts = audit_trail.entries(root, "released")
    if not acts:
        return
    name, manifest = acts[-1]["facts"]["release"], acts[-1]["facts"].get("manifest")
    staged, final = root / "work" / "release", root / "publication" / name
    if not final.exists() and (staged / MANIFEST).exists() and file_hash(staged / MANIFEST) == manifest:
        staged.rename(private_folder(final.parent) / name)
        sync_folder(final.parent)
        _show_latest(root, final)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release, without the end of the audit trail when it was made."""
    made = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return {name: value for name, value in made.items() if name != "trail"}


def _with_trail(folder: Path, root: Path) -> None:
    """Write the end of the audit trail in the manifest, so that a trail that is cut later can be seen elsewhere."""
    chain = audit_trail.verify_file(audit_trail.file(root))
    made = {**_manifest(folder), "trail": {"entries": chain.entries, "head": chain.head}}
    write_atomic(folder / MANIFEST, (json.dumps(made, indent=2, sort_keys=True) + "\n").encode())


def _show_latest(root: Path, final: Path) -> None:
    """Make ``latest`` a copy of a release; also repairs an interrupted copy."""
    shown, copy = final.parent / "latest", root / "work" / "latest"
    manifest = shown / MANIFEST
    if not manifest.exists() or file_hash(manifest) != file_hash(final / MANIFEST):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(final, copy)
        sync_tree(copy)
        replace_folder(copy, shown)


def _refuse_no_period(period: str) -> None:
    if not _PERIOD.match(period):
        raise UsageRefused("D-450", "Dit is geen periode.", "Gebruik 2026Q2, 2026 of 2026-06.")
