"""What readers see of releases: finish what a process left half visible, and keep ``latest`` right. Idempotent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from demad.records import audit_trail
from demad.releases.files import MANIFEST, damaged_files, is_as_told, manifest_of
from demad.releases.withdrawals import (
    ARCHIVE,
    LATEST,
    NOTICE,
    SHOWS,
    Withdrawal,
    by_period,
    is_notice,
    manifests,
    shown_by_latest,
    whole_notice,
    withdrawals,
)
from demad.reporting.withdrawn_pages import Notice, with_word
from demad.store import (
    file_hash,
    private_folder,
    refusing_storage,
    remove_whole,
    replace_folder,
    sync_folder,
    sync_tree,
    write_atomic,
)

PREPARED = "prepared"
"""In `work/`: releases that wait for a second person, each in a folder of its name."""
_INDEX = "index.html"
_GOING = ".weg-"


def staged_notice(root: Path, release: str) -> Path:
    """Where the notice of a withdrawal waits until the trail knows it."""
    return root / "work" / "withdrawn" / release


def finish_interrupted(root: Path) -> None:
    """Make visible what was recorded by a process that died before it was: a release, a withdrawal, ``latest``."""
    acts = audit_trail.entries(root, "released")
    if not acts:
        return
    _finish_release(root, acts[-1]["facts"]["release"], acts[-1]["facts"].get("manifest"))
    for one in withdrawals(root).values():
        finish_withdrawal(root, one)
    show_latest(root)


def finish_withdrawal(root: Path, told: Withdrawal) -> None:
    """Move a withdrawn release to the archive and put its notice in its place."""
    page, kept, stage = (
        root / "publication" / told.release,
        root / ARCHIVE / told.release,
        staged_notice(root, told.release),
    )
    shown = whole_notice(page, told.notices) and manifest_of(page, manifests(root).get(told.release, ""))
    if shown or not whole_notice(stage, told.notices) or not manifest_of(stage):
        return
    with refusing_storage():
        if is_notice(page) or (0 < _n_whole(kept, stage) >= _n_whole(page, stage)):
            remove_whole(page, aside=_GOING)  # a damaged notice, or less than what is in the archive
        elif page.exists():
            shutil.rmtree(kept, ignore_errors=True)
            page.rename(private_folder(kept.parent) / told.release)
            sync_folder(kept.parent)
        stage.rename(private_folder(page.parent) / told.release)
        sync_folder(page.parent)


def _n_whole(folder: Path, stage: Path) -> int:
    """How many files of a release a folder has as they were; the notice in the stage has its manifest."""
    told = manifest_of(stage) or {"files": {}}
    return sum(is_as_told(folder, told, name) for name in told["files"])


def show_latest(root: Path, *, checked: bool = False) -> None:
    """Make ``latest`` the release of the last period in force; with none, the notice of the last one withdrawn.

    Where later releases were withdrawn, its first page and that of each city say so: those pages and the manifest then
    differ from those of the release, and every other file is the same. A damaged release is not copied.

    Parameters
    ----------
    checked
        Whether every file of ``latest`` is compared with its manifest too: it is copied again where one is damaged.
    """
    gone, published, name = withdrawals(root), root / "publication", release_to_show(root)
    order = by_period(manifests(root))
    if name:
        after = [gone[later] for later in order[order.index(name) :] if later in gone]
        _show_release(root, name, after, checked=checked)
        return
    stays = set(order) - gone.keys() and (published / LATEST / MANIFEST).exists() and shown_by_latest(root) not in gone
    noticed = [one for one in order if one in gone and is_notice(published / one)]
    if noticed and not stays:
        _show_notice(root, published / noticed[-1])


def release_to_show(root: Path, *, without: Collection[str] = ()) -> str:
    """The release that ``latest`` shows or is to show; empty where there is none that is whole.

    A damaged release is not shown. What ``latest`` shows already stays until the one that is to come is whole.

    Parameters
    ----------
    without
        Releases that are withdrawn now, besides those that the trail knows as such.
    """
    told, gone, now = manifests(root), {*withdrawals(root), *without}, shown_by_latest(root)
    for name in reversed(by_period(name for name in told if name not in gone)):
        folder = root / "publication" / name
        if is_notice(folder):
            continue
        if manifest_of(folder, told[name]) and (name == now or not damaged_files(folder)):
            return name
        if now and now not in gone:
            return now
    return ""


def _show_release(root: Path, name: str, after: list[Withdrawal], *, checked: bool) -> None:
    release, shown = root / "publication" / name, root / "publication" / LATEST
    if manifest_of(release, manifests(root)[name]) is None:
        return
    changed = _changed_files(release, after)
    same = (shown / MANIFEST).is_file() and (shown / MANIFEST).read_bytes() == changed[MANIFEST]
    kept = same and not (checked and damaged_files(shown))
    if not kept and not damaged_files(release):
        _show(root, release, changed)


def _show_notice(root: Path, page: Path) -> None:
    shown, notice = page.parent / LATEST, (page / NOTICE).read_bytes()
    same = (shown / NOTICE).is_file() and (shown / NOTICE).read_bytes() == notice
    if not same or (shown / MANIFEST).exists():
        _show(root, page, {NOTICE: notice}, without=MANIFEST)


def _changed_files(release: Path, after: list[Withdrawal]) -> dict[str, bytes]:
    """The manifest, and each first page with a word about every later release that was withdrawn."""
    manifest = (release / MANIFEST).read_bytes()
    if not after:
        return {MANIFEST: manifest}
    notices = [Notice(one.release, one.at.date(), one.reason, one.shown) for one in after]
    told, pages = json.loads(manifest), {}
    for path in (release / _INDEX, *sorted(release.glob(f"*/{_INDEX}"))):
        name = path.relative_to(release).as_posix()
        if path.exists() and name in told.get("files", {}):
            up = "../" * name.count("/")
            pages[name] = with_word(path.read_text(encoding="utf-8", errors="replace"), notices, up=up).encode()
    files = {**told["files"], **{name: sha256(page).hexdigest() for name, page in pages.items()}}
    made = {**told, "files": files, SHOWS: release.name, "withdrawn": [one.release for one in after]}
    return {**pages, MANIFEST: (json.dumps(made, indent=2, sort_keys=True) + "\n").encode()}


def _show(root: Path, source: Path, changed: dict[str, bytes], *, without: str = "") -> None:
    """Copy a folder to ``latest`` with these files changed, and without one."""
    shown, copy = source.parent / LATEST, root / "work" / "latest"
    try:
        with refusing_storage():
            private_folder(copy.parent)
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(source, copy)
            for name, content in changed.items():
                write_atomic(copy / name, content)
            if without:
                (copy / without).unlink(missing_ok=True)
            sync_tree(copy)
            replace_folder(copy, shown)
    except Exception:
        _hide_withdrawn(root, shown)
        raise


def _hide_withdrawn(root: Path, shown: Path) -> None:
    """Rather nothing than withdrawn figures, where a full disk leaves no room for a copy of another release."""
    if shown_by_latest(root) in withdrawals(root):
        remove_whole(shown, aside=_GOING)


def _finish_release(root: Path, name: str, manifest: str | None) -> None:
    final = root / "publication" / name
    for staged in (root / "work" / "release", root / "work" / PREPARED / name):
        if not final.exists() and (staged / MANIFEST).exists() and file_hash(staged / MANIFEST) == manifest:
            staged.rename(private_folder(final.parent) / name)
            sync_folder(final.parent)
