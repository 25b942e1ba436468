"""Whether the audit trail, the published releases and the ledger of released figures say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from demad.errors import StorageFailed
from demad.records import audit_trail
from demad.reference.several import several
from demad.releases.files import MANIFEST, damaged_files
from demad.releases.ledger import rows
from demad.releases.signoff import damaged_sign_offs
from demad.releases.withdrawals import (
    ARCHIVE,
    LATEST,
    NOTICE,
    Withdrawal,
    damaged_pages,
    is_notice,
    manifests,
    shown_by_latest,
    whole_notice,
    withdrawals,
)
from demad.store import file_hash


def disagreements(root: Path, *, every_file: bool = False) -> Iterator[str]:
    """What does not agree, in Dutch, a text each; nothing where all is well.

    Parameters
    ----------
    every_file
        Whether the hash of every published file is compared with its manifest too, and that of every sign-off with the
        trail: about a second for 200 MB.
    """
    told, published, gone = manifests(root), root / "publication", withdrawals(root)
    for name, manifest in told.items():
        path = published / name / MANIFEST
        if not path.exists():
            yield f"release {name} staat in het auditspoor en niet in publication/"
        elif file_hash(path) != manifest:
            yield f"het manifest van {name} is gewijzigd"
        elif name in gone:
            yield from _of_withdrawn(root, gone[name], manifest, every_file=every_file)
        elif is_notice(path.parent):
            yield f"release {name} staat als ingetrokken in publication/ en niet in het auditspoor"
        elif every_file:
            yield from (f"{name}/{file} is weg of gewijzigd" for file in damaged_files(path.parent))
    if shown_by_latest(root) in gone:
        yield "publication/latest toont een release die ingetrokken is"
    elif every_file and (published / LATEST).exists():
        yield from _of_latest(published / LATEST, gone.values())
    shown = {path.name for path in release_folders(published)}
    yield from (f"release {name} staat niet in het auditspoor" for name in sorted(shown - told.keys()))
    if every_file:
        yield from (
            f"de aftekening van {path.stem} voor {path.parent.name} is beschadigd of gewijzigd"
            for path in damaged_sign_offs(root)
        )
    kept, least = rows(root), least_rows(root)
    if kept < least:
        lines = several(kept, "regel", "regels")
        yield f"het grootboek van vrijgegeven cijfers telt {lines}, en er waren er minstens {least}"


def _of_latest(latest: Path, gone: Iterable[Withdrawal]) -> Iterator[str]:
    """What `latest` lacks of what its own manifest tells, or of the notice where no release is in force."""
    if is_notice(latest) and not (latest / MANIFEST).exists():
        if not any(whole_notice(latest, one.notices) for one in gone):
            yield "het bericht in latest is gewijzigd"
    else:
        yield from (f"latest/{name} is weg of gewijzigd" for name in damaged_files(latest))


def _of_withdrawn(root: Path, told: Withdrawal, manifest: str, *, every_file: bool) -> Iterator[str]:
    """What does not agree of a withdrawn release: its notice in `publication/`, and its own files in the archive."""
    page, kept = root / "publication" / told.release, root / ARCHIVE / told.release
    if not is_notice(page):
        yield f"release {told.release} is ingetrokken en staat nog in publication/"
    elif file_hash(page / NOTICE) not in told.notices:
        yield f"het bericht dat {told.release} ingetrokken is, is gewijzigd"
    elif every_file:
        yield from (f"{told.release}/{name} is weg of gewijzigd" for name in damaged_pages(page))
    if is_notice(page) and not (kept / MANIFEST).exists():
        yield f"de ingetrokken release {told.release} staat niet in {ARCHIVE}/"
    elif (kept / MANIFEST).exists() and file_hash(kept / MANIFEST) != manifest:
        yield f"het manifest van {told.release} in {ARCHIVE}/ is gewijzigd"
    elif every_file and is_notice(page):
        yield from (f"{ARCHIVE}/{told.release}/{name} is weg of gewijzigd" for name in damaged_files(kept))


def whole_release(folder: Path, manifest: str | None, withdrawal: Withdrawal | None = None) -> bool:
    """Whether a folder of `publication/` is what the trail says: the release, or the notice of its withdrawal."""
    path = folder / MANIFEST
    if not path.exists() or file_hash(path) != manifest:
        return False
    if withdrawal:
        return whole_notice(folder, withdrawal.notices)
    return not is_notice(folder) and not damaged_files(folder)


def refuse_disagreement(root: Path) -> None:
    """Refuse to release anything where the records do not agree.

    Raises
    ------
    StorageFailed
        D-356: what does not agree, by name.
    """
    if found := next(disagreements(root), None):
        raise disagreement(found)


def refuse_damaged(release: Path) -> None:
    """Refuse to go on from a published release of which a file is gone or damaged; D-356 names the first."""
    if damaged := damaged_files(release):
        raise disagreement(f"{release.name}/{damaged[0]} is weg of gewijzigd")


def disagreement(found: str) -> StorageFailed:
    """The refusal to release anything because of one disagreement."""
    return StorageFailed(
        "D-356",
        f"Wat gepubliceerd is en wat erover bewaard is, stemt niet overeen: {found}.",
        "Herstel de laatste back-up met demad restore --replace; er is niets vrijgegeven.",
    )


def release_folders(published: Path) -> list[Path]:
    """The folders of releases: not ``latest``, which is a copy, and not what a process that died left half done."""
    found = published.iterdir() if published.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and path.name != LATEST and path.name[0] != ".")


def least_rows(root: Path) -> int:
    """How many rows the ledger had at the last release, by the audit trail."""
    acts = audit_trail.entries(root, "released")
    return max((int(entry["facts"].get("rows", 1)) for entry in acts), default=0)
