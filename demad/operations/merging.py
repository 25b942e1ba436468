"""What a restore must not forget: erased persons, released figures and acts of the root that it replaces.

A backup is of an earlier moment, or of another machine. What the law and readers hold on to since then is merged into
it: the list of erased persons is the union, every figure ever released stays in the ledger, every release stays
public or withdrawn, and of two audit trails the longer one goes on.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import polars as pl

from demad.errors import DemadError
from demad.records import audit_trail
from demad.records.erased_persons import cities_of, lines_of, write_lines
from demad.releases import ledger, signoff
from demad.releases.agreement import release_folders, whole_release
from demad.releases.files import MANIFEST
from demad.releases.withdrawals import ARCHIVE, facts_of, is_notice, withdrawals
from demad.store import Store, file_hash, private_folder
from demad.tables.figures import RELEASED


def merge_into(stage: Path, root: Path) -> list[str]:
    """Merge lists and ledgers of a root into an unpacked backup; return the cities of which persons must go again.

    Idempotent; the root is only read.
    """
    _merge_trails(stage, root)
    _merge_ledgers(stage, root)
    return _merge_erased(stage, root)


def keep_published(root: Path, before: Path) -> None:
    """Move releases and sign-offs that only the replaced root had back into the root. Idempotent.

    Of a release that both have, the one that the audit trail knows stays: the notice, where it was withdrawn. Of a
    sign-off that both have, that of the replaced root stays, unless it is damaged.
    """
    _keep_releases(root, before / "publication")
    _keep_withdrawn(root, before / ARCHIVE)
    damaged = signoff.damaged_sign_offs(before, trail=root)
    for path in sorted((before / signoff.FOLDER).rglob("*.json")):
        target = root / path.relative_to(before)
        if path in damaged and target.exists():
            continue
        private_folder(target.parent)
        path.rename(target)


def keep_delivered(root: Path, before: Path) -> None:
    """Move what came into the inbox since the backup back, to be judged. Idempotent."""
    for city in sorted((before / "inbox").glob("[!.]*")):
        if not city.is_dir() or city.is_symlink():
            continue
        for delivery in sorted(city.glob("[!.]*")):
            target = root / "inbox" / city.name / delivery.name
            if not os.path.lexists(target):
                private_folder(target.parent)
                delivery.rename(target)


def fill_records(root: Path) -> None:
    """Write again what a lost trail or ledger does not hold of published releases. Idempotent.

    A release or withdrawal that no trail knows is recorded as found; figures that the ledger does not hold come from
    what is published.
    """
    told = {fact["release"] for fact in released(root)}
    whole = [folder for folder in release_folders(root / "publication") if (folder / MANIFEST).exists()]
    for folder in sorted(whole, key=lambda folder: (folder / MANIFEST).stat().st_mtime):
        if folder.name not in told:
            facts = {"release": folder.name, "manifest": file_hash(folder / MANIFEST), "found": True}
            audit_trail.record(root, "released", facts)
            told.add(folder.name)
        if is_notice(folder) and folder.name not in withdrawals(root):
            with suppress(ValueError, KeyError):  # a damaged notice: `disagreements` names it
                audit_trail.record(root, "withdrawn", {**facts_of(folder), "found": True})
    ledger.fill_from_published(root, gone=withdrawals(root))


def _merge_trails(stage: Path, root: Path) -> None:
    """Put the trail that goes on in the stage; what it does not hold of the other is kept as an earlier trail.

    A trail that goes on from the other stays. If neither does, the root's stays unless it was changed. The last hash
    is written again, also where it was lost: the restore is what acknowledges that.
    """
    ours, theirs = audit_trail.file(root), audit_trail.file(stage)
    if not ours.exists():
        return
    own, other = _complete(ours), _complete(theirs)
    if other.startswith(own):
        chosen, aside = theirs, b""
    elif audit_trail.verify_file(ours).holds:
        chosen, aside = ours, b"" if own.startswith(other) else other
    else:
        chosen, aside = theirs, own
    merged = private_folder(stage / ".audit")
    for path in (*audit_trail.earlier(root), *audit_trail.earlier(stage)):
        shutil.copyfile(path, merged / path.name)
    if aside:
        (merged / audit_trail.earlier_name(aside)).write_bytes(aside)
    audit_trail.write(merged, _complete(chosen))
    shutil.rmtree(audit_trail.folder(stage), ignore_errors=True)
    merged.rename(audit_trail.folder(stage))


def _complete(trail: Path) -> bytes:
    """The complete lines of a trail; what follows them was left by a writer that died."""
    content = trail.read_bytes() if trail.exists() else b""
    return content[: content.rfind(b"\n") + 1]


def _merge_ledgers(stage: Path, root: Path) -> None:
    """Every row of both ledgers of released figures, those of the backup first where neither holds the other."""
    own, backed_up = RELEASED.empty(), ledger.ever_released(stage)
    with suppress(DemadError):  # damaged: that may be why somebody restores; what is published fills it again
        own = ledger.ever_released(root)
    missing = own.join(backed_up, on=list(RELEASED.columns), how="anti", nulls_equal=True)
    if missing.is_empty():
        return
    merged = pl.concat([backed_up, missing]).sort("number", maintain_order=True)
    facts = {"release": merged["release"][-1], ledger.ROWS: merged.height}
    Store(stage).commit(ledger.NAME, {ledger.TABLE: RELEASED.check(merged)}, facts)


def _merge_erased(stage: Path, root: Path) -> list[str]:
    """Also persons of the backup's own list go again: it may be of a moment at which an erasure had just begun."""
    lists = [[line for line in lines_of(where) if cities_of([line])] for where in (stage, root)]
    union = list((Counter(lists[0]) | Counter(lists[1])).elements())  # each as often as the one that has it most
    if union:
        write_lines(stage, union)
    return sorted(cities_of(union))


def _keep_releases(root: Path, published: Path) -> None:
    told, gone = {fact["release"]: fact.get("manifest", "") for fact in released(root)}, withdrawals(root)
    for folder in release_folders(published):
        name, target = folder.name, root / "publication" / folder.name
        if target.exists() and not whole_release(folder, told.get(name), gone.get(name)):
            continue
        private_folder(target.parent)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


def _keep_withdrawn(root: Path, archive: Path) -> None:
    """Move withdrawn releases that only the replaced root had whole back into the archive."""
    told = {fact["release"]: fact.get("manifest", "") for fact in released(root)}
    for folder in release_folders(archive):
        target = root / ARCHIVE / folder.name
        if target.exists() and not whole_release(folder, told.get(folder.name)):
            continue
        private_folder(target.parent)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


def released(root: Path) -> list[dict[str, str]]:
    """``release`` and ``manifest`` of every release that the audit trail knows, oldest first."""
    return [entry["facts"] for entry in audit_trail.entries(root, "released")]
