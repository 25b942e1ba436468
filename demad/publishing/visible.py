"""What readers see of releases: finish what a process left half visible, and keep ``latest`` right. Idempotent."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

from demad.records import audit_trail
from demad.releases.agreement import whole_release
from demad.releases.files import MANIFEST
from demad.releases.withdrawals import (
    ARCHIVE,
    NOTICE,
    Withdrawal,
    is_notice,
    released_names,
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
    if whole_notice(page, told.notices) or not whole_notice(stage, told.notices):
        return
    with refusing_storage():
        if is_notice(page) or whole_release(kept, file_hash(stage / MANIFEST)):
            remove_whole(page, aside=_GOING)  # a damaged notice, or a copy of what is in the archive
        elif page.exists():
            shutil.rmtree(kept, ignore_errors=True)
            page.rename(private_folder(kept.parent) / told.release)
            sync_folder(kept.parent)
        stage.rename(private_folder(page.parent) / told.release)
        sync_folder(page.parent)


def show_latest(root: Path) -> None:
    """Make ``latest`` the last release in force; with none, the notice of the last one that was withdrawn.

    Where later releases were withdrawn, its first page and that of each city say so: those pages and the manifest then
    differ from those of the release, and every other file is the same.
    """
    gone, published = withdrawals(root), root / "publication"
    names = [name for name in released_names(root) if (published / name / MANIFEST).exists()]
    standing = [name for name in names if name not in gone and not is_notice(published / name)]
    if standing:
        after = [gone[name] for name in names[names.index(standing[-1]) :] if name in gone]
        _show(root, published / standing[-1], _changed_files(published / standing[-1], after), MANIFEST)
    elif names and names[-1] in gone and is_notice(published / names[-1]):
        notice = (published / names[-1] / NOTICE).read_bytes()
        _show(root, published / names[-1], {NOTICE: notice}, NOTICE, without=MANIFEST)


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
            pages[name] = with_word(path.read_text(encoding="utf-8"), notices, up=up).encode()
    files = {**told["files"], **{name: sha256(page).hexdigest() for name, page in pages.items()}}
    made = {**told, "files": files, "withdrawn": [one.release for one in after]}
    return {**pages, MANIFEST: (json.dumps(made, indent=2, sort_keys=True) + "\n").encode()}


def _show(root: Path, source: Path, changed: dict[str, bytes], mark: str, *, without: str = "") -> None:
    """Copy a folder to ``latest`` with these files changed, unless the mark says that this is what it shows."""
    shown, copy = source.parent / "latest", root / "work" / "latest"
    if (shown / mark).exists() and (shown / mark).read_bytes() == changed[mark] and not (shown / without).is_file():
        return
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
    told = {
        entry["facts"]["release"]: entry["facts"].get("manifest") for entry in audit_trail.entries(root, "released")
    }
    gone = {told.get(name) for name in withdrawals(root)}
    if (shown / MANIFEST).exists() and file_hash(shown / MANIFEST) in gone:
        remove_whole(shown, aside=_GOING)


def _finish_release(root: Path, name: str, manifest: str | None) -> None:
    final = root / "publication" / name
    for staged in (root / "work" / "release", root / "work" / PREPARED / name):
        if not final.exists() and (staged / MANIFEST).exists() and file_hash(staged / MANIFEST) == manifest:
            staged.rename(private_folder(final.parent) / name)
            sync_folder(final.parent)
