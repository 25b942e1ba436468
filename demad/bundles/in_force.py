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
from demad.reference.settings import load_settings
from demad.store import Store

BUNDLES = "bundles"


@dataclass(frozen=True, slots=True)
class BundleInForce:
    """The bundle of a city that its figures rest on, and the version under which it is stored.

    Parameters
    ----------
    rounded_as_here
        Whether its counts are exact, or rounded as this installation rounds now; others cannot be added to ours.
    """

    manifest: Manifest
    sha256: str
    version: str
    rounded_as_here: bool

    @property
    def counted_as_here(self) -> bool:
        """Whether it was counted with the definitions of this version."""
        return self.manifest.definitions.decides == definitions_here().decides

    @property
    def usable(self) -> bool:
        """Whether figures can rest on it."""
        return self.counted_as_here and self.rounded_as_here


def bundle_in_force(root: Path, city: str) -> BundleInForce | None:
    """The bundle in force; None where the city is not registered for bundles or none was taken yet."""
    store, name = Store(root), f"{BUNDLES}/{city}"
    version = store.current(name)
    if version is None or sender_in(root, city) is None:
        return None
    facts = store.facts(name)
    manifest, rules = read_manifest(facts["manifest"].encode()), load_settings(root).privacy
    theirs = (manifest.rounding.base, manifest.rounding.exact_stock)
    alike = manifest.exact or theirs == (rules.base, "stock" in rules.exact)
    return BundleInForce(manifest, facts["sha256"], version, alike)


def put_in_force(root: Path, bundle: Bundle) -> None:
    """Make a bundle the one in force."""
    facts = {"manifest": bundle.manifest.written().decode(), "sha256": bundle.sha256}
    Store(root).commit(f"{BUNDLES}/{bundle.manifest.city}", bundle.tables, facts)


def tables_in_force(root: Path, city: str) -> Mapping[str, pl.DataFrame]:
    """The tables of the bundle in force, by name."""
    return Store(root).tables(f"{BUNDLES}/{city}")
