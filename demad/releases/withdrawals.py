"""Which releases were withdrawn, by the audit trail, and where they are. Not here: withdrawing one.

A withdrawn release leaves `publication/` as a whole for `<root>/withdrawn/`, which is not published and where every
file of its manifest can still be verified. In `publication/` its folder keeps the manifest, with pages that say why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from demad.records import audit_trail
from demad.releases.files import MANIFEST, manifest_of
from demad.store import file_hash
from demad.tables.months import last_month

NOTICE = "withdrawn.json"
"""In the folder of a withdrawn release: when and why, and the hash of every page of the notice."""
ARCHIVE = "withdrawn"
"""Folder of a root with the withdrawn releases as they were."""
LATEST = "latest"
"""Folder of `publication/` with a copy of the release that readers see first."""
SHOWS = "release"
"""In the manifest of `latest`, where that is not the one of a release: the release that it shows."""
_NAME = re.compile(r"(\d{4}(?:Q[1-4]|-(?:0[1-9]|1[0-2]))?)-r\d+")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A release that was withdrawn.

    ``notices``: hashes of the notices that were made of it, more than one where copies of a root parted.
    ``shown``: the release that `latest` went back to; empty where there was none.
    """

    release: str
    at: datetime
    reason: str
    shown: str
    notices: frozenset[str]


def withdrawals(root: Path) -> dict[str, Withdrawal]:
    """Every withdrawal by release, in the order of the trail; a release is never taken back from it."""
    found: dict[str, Withdrawal] = {}
    for entry in audit_trail.entries(root, "withdrawn"):
        told = _told(entry["facts"], entry["at"])
        before = found.get(told.release)
        both = told.notices | (before.notices if before else frozenset())
        first = before or told
        found[told.release] = Withdrawal(told.release, first.at, first.reason, first.shown, both)
    return found


def released_names(root: Path) -> list[str]:
    """Every release by name, withdrawn ones too, in the order of the trail."""
    return list(manifests(root))


def manifests(root: Path) -> dict[str, str]:
    """Hash of the manifest of every release by name, as the trail has it, in its order; empty where it has none."""
    acts = [entry["facts"] for entry in audit_trail.entries(root, "released")]
    return {fact["release"]: fact.get("manifest", "") for fact in acts}


def in_force(root: Path) -> list[str]:
    """The releases that were not withdrawn, in the order of the trail."""
    gone = withdrawals(root)
    return [name for name in released_names(root) if name not in gone]


def by_period(names: Iterable[str]) -> list[str]:
    """Releases in the order in which `latest` shows them: the last period last, and of one period the last made last.

    Parameters
    ----------
    names
        In the order of the trail.
    """

    def end(name: str) -> int:
        period = period_of(name)
        return last_month(period) if period else 0

    return sorted(names, key=end)


def period_of(name: str) -> str:
    """The period of a release: 2026Q2 of 2026Q2-r1; empty for a name that is not of a release."""
    named = _NAME.fullmatch(name)
    return named[1] if named else ""


def latest_in_force(root: Path) -> str:
    """The release of the last period that was not withdrawn, the last made of several; empty where there is none."""
    return next(reversed(by_period(in_force(root))), "")


def shown_by_latest(root: Path) -> str:
    """The release that `latest` shows by its manifest; empty where it shows none or its manifest is damaged."""
    folder, told = root / "publication" / LATEST, manifests(root)
    made = manifest_of(folder)
    if made is None:
        return ""
    name, hash = str(made.get(SHOWS, "")), file_hash(folder / MANIFEST)
    return name if name in told else next((name for name, known in told.items() if known == hash), "")


def is_notice(folder: Path) -> bool:
    """Whether a folder of `publication/` says that its release was withdrawn, in place of its pages."""
    return (folder / NOTICE).exists()


def whole_notice(folder: Path, notices: frozenset[str]) -> bool:
    """Whether a notice is one of those that the trail knows, and all its pages are there."""
    return is_notice(folder) and file_hash(folder / NOTICE) in notices and not list(damaged_pages(folder))


def damaged_pages(folder: Path) -> Iterator[str]:
    """Names of the pages of a notice that are gone or are not those it lists."""
    told = json.loads((folder / NOTICE).read_text(encoding="utf-8"))["files"]
    for name, hash in told.items():
        if not (folder / name).is_file() or file_hash(folder / name) != hash:
            yield name


def folder_with_figures(root: Path, name: str) -> Path:
    """The folder with the files of a release as they were: of a withdrawn one, in the archive."""
    published = root / "publication" / name
    return root / ARCHIVE / name if is_notice(published) or not published.exists() else published


def facts_of(folder: Path) -> dict[str, Any]:
    """The facts of the act `withdrawn`, from the notice in a folder."""
    told = json.loads((folder / NOTICE).read_text(encoding="utf-8"))
    known = {name: told[name] for name in ("release", "manifest", "reason", "shown")}
    return {**known, "at": told["at"], "notice": file_hash(folder / NOTICE)}


def _told(facts: Mapping[str, Any], at: str) -> Withdrawal:
    return Withdrawal(
        release=facts["release"],
        at=datetime.fromisoformat(facts.get("at", at)),
        reason=facts["reason"],
        shown=facts.get("shown", ""),
        notices=frozenset({facts["notice"]}),
    )
