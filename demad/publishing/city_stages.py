"""The stages of one city, from its delivery or bundle in force to its protected tables. Not here: who stores them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from demad.bundles.in_force import BundleInForce, bundle_in_force, tables_in_force
from demad.counting import count_city
from demad.errors import DeliveryRefused, InputMissing
from demad.histories.periods import leavers, resolve_periods, supports
from demad.histories.spells import build_spells, covered_months
from demad.intake.deliveries.in_force import current_frames, days_to_made, in_force, quality
from demad.publishing.figures import protected_tables
from demad.reference.cities import load_cities
from demad.reference.population import estimated_population
from demad.tables.observation import Observation

Tables = dict[str, pl.DataFrame]


def city_stages(root: Path, city: str) -> Iterator[tuple[str, Tables]]:
    """Make the stages of a city one after another, each with its name, in the order of the graph.

    A stage is made only after the one before it was taken, so what a caller refuses stops the rest. A bundle in force
    takes the place of counting: of such a city there are no stages with rows of persons, and of one that rounds its
    counts itself no exact tables.

    Raises
    ------
    InputMissing
        D-410: no delivery with leefloon is in force.
    DeliveryRefused
        D-641: the bundle in force was counted with other definitions.
    """
    if (bundle := bundle_in_force(root, city)) is None:
        yield from delivery_stages(root, city)
        return
    tables = _of_bundle(root, bundle)
    if bundle.manifest.exact:
        yield "tables", tables
        tables = protected_of(root, city, tables)
    yield "protected", tables


def delivery_stages(root: Path, city: str) -> Iterator[tuple[str, Tables]]:
    """The stages of a city from the rows that it delivered; no longer than the next stages need them."""
    accepted = extracted(root, city)
    yield "extract", accepted
    resolved = periods_of(root, city, accepted)
    yield "periods", resolved
    del accepted
    built = spells_of(root, city, resolved)
    yield "spells", built
    counted = tables_of(root, city, resolved, built)
    del resolved, built
    yield "tables", counted
    yield "protected", protected_of(root, city, counted)


def extracted(root: Path, city: str) -> Tables:
    """The datasets in force of a city, in order of recording, and ``quality``: what its rules counted."""
    _observation(root, city)
    return {**current_frames(root, city), "quality": quality(root, city)}


def periods_of(root: Path, city: str, extract: Tables) -> Tables:
    """``periods`` and ``steps``; ``leavers`` and ``supports`` where delivered; ``inhabitants``, else estimated."""
    resolved, steps = resolve_periods(extract["leefloon"], _observation(root, city))
    current = in_force(root, city)
    kept = {"periods": resolved, "steps": steps}
    if "jeugdhulp" in extract and current:
        kept["leavers"] = leavers(extract["jeugdhulp"], current.datasets["jeugdhulp"].as_of)
    if "steun" in extract:
        kept["supports"] = supports(extract["steun"])
    kept["inhabitants"] = extract.get("bevolking", estimated_population(load_cities(root)[city].nis))
    return kept


def spells_of(root: Path, city: str, periods: Tables) -> Tables:
    """``months`` that are covered, and the ``spells`` of the four variants."""
    observation = _observation(root, city)
    months = covered_months(periods["periods"], observation)
    return {"months": months, "spells": build_spells(months, periods["periods"], observation)}


def tables_of(root: Path, city: str, periods: Tables, spells: Tables) -> Tables:
    """The additive tables by name: small tables of integers, without persons."""
    current = in_force(root, city)
    return count_city(
        city=city,
        periods=periods["periods"],
        months=spells["months"],
        spells=spells["spells"],
        leavers=periods.get("leavers"),
        supports=periods.get("supports"),
        observation=_observation(root, city),
        inhabitants=periods["inhabitants"],
        population_estimated=current is None or "bevolking" not in current.datasets,
        quality=quality(root, city),
        days_to_made=days_to_made(root, city),
    )


def protected_of(root: Path, city: str, tables: Tables) -> Tables:
    """The additive tables, rounded with the secret of the city."""
    return dict(protected_tables(root, city, tables).tables)


def _of_bundle(root: Path, bundle: BundleInForce) -> Tables:
    """The tables of a bundle that were counted with the definitions of this version."""
    if not bundle.usable:
        raise DeliveryRefused(
            "D-641",
            f"De bundel van {bundle.manifest.city} telt met andere definities dan deze versie.",
            "Vraag de stad dezelfde versie te gebruiken en een nieuwe bundel te maken.",
        )
    tables = tables_in_force(root, bundle.manifest.city)
    return {name: frame for name, frame in tables.items() if name != "barred"}


def _observation(root: Path, city: str) -> Observation:
    """Observation window of the leefloon delivery in force of a city."""
    current = in_force(root, city)
    if current is None or "leefloon" not in current.datasets:
        raise InputMissing("D-410", f"Voor {city} is geen levering in gebruik.", "Lever eerst met demad deliver.")
    dataset = current.datasets["leefloon"]
    return Observation(dataset.since, dataset.as_of, dataset.full_history)
