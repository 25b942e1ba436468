"""Whether the audit trail, the published releases and the ledger of released figures say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from demad.errors import StorageFailed
from demad.records import audit_trail
from demad.releases.ledger import rows
from demad.store import file_hash

MANIFEST = "manifest.json"


def disagreements(root: Path, *, every_file: bool = False) -> Iterator[str]:
    """What does not agree, in Dutch, a text each; nothing where all is well.

    Parameters
    ----------
    every_file
        Whether the hash of every published file is compared with its manifest too: about a second for 200 MB.
    """
    acts = [entry["facts"] for entry in audit_trail.entries(root, "released")]
    told = {fact["release"]: fact.get("manifest", "") for fact in acts}
    published = root / "publication"
    for name, manifest in told.items():
        path = published / name / MANIFEST
        if not path.exists():
            yield f"release {name} staat in het auditspoor en niet in publication/"
        elif file_hash(path) != manifest:
            yield f"het manifest van {name} is gewijzigd"
        elif every_file:
            yield from (f"{name}/{file} is weg of gewijzigd" for file in damaged_files(path.parent))
    shown = {path.name for path in release_folders(published)}
    yield from (f"release {name} staat niet in het auditspoor" for name in sorted(shown - told.keys()))
    kept, least = rows(root), least_rows(root)
    if kept < least:
        yield f"het grootboek van vrijgegeven cijfers telt {kept} regels, en er waren er minstens {least}"


def refuse_disagreement(root: Path) -> None:
    """Refuse to release anything where the records do not agree.

    Raises
    ------
    StorageFailed
        D-356: what does not agree, by name.
    """
    found = next(disagreements(root), None)
    if found:
        raise StorageFailed(
            "D-356",
            f"Wat gepubliceerd is en wat erover bewaard is, stemt niet overeen: {found}.",
            "Herstel de laatste back-up met demad restore --replace; er is niets vrijgegeven.",
        )


def release_folders(published: Path) -> list[Path]:
    """The folders of releases: not ``latest``, which is a copy, and not what a process that died left half done."""
    found = published.iterdir() if published.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and path.name != "latest" and path.name[0] != ".")


def damaged_files(release: Path) -> list[str]:
    """Names of the files of a release that are gone or are not those of its manifest."""
    told = json.loads((release / MANIFEST).read_text(encoding="utf-8"))["files"]
    return [name for name, hash in told.items() if not (release / name).is_file() or file_hash(release / name) != hash]


def least_rows(root: Path) -> int:
    """How many rows the ledger had at the last release, by the audit trail."""
    acts = audit_trail.entries(root, "released")
    return max((int(entry["facts"].get("rows", 1)) for entry in acts), default=0)
