"""What the figures of a city rest on: the delivery in force, or the bundle in force in its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from demad.bundles.in_force import bundle_in_force, tables_in_force
from demad.intake.deliveries import in_force as deliveries
from demad.intake.deliveries.in_force import DatasetInForce, InForce

EXACT, PROTECTED = "tables", "protected"


def source_of(root: Path, city: str) -> InForce | None:
    """The datasets that the figures of a city rest on, with the version they are stored under; None if it has none."""
    if (bundle := bundle_in_force(root, city)) is None:
        return deliveries.in_force(root, city)
    sources = bundle.manifest.sources
    datasets = {
        name: DatasetInForce(one.delivery, one.since, one.as_of, one.made_on, one.full_history)
        for name, one in sources.items()
    }
    return InForce(city, datasets, bundle.version)


def inputs_hash(root: Path, city: str) -> str | None:
    """Hash that changes if and only if what the figures of the city rest on changes."""
    bundle = bundle_in_force(root, city)
    return bundle.version if bundle else deliveries.inputs_hash(root, city)


def stages_of(root: Path, city: str) -> tuple[str, ...]:
    """The stages that a city can have now: none of another version's definitions, none exact where it rounds itself."""
    bundle = bundle_in_force(root, city)
    if bundle is None or (bundle.usable and bundle.manifest.exact):
        return (EXACT, PROTECTED)
    return (PROTECTED,) if bundle.usable else ()


def rounding_of(root: Path, city: str) -> dict[str, Any] | None:
    """How a city rounded its counts itself, as facts to store with its tables; None where we round them."""
    bundle = bundle_in_force(root, city)
    if bundle is None or bundle.manifest.exact:
        return None
    rounding = bundle.manifest.rounding
    return {"base": rounding.base, "exact_stock": rounding.exact_stock, "secret": rounding.secret}


def rounds_itself(root: Path, cities: Iterable[str]) -> list[str]:
    """The cities, of some, whose exact counts are not here."""
    return [city for city in cities if rounding_of(root, city)]


def barred_at_home(root: Path, cities: Iterable[str]) -> pl.DataFrame:
    """The groups that the gate hides at cities that round themselves: ``city``, ``breakdown``, ``group``, ``year``."""
    names = ("city", "breakdown", "group", "year")
    found = [
        tables_in_force(root, city)["barred"].rename({"period": "year"}).select(names)
        for city in rounds_itself(root, cities)
    ]
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String)), *found])
