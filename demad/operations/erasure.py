"""Erase a person: remove the rows from accepted data and block them in later deliveries; released figures stay.

Only under the lock of the root. Old backups contain the person until they are replaced; their keeper is responsible.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import UsageRefused
from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.ledger import DECIDED, Ledger
from demad.publishing.typeset_files import TYPESET
from demad.records import audit_trail
from demad.records.erased_persons import not_carried_over, remember_erased, without_erased
from demad.records.pseudonym_keys import key_id_of, key_ids_in
from demad.store import Store, refusing_storage, remove_whole

_OF_PERSONS = ("periods", "spells")  # spells: of a version before 0.2.0, until the next run
_GOING = ".weg-"
STAGED, REPLACED = ".herstel", ".voor-herstel"
"""Folders of a restore: the unpacked backup, and what it replaced."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Number of rows removed, number of deliveries removed, and waiting deliveries that may contain the person."""

    rows: int
    deliveries: int
    waiting: tuple[str, ...]


def erase(root: Path, city: str, pseudonym: str) -> Erased:
    """Remove every row of a person of a city, now and in later deliveries.

    Parameters
    ----------
    pseudonym
        As the city delivers it; only the city knows the person.

    Raises
    ------
    UsageRefused
        D-454: not a pseudonym. D-459: made with another key than what is in force, so the person would stay.
    StorageFailed
        D-354: the audit trail was cut, so the erasure could not be recorded. D-355: the list lost a person.
    """
    if len(pseudonym) < 8 or not pseudonym[0].isalpha():
        raise UsageRefused("D-454", "Dit is geen pseudoniem.", "Gebruik het pseudoniem zoals het geleverd wordt.")
    _refuse_other_key(root, city, pseudonym)
    audit_trail.refuse_broken(root)
    line = remember_erased(root, city, pseudonym)
    gone = erase_listed(root, city)
    facts = {"city": city, "rows": gone.rows, "deliveries": gone.deliveries, "line": line}
    audit_trail.record(root, "erased", facts)
    return gone


def _refuse_other_key(root: Path, city: str, pseudonym: str) -> None:
    given = key_id_of(pseudonym)
    frames = current_frames(root, city).values()
    keys = {key for frame in frames if "persoon" in frame.columns for key in key_ids_in(frame["persoon"])}
    if keys and given not in keys:
        raise UsageRefused(
            "D-459",
            f"Dit pseudoniem is niet gemaakt met de sleutel van wat in gebruik is ({', '.join(sorted(keys)) or '-'}): "
            "de persoon zou blijven staan.",
            "Geef het pseudoniem onder die sleutel, of neem eerst de levering onder de nieuwe sleutel in (demad run).",
        )


def erase_listed(root: Path, city: str, *, as_listed: bool = False) -> Erased:
    """Remove every row of the erased persons of a city, now and from what was stored of them. Idempotent.

    ``as_listed``: also where the list is not whole, so that a restore can mend the rest.
    """
    rows = _from_accepted(root, city, as_listed=as_listed)
    with refusing_storage():
        for stage in _OF_PERSONS:
            shutil.rmtree(root / "store" / stage / city, ignore_errors=True)
        for left in ("store/staging", "work/shadow", TYPESET):
            shutil.rmtree(root / left, ignore_errors=True)
        for copy in (root / STAGED, root / REPLACED) if not (root / audit_trail.RESTORING).exists() else ():
            for folder in (*copy.glob(f"store/*/{city}"), copy / "inbox" / city):
                shutil.rmtree(folder, ignore_errors=True)
        removed, waiting = _from_inbox(root, city)
    return Erased(rows, removed, tuple(waiting))


def _from_accepted(root: Path, city: str, *, as_listed: bool) -> int:
    """Commit the accepted data without the person, and remove every version with the person."""
    store, name = Store(root), f"accepted/{city}"
    if store.current(name) is None:
        return 0
    before = store.tables(name)
    after = {table: without_erased(root, city, frame, as_listed=as_listed) for table, frame in before.items()}
    gone = sum(before[table].height - after[table].height for table in before)
    if _of_an_older_key(root, city, after, as_listed=as_listed):
        shutil.rmtree(root / "store" / "accepted" / city, ignore_errors=True)
        return sum(frame.height for frame in before.values())
    if gone:
        store.commit(name, after, store.facts(name))
    store.forget(name, kept=1)
    return gone


def _of_an_older_key(root: Path, city: str, tables: Mapping[str, pl.DataFrame], *, as_listed: bool) -> bool:
    """Whether a restore brought rows under a key in which not everybody who was erased since is known.

    Nobody can tell then which rows are theirs, so none stays: the city delivers again.
    """
    keys = {key for frame in tables.values() if "persoon" in frame.columns for key in key_ids_in(frame["persoon"])}
    return any(not_carried_over(root, city, key, key_before=key, as_listed=as_listed) for key in keys)


def _from_inbox(root: Path, city: str) -> tuple[int, list[str]]:
    """Remove the files of deliveries that were decided on; return the names of those that still wait."""
    last = {outcome.delivery: outcome.state for outcome in Ledger(root).outcomes() if outcome.city == city}
    folders = sorted(path for path in (root / "inbox" / city).glob("[!.]*") if path.is_dir() and not path.is_symlink())
    removed, waiting = 0, []
    for folder in folders:
        if last.get(folder.name) not in DECIDED:
            waiting.append(folder.name)
            continue
        remove_whole(folder, aside=_GOING)
        removed += 1
    return removed, waiting
