"""Remove obsolete data: old versions, refused and superseded deliveries, leftovers of killed processes.

Of a city that has left, or that ships bundles, everything about persons is removed; vintages are not about persons.
Vintages, data in force, deliveries that wait for a decision and releases are never removed. Not here: the runs and
events of Dagster (`assets/retention.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from demad.bundles.in_force import BUNDLES, bundle_in_force
from demad.bundles.ratchet import bundles_taken
from demad.intake.deliveries.in_force import DatasetInForce, in_force
from demad.intake.deliveries.ledger import DECIDED, Ledger
from demad.notify.nights import forget_nights
from demad.operations.drill import DRILL
from demad.operations.erasure import REPLACED, STAGED
from demad.publishing.freshness import stale_cities
from demad.publishing.shards import forget_parts, with_parts
from demad.publishing.sources import stages_of
from demad.publishing.typeset_files import forget_typeset
from demad.publishing.vintages import KEPT as VINTAGES
from demad.publishing.visible import finish_interrupted
from demad.records import audit_trail
from demad.reference.cities import load_cities
from demad.store import Store, refusing_storage, remove_whole

_OF_SITE = ("work/site", "work/release", "work/withdrawn", "work/latest", "work/shadow")
_LEFT = (*_OF_SITE, DRILL, "store/staging", STAGED, REPLACED)
_GOING = ".weg-"
KEPT_NIGHTS = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Pruned:
    """Number of items removed."""

    versions: int
    deliveries: int
    leftovers: int


def prune(root: Path, *, days: int, kept_versions: int = 1, now: datetime | None = None) -> Pruned:
    """Remove deliveries decided more than ``days`` ago, old versions and leftovers; only under the lock of the root.

    Parameters
    ----------
    days
        Number of days that a delivery that is not in force stays in the inbox after its decision, and a city after its
        last day.
    kept_versions
        Number of versions to keep per set of tables, the current one included.
    """
    store = Store(root)
    finish_interrupted(root)  # its staged pages are among the leftovers
    # Check first: if data in force are unreadable, remove nothing.
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    gone = _over(root, before)
    leftovers = [*(path for path in (root / name for name in _LEFT) if path.exists()), *_half_removed(root)]
    audit_trail.record(root, "pruned", {"days": days, "deliveries": len(gone), "leftovers": len(leftovers)})
    with refusing_storage():
        _forget_cities(root, before.date())
        _forget_rows(root, before)
        for folder in gone:
            remove_whole(folder, aside=_GOING)
        for path in leftovers:
            shutil.rmtree(path, ignore_errors=True)
        _forget_parts(root)
        forget_typeset(root)
        forget_nights(root, (now or datetime.now(UTC)) - KEPT_NIGHTS)
    removed = sum(store.forget(name, kept=kept_versions) for name in store.every_name())
    return Pruned(removed, len(gone), len(leftovers))


def _over(root: Path, before: datetime) -> list[Path]:
    """Delivery folders with a final decision that is old enough."""
    last = {(outcome.city, outcome.delivery): (at, outcome.state) for at, outcome in Ledger(root).dated()}
    used = {(city, dataset.delivery) for city in load_cities(root) for dataset in _datasets(root, city)}
    return [
        folder
        for (city, delivery), (at, state) in sorted(last.items())
        if state in DECIDED and (city, delivery) not in used and at and datetime.fromisoformat(at) < before
        if (folder := root / "inbox" / city / delivery).is_dir() and not folder.is_symlink()
        if Path(city).name == city and Path(delivery).name == delivery
    ]


def _forget_parts(root: Path) -> None:
    """Remove what shards counted of cities that are up to date; a city that is not goes on with it."""
    stale = stale_cities(root)
    for city in with_parts(root):
        if city not in stale:
            forget_parts(root, city)


def _half_removed(root: Path) -> list[Path]:
    inbox = root / "inbox"
    return sorted(inbox.glob(f"*/{_GOING}*")) if inbox.is_dir() else []


def _datasets(root: Path, city: str) -> list[DatasetInForce]:
    current = in_force(root, city)
    return list(current.datasets.values()) if current else []


def _forget_cities(root: Path, before: date) -> None:
    """Remove rows, tables and deliveries of the cities whose last day is long enough ago; secrets are kept."""
    for slug, city in load_cities(root).items():
        if city.last_day and city.last_day < before:
            _forget(root, slug, kept=(VINTAGES,))


def _forget_rows(root: Path, before: datetime) -> None:
    """Remove what a city delivered before it shipped bundles, long enough after the first of them."""
    for slug in load_cities(root):
        acts = bundles_taken(root, slug) if bundle_in_force(root, slug) else []
        if acts and datetime.fromisoformat(acts[0]["at"]) < before:
            _forget(root, slug, kept=(BUNDLES, VINTAGES, *stages_of(root, slug)))


def _forget(root: Path, slug: str, *, kept: tuple[str, ...]) -> None:
    """Remove what the store has of a city, but for some stages, and everything in its inbox."""
    store = Store(root)
    for folder in sorted(store.folder.glob(f"*/{slug}")):
        if folder.parent.name not in kept:
            store.remove(f"{folder.parent.name}/{slug}")
    for delivery in sorted((root / "inbox" / slug).glob("[!.]*")):
        remove_whole(delivery, aside=_GOING)
