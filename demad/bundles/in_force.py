"""Which bundle is in force for a city, and its tables. Not here: judging one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.bundles.definitions import definitions_here
from demad.bundles.manifest import Manifest, read_manifest
from demad.bundles.receipt import Bundle
from demad.reference.cities import sender_in
from demad.store import Store

BUNDLES = "bundles"


@dataclass(frozen=True, slots=True)
class BundleInForce:
    """The bundle of a city that its figures rest on, and the version under which it is stored."""

    manifest: Manifest
    sha256: str
    version: str

    @property
    def usable(self) -> bool:
        """Whether it was counted with the definitions of this version."""
        return self.manifest.definitions.decides == definitions_here().decides


def bundle_in_force(root: Path, city: str) -> BundleInForce | None:
    """The bundle in force; None where the city is not registered for bundles or none was taken yet."""
    store, name = Store(root), f"{BUNDLES}/{city}"
    version = store.current(name)
    if version is None or sender_in(root, city) is None:
        return None
    facts = store.facts(name)
    return BundleInForce(read_manifest(facts["manifest"].encode()), facts["sha256"], version)


def put_in_force(root: Path, bundle: Bundle) -> None:
    """Make a bundle the one in force."""
    facts = {"manifest": bundle.manifest.written().decode(), "sha256": bundle.sha256}
    Store(root).commit(f"{BUNDLES}/{bundle.manifest.city}", bundle.tables, facts)


def tables_in_force(root: Path, city: str) -> Mapping[str, pl.DataFrame]:
    """The tables of the bundle in force, by name."""
    return Store(root).tables(f"{BUNDLES}/{city}")
