"""What a restore must not forget: erased persons, released figures and acts of the root that it replaces.

A backup is of an earlier moment, or of another machine. What the law and readers hold on to since then is merged into
it: the list of erased persons is the union, every figure ever released stays in the ledger, every release stays
public, and of two audit trails the longer one goes on.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import polars as pl

from demad.records import audit_trail
from demad.records.erased_persons import cities_of, lines_of, write_lines
from demad.releases import ledger
from demad.releases.agreement import MANIFEST, damaged_files, least_rows
from demad.store import Store, file_hash, private_folder
from demad.tables.figures import PUBLISHED_VALUE, RELEASED

_FIGURES = "cijfers.parquet"


def merge_into(stage: Path, root: Path) -> list[str]:
    """Merge lists and ledgers of a root into an unpacked backup; return the cities of which persons must go again.

    Idempotent; the root is only read.
    """
    _merge_trails(stage, root)
    _merge_ledgers(stage, root)
    return _merge_erased(stage, root)


def keep_published(root: Path, before: Path) -> None:
    """Move releases and sign-offs that only the replaced root had back into the root. Idempotent.

    Of a release that both have, the one that the audit trail knows stays.
    """
    _keep_releases(root, before / "publication")
    for path in sorted((before / "signoff").rglob("*.json")):
        target = root / path.relative_to(before)
        private_folder(target.parent)
        path.rename(target)


def fill_ledger(root: Path) -> None:
    """Write the figures of published releases in the ledger again, where it has fewer rows than were recorded."""
    if ledger.rows(root) >= least_rows(root):
        return
    known = set(ledger.ever_released(root)["release"].to_list())
    for name in (fact["release"] for fact in released(root)):
        figures = root / "publication" / name / _FIGURES
        if name not in known and figures.exists():
            ledger.remember(root, name, pl.read_parquet(figures, columns=list(PUBLISHED_VALUE.columns)))


def _merge_trails(stage: Path, root: Path) -> None:
    """Of two trails the one that goes on from the other stays; if neither does, both, the root's in force."""
    ours, theirs = audit_trail.folder(root), audit_trail.folder(stage)
    if not audit_trail.file(root).exists():
        return
    own, other = audit_trail.file(root).read_bytes(), b""
    if audit_trail.file(stage).exists():
        other = audit_trail.file(stage).read_bytes()
    known = [*audit_trail.earlier(root), *audit_trail.earlier(stage)]
    if audit_trail.verify(root).holds or not other.startswith(_complete(own)):
        in_force, aside = ours, b"" if own.startswith(other) else other
    else:
        in_force, aside = theirs, b""
    merged = private_folder(stage / ".audit")
    for path in known:
        shutil.copyfile(path, merged / path.name)
    for path in (in_force / name for name in ("trail.jsonl", "HEAD") if (in_force / name).exists()):
        shutil.copyfile(path, merged / path.name)
    if aside:
        (merged / audit_trail.earlier_name(audit_trail.verify_file(audit_trail.file(stage)).head)).write_bytes(aside)
    shutil.rmtree(theirs, ignore_errors=True)
    merged.rename(theirs)


def _complete(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _merge_ledgers(stage: Path, root: Path) -> None:
    """Every row of both ledgers of released figures, those of the backup first where neither holds the other."""
    own, backed_up = (ledger.ever_released(where) for where in (root, stage))
    missing = own.join(backed_up, on=list(RELEASED.columns), how="anti", nulls_equal=True)
    if missing.is_empty():
        return
    merged = pl.concat([backed_up, missing]).sort("number", maintain_order=True)
    facts = {"release": merged["release"][-1], ledger.ROWS: merged.height}
    Store(stage).commit(ledger.NAME, {ledger.TABLE: RELEASED.check(merged)}, facts)


def _merge_erased(stage: Path, root: Path) -> list[str]:
    own, backed_up = lines_of(root), lines_of(stage)
    new = [line for line in own if line not in set(backed_up)]
    if new:
        write_lines(stage, (Counter(backed_up) | Counter(own)).elements())  # as often as the one that has it most
    return sorted(cities_of(new))


def _keep_releases(root: Path, published: Path) -> None:
    told = {fact["release"]: fact.get("manifest", "") for fact in released(root)}
    for folder in sorted(path for path in published.glob("*") if path.is_dir() and path.name != "latest"):
        target = root / "publication" / folder.name
        if target.exists() and not _as_told(folder, told.get(folder.name)):
            continue
        private_folder(target.parent)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    shown = published / "latest" / MANIFEST
    if told and shown.exists() and file_hash(shown) == list(told.values())[-1]:
        shutil.rmtree(root / "publication" / "latest", ignore_errors=True)
        shown.parent.rename(root / "publication" / "latest")


def _as_told(release: Path, manifest: str | None) -> bool:
    path = release / MANIFEST
    return path.exists() and file_hash(path) == manifest and not damaged_files(release)


def released(root: Path) -> list[dict[str, str]]:
    """``release`` and ``manifest`` of every release that the audit trail knows, oldest first."""
    return [entry["facts"] for entry in audit_trail.entries(root, "released")]
