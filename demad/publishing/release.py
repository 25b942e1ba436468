"""Release a period: render what was decided, publish it atomically, and record who signed off.

Not here: what a release says (`candidate`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import UsageRefused
from demad.publishing.candidate import (
    Candidate,
    Decision,
    candidate_of,
    decide,
    refuse_new_definitions,
    refuse_no_period,
    telling,
)
from demad.publishing.common_stages import refuse_failed
from demad.publishing.figures import stored
from demad.publishing.prepared import (
    forget_prepared,
    keep_prepared,
    names_behind,
    prepared,
    refuse_nobody,
    refuse_same_person,
)
from demad.publishing.site import write_city_pages, write_site
from demad.publishing.visible import finish_interrupted, show_latest
from demad.records import audit_trail
from demad.reference.cities import load_cities, taking_part
from demad.reference.settings import load_settings
from demad.releases import signoff
from demad.releases.agreement import refuse_damaged, refuse_disagreement
from demad.releases.changes import CHANGES, told_by
from demad.releases.figures import cut_to_period, newest_quarter, up_to
from demad.releases.files import FIGURES, MANIFEST
from demad.releases.ledger import released_figures, remember, rows
from demad.releases.signoff import SignOff, public_words
from demad.releases.withdrawals import in_force, released_names
from demad.store import file_hash, private_folder, sync_folder, sync_tree, write_atomic
from demad.tables.figures import PUBLISHED_VALUE

__all__ = ["confirm", "newest_quarter_of", "not_signed_off", "publish", "release", "sign_off"]


def release(root: Path, period: str, reason: str = "") -> Path:
    """Release everything up to and including a period; return the folder of the revision.

    Released figures change only in a revision, which lists them with the reason. If nothing differs from the last
    release, no new one is made. Where the policy asks a second pair of eyes, the release is only prepared.

    Parameters
    ----------
    reason
        Why released figures change; if empty, the cities whose figures changed are named.

    Raises
    ------
    UsageRefused
        D-450: not a period, or it is not yet complete in the figures. D-452: new definitions need approval. D-453: the
        reason cannot be published. D-458: it is not known who prepares.
    PrivacyRefused
        D-602, D-603: the secret of a city is missing or differs.
    StorageFailed
        D-354: the audit trail was cut. D-356: trail, releases and the ledger of released figures do not agree.
    """
    audit_trail.refuse_broken(root)
    finish_interrupted(root)
    refuse_disagreement(root)
    why, two = public_words(reason, "De reden"), load_settings(root).release.second_pair
    by = refuse_nobody(root) if two else None
    candidate = candidate_of(root, period)
    decided = decide(candidate, why)
    name, last = _next_name(root, period)
    # Where nothing is revised, what the last release told stays true: only with it the two can be the same.
    told = []
    if last and not (decided.revised or decided.retracted):
        refuse_damaged(last)
        told = told_by(last)
    folder = _render(_staging(root), candidate, telling(decided, told))
    if last and _manifest(last) == _manifest(folder):
        shutil.rmtree(folder)
        show_latest(root, checked=True)
        return last
    if told:
        folder = _render(_staging(root), candidate, decided)
    revised = {"revised": len(decided.revised), "reason": why} if decided.revised else {}
    _with_trail(folder, root)
    if by:
        return keep_prepared(root, name, folder, {**revised, "period": period}, by)
    return publish(root, name, folder, candidate.published, revised)


def confirm(root: Path) -> Path:
    """Make the prepared release visible, exactly as it was prepared; return its folder.

    Raises
    ------
    UsageRefused
        D-457: nothing is prepared, or it is not what was prepared any more. D-458: the same person prepared it, or it
        is not known who confirms. D-452: new definitions need approval.
    StorageFailed
        D-354, D-356: as `release`.
    """
    audit_trail.refuse_broken(root)
    finish_interrupted(root)
    refuse_disagreement(root)
    refuse_new_definitions(root)
    found = prepared(root)
    by = refuse_same_person(root, found)
    published = PUBLISHED_VALUE.check(pl.read_parquet(found.folder / FIGURES, columns=list(PUBLISHED_VALUE.columns)))
    kept = {name: found.facts[name] for name in ("revised", "reason") if name in found.facts}
    people = {"prepared_by": found.facts["by"], "confirmed_by": names_behind(by)}
    final = publish(root, found.name, found.folder, published, {**kept, **people})
    forget_prepared(root)
    return final


def sign_off(root: Path, period: str, city: str, text: str = "") -> SignOff:
    """Record that a city agrees with its figures in a release of a period made now.

    Raises
    ------
    UsageRefused
        D-450: not a period, or without figures. D-453: a text that cannot be published, or for which there is no page.
    """
    refuse_no_period(period)
    known = load_cities(root).get(city)
    if text.strip() and known and not known.pages:
        raise UsageRefused(
            "D-453",
            f"{known.name} heeft geen bladzijde (pages = false), dus haar toelichting zou nergens te lezen zijn.",
            "Teken af zonder --text, of haal pages weg uit haar stadsbestand.",
        )
    return signoff.sign_off(root, period, city, cut_to_period(stored(root), period).frame, text)


def not_signed_off(root: Path, period: str) -> list[str]:
    """Cities that did not sign off the released figures of a period."""
    return signoff.late(signoff.sign_offs(root, period), up_to(released_figures(root), period), taking_part(root))


def newest_quarter_of(root: Path) -> str | None:
    """The newest quarter for which every city has figures; None if there is none."""
    return newest_quarter(stored(root).frame)


def _staging(root: Path) -> Path:
    """The folder of the release that is being made."""
    return private_folder(root / "work" / "release")


def _render(folder: Path, candidate: Candidate, decided: Decision) -> Path:
    """Render the site of the release in a staging folder."""
    shutil.rmtree(folder)
    _ = private_folder(folder)
    if told := [*decided.revised, *decided.retracted]:
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        write_atomic(folder / CHANGES, text.encode())
    with_page = [slug for slug, city in candidate.cities.items() if city.pages]
    refuse_failed(write_city_pages(folder, decided.edition, with_page))
    write_site(folder, decided.edition, candidate.areas)
    return folder


def publish(root: Path, name: str, folder: Path, published: pl.DataFrame, facts: Mapping[str, object]) -> Path:
    """Record the figures of a rendered release and write the audit trail; only then make its folder visible."""
    target = private_folder(root / "publication")
    sync_tree(folder)
    remember(root, name, published, recorded=released_names(root))
    told = {"release": name, "manifest": file_hash(folder / MANIFEST), "rows": rows(root)}
    audit_trail.record(root, "released", {**told, **facts})
    folder.rename(target / name)
    sync_folder(target)
    show_latest(root, checked=True)
    return target / name


def _next_name(root: Path, period: str) -> tuple[str, Path | None]:
    """A name that no release has or had, and the last release of the period in force, None if there is none."""
    published, known = root / "publication", set(released_names(root))
    standing = [published / name for name in in_force(root) if name.startswith(f"{period}-r")]
    number = 1
    while (name := f"{period}-r{number}") in known or (published / name).exists():
        number += 1
    return name, next((folder for folder in reversed(standing) if folder.exists()), None)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release, without the end of the audit trail when it was made."""
    made = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return {name: value for name, value in made.items() if name != "trail"}


def _with_trail(folder: Path, root: Path) -> None:
    """Write the end of the audit trail in the manifest, so that a trail that is cut later can be seen elsewhere."""
    chain = audit_trail.verify_file(audit_trail.file(root))
    made = {**_manifest(folder), "trail": {"entries": chain.entries, "head": chain.head}}
    write_atomic(folder / MANIFEST, (json.dumps(made, indent=2, sort_keys=True) + "\n").encode())
