"""A release that one person prepared and another makes visible: exactly these bytes, or none.

Not here: rendering a release, and making it visible (`release`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused
from demad.publishing.freshness import made_from_release
from demad.publishing.visible import PREPARED
from demad.records import audit_trail
from demad.releases import signoff
from demad.releases.files import MANIFEST, damaged_files
from demad.releases.withdrawals import in_force, released_names, withdrawals
from demad.store import Store, file_hash, private_folder, sync_folder, sync_tree
from demad.system import Behind, behind, owner

_NOBODY = frozenset({"root"})  # whoever may become it; nobody in person
_WORDS = {
    "inputs": "de gegevens",
    "settings": "de instellingen",
    "definitions": "de definities",
    "software": "het programma",
    "deliveries": "de toestand van de leveringen",
    "figures": "de cijfers",
    "signed": "de aftekeningen",
    "releases": "de releases",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared release: its name, its folder, and what the trail says of it."""

    name: str
    folder: Path
    facts: Mapping[str, Any]


def keep_prepared(root: Path, name: str, rendered: Path, facts: Mapping[str, object], by: Behind) -> Path:
    """Keep a rendered release for a second person, in place of one that was prepared before; return its folder."""
    home = root / "work" / PREPARED
    shutil.rmtree(home, ignore_errors=True)
    sync_tree(rendered)
    rendered.rename(private_folder(home) / name)
    sync_folder(home)
    told = {"release": name, "manifest": file_hash(home / name / MANIFEST), "from": _basis(root, str(facts["period"]))}
    audit_trail.record(root, "prepared", {**told, **facts, "by": _named(by)})
    return home / name


def prepared(root: Path) -> Prepared:
    """The release that waits for a second person, exactly as it was prepared.

    Raises
    ------
    UsageRefused
        D-457: nothing is prepared, its bytes are not those that were, or what it was made from changed since.
    """
    acts = audit_trail.entries(root, "prepared")
    facts = acts[-1]["facts"] if acts else {}
    folder = root / "work" / PREPARED / str(facts.get("release", ""))
    if not acts or facts["release"] in released_names(root) or not (folder / MANIFEST).exists():
        raise UsageRefused("D-457", "Er is geen release voorbereid.", "Bereid ze voor met demad release --period.")
    if file_hash(folder / MANIFEST) != facts["manifest"] or _other_files(folder):
        raise UsageRefused(
            "D-457", "De voorbereide release is gewijzigd sinds ze voorbereid is.", "Bereid ze opnieuw voor."
        )
    now, then = _basis(root, facts["period"]), facts["from"]
    differs = [said for name, said in _WORDS.items() if now.get(name) != then.get(name)]
    if differs:
        raise UsageRefused(
            "D-457", f"Sinds de release voorbereid is, veranderden {', '.join(differs)}.", "Bereid ze opnieuw voor."
        )
    return Prepared(facts["release"], folder, facts)


def refuse_nobody(root: Path) -> Behind:
    """Who is behind this process; D-458 where that is nobody in person."""
    found = behind()
    if not _persons(root, found):
        raise UsageRefused(
            "D-458",
            "We zien niet wie dit doet: achter dit proces zit alleen root of de dienst zelf.",
            "Meld u aan met uw eigen account en gebruik sudo.",
        )
    return found


def refuse_same_person(root: Path, found: Prepared) -> Behind:
    """Who confirms a prepared release.

    Raises
    ------
    UsageRefused
        D-458: the same person prepared it, or that cannot be ruled out.
    """
    now, told = refuse_nobody(root), found.facts["by"]
    then = Behind(told["login"], frozenset(told["accounts"]))
    if bool(now.login) != bool(then.login):
        raise UsageRefused(
            "D-458",
            "Een van beide personen was niet aangemeld, dus we weten niet of het dezelfde is.",
            "Meld u aan met uw eigen account en gebruik sudo.",
        )
    if _persons(root, now) & _persons(root, then):
        raise UsageRefused(
            "D-458", "Wie de release voorbereidde, kan ze niet zelf bevestigen.", "Vraag het aan iemand anders."
        )
    return now


def names_behind(found: Behind) -> dict[str, object]:
    """Who is behind a process, as facts of the trail."""
    return _named(found)


def forget_prepared(root: Path) -> None:
    """Remove what was prepared."""
    shutil.rmtree(root / "work" / PREPARED, ignore_errors=True)


def _persons(root: Path, found: Behind) -> frozenset[str]:
    """The persons who may be behind a process: who logged in, or else every account that is not root or the service."""
    known = frozenset({found.login}) if found.login else found.accounts
    return known - _NOBODY - {owner(root)}


def _named(found: Behind) -> dict[str, object]:
    return {"login": found.login, "accounts": sorted(found.accounts)}


def _other_files(folder: Path) -> bool:
    """Whether a file is damaged, gone, or there without being in the manifest."""
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return bool(damaged_files(folder)) or there != {*told, MANIFEST}


def _basis(root: Path, period: str) -> dict[str, str]:
    """Hashes of everything that decides the bytes of a release."""
    store = Store(root)
    signed = signoff.sign_offs(root, period)
    known = {
        **made_from_release(root),
        "figures": [store.current(name) for name in ("disclosure", "benchmark")],
        "signed": [repr(signed[city]) for city in sorted(signed)],
        "releases": [released_names(root), in_force(root), sorted(withdrawals(root))],
    }
    return {name: _hash(known[name]) for name in _WORDS}


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:20]
