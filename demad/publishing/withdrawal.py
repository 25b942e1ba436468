"""Withdraw a release: its pages give way to a notice, its files go to the archive, ``latest`` goes back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from demad.errors import StorageFailed, UsageRefused
from demad.publishing.visible import finish_interrupted, release_to_show, show_latest, staged_notice
from demad.records import audit_trail
from demad.reference.places import cache_folder
from demad.reference.settings import load_settings
from demad.releases import ledger
from demad.releases.files import MANIFEST, manifest_of
from demad.releases.signoff import public_words
from demad.releases.withdrawals import ARCHIVE, NOTICE, in_force, manifests, whole_notice, withdrawals
from demad.reporting.look import look_of
from demad.reporting.withdrawn_pages import Notice, notice_page
from demad.store import file_hash, private_folder, refusing_storage, sync_tree, write_atomic

FORMAT = "demad-withdrawn/1"


def withdraw(root: Path, release: str, reason: str) -> str:
    """Withdraw a release for ever; return the release that ``latest`` shows now, empty where there is none.

    What was published stays known: its rows stay in the ledger, its files in the archive. A withdrawal that died is
    finished by the next command.

    Parameters
    ----------
    reason
        For readers, so in their language: it stands on the page in place of the release.

    Raises
    ------
    UsageRefused
        D-456: no such release, or it was withdrawn before; no reason. D-453: a reason that cannot be published.
    StorageFailed
        D-354: the audit trail was cut, so the withdrawal could not be recorded. D-356: the manifest of the release is
        gone or damaged.
    """
    audit_trail.refuse_broken(root)
    finish_interrupted(root)
    text = public_words(reason, "De reden")
    _refuse_unknown(root, release, text)
    source, told = _with_manifest(root, release)
    shown = release_to_show(root, without=[release])
    now = datetime.now(UTC)
    facts = {"release": release, "manifest": file_hash(source / MANIFEST), "reason": text, "shown": shown}
    notice = Notice(release, now.date(), text, shown)
    with refusing_storage():
        stage = _staged(root, source, told, facts | {"at": now.isoformat(timespec="seconds")}, notice)
    ledger.fill_from_published(root, gone={*withdrawals(root), release})
    audit_trail.record(root, "withdrawn", {**facts, "notice": file_hash(stage / NOTICE)})
    finish_interrupted(root)
    show_latest(root, checked=True)
    return shown


def _refuse_unknown(root: Path, release: str, reason: str) -> None:
    published, told = root / "publication" / release, manifests(root)
    if release not in told:
        known = ", ".join(in_force(root)[-3:]) or "geen"
        raise UsageRefused("D-456", "Deze release is er niet.", f"Kies een release die getoond wordt: {known}.")
    before = withdrawals(root).get(release)
    if before and whole_notice(published, before.notices) and manifest_of(published, told[release]):
        raise UsageRefused(
            "D-456", f"Release {release} is al ingetrokken op {before.at:%d/%m/%Y}.", "Er is niets gewijzigd."
        )
    if not reason:
        raise UsageRefused(
            "D-456", "Een release intrekken kan niet zonder reden.", 'Geef --reason "…": lezers zien ze.'
        )


def _with_manifest(root: Path, release: str) -> tuple[Path, dict[str, Any]]:
    """The folder with the manifest that was released, in the archive too of a withdrawn one; and that manifest."""
    known = manifests(root)[release]
    for folder in (root / "publication" / release, root / ARCHIVE / release):
        if told := manifest_of(folder, known):
            return folder, told
    raise StorageFailed(
        "D-356",
        f"Het manifest van {release} is weg of gewijzigd, dus we weten niet welke bladzijden weg moeten.",
        "Herstel de laatste back-up met demad restore --replace en trek dan in; er is niets gewijzigd.",
    )


def _staged(root: Path, source: Path, told: dict[str, Any], facts: dict[str, str], notice: Notice) -> Path:
    """The folder that takes the place of the release: its manifest, and the notice in place of each of its pages."""
    stage, settings = staged_notice(root, notice.release), load_settings(root)
    shutil.rmtree(stage, ignore_errors=True)
    pages = [name for name in told["files"] if name.endswith(".html")]
    look, written = look_of(root, settings), {}
    for name in dict.fromkeys(("index.html", *pages)):
        up = "../" * (len(PurePosixPath(name).parts) - 1)
        path = stage / name
        private_folder(path.parent)
        page = notice_page(notice, look, settings.contact, cache_folder() / "fonts", up=up)
        write_atomic(path, page.encode())
        written[name] = file_hash(path)
    shutil.copyfile(source / MANIFEST, stage / MANIFEST)
    made = {"format": FORMAT, **facts, "files": written}
    write_atomic(stage / NOTICE, (json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode())
    sync_tree(stage)
    return stage
