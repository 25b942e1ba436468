"""The stages of one city, from its delivery or bundle in force to its protected tables. Not here: who stores them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from demad.bundles.in_force import BundleInForce, bundle_in_force, tables_in_force
from demad.counting import count_city
from demad.errors import DeliveryRefused, InputMissing
from demad.histories.periods import applications, leavers, resolve_periods, supports
from demad.histories.recorded import recorded, tells_recording
from demad.histories.shards import in_shards, shards_for
from demad.intake.deliveries.in_force import current_frames, days_to_made, in_force, quality
from demad.publishing.figures import protected_tables
from demad.publishing.shards import counted_shards, forget_parts
from demad.publishing.vintages import with_vintages
from demad.reference.cities import load_cities
from demad.reference.population import estimated_population
from demad.store import Store
from demad.tables.observation import Observation

Tables = dict[str, pl.DataFrame]


def city_stages(root: Path, city: str) -> Iterator[tuple[str, Tables]]:
    """Make the stages of a city one after another, each with its name, in the order of the graph.

    A stage is made only after the one before it was taken, so what a caller refuses stops the rest. The caller stores
    ``periods``: the tables are counted from there, a shard at a time. Where a city ships bundles, the one in force
    takes the place of counting: of such a city there are no stages with rows of persons, and of one that rounds its
    counts itself no exact tables.

    Raises
    ------
    InputMissing
        D-410: no delivery with leefloon is in force.
    DeliveryRefused
        D-641: the bundle in force was counted with other definitions. D-648: it is rounded otherwise than we do now.
    """
    if (bundle := bundle_in_force(root, city)) is None:
        yield from delivery_stages(root, city)
        return
    tables = _of_bundle(root, bundle)
    if bundle.manifest.exact:
        tables = with_vintages(root, city, tables, bundle.manifest.sources["leefloon"].delivery)
        yield "tables", tables
        tables = protected_of(root, city, tables)
    yield "protected", tables


def delivery_stages(root: Path, city: str) -> Iterator[tuple[str, Tables]]:
    """The stages of a city from the rows that it delivered; no longer than the next stages need them."""
    accepted = extracted(root, city)
    yield "extract", accepted
    resolved = periods_of(root, city, accepted)
    del accepted
    yield "periods", resolved
    del resolved
    counted = tables_of(root, city)
    yield "tables", counted
    yield "protected", protected_of(root, city, counted)


def extracted(root: Path, city: str) -> Tables:
    """The datasets in force of a city, in order of recording, and ``quality``: what its rules counted."""
    _observation(root, city)
    return {**current_frames(root, city), "quality": quality(root, city)}


def periods_of(root: Path, city: str, extract: Tables) -> Tables:
    """Valid decisions in shards, with the number of rows that each step removed, and inhabitants, else estimated.

    Returns
    -------
    ``periods_0``, ``periods_1``, …; ``leavers_0``, …, ``supports_0``, …, ``applications_0``, … and ``recorded_0``, …
    where delivered; ``steps`` and ``inhabitants``.
    """
    observation, current = _observation(root, city), in_force(root, city)
    n_shards, kept, steps = shards_for(extract["leefloon"].height), Tables(), []
    for number, rows in enumerate(in_shards(extract["leefloon"], n_shards)):
        kept[f"periods_{number}"], removed = resolve_periods(rows, observation)
        steps.append(removed)
    if "jeugdhulp" in extract and current:
        as_of = current.datasets["jeugdhulp"].as_of
        parts = in_shards(extract["jeugdhulp"], n_shards)
        kept |= {f"leavers_{number}": leavers(rows, as_of) for number, rows in enumerate(parts)}
    if "steun" in extract:
        parts = in_shards(extract["steun"], n_shards)
        kept |= {f"supports_{number}": supports(rows) for number, rows in enumerate(parts)}
    if "aanvragen" in extract and current:
        as_of = current.datasets["aanvragen"].as_of
        parts = in_shards(extract["aanvragen"], n_shards)
        kept |= {f"applications_{number}": applications(rows, as_of) for number, rows in enumerate(parts)}
    if tells_recording(extract["leefloon"], observation):
        parts = in_shards(extract["leefloon"], n_shards)
        kept |= {f"recorded_{number}": recorded(rows, observation) for number, rows in enumerate(parts)}
    kept["steps"] = pl.concat(steps).group_by("check", maintain_order=True).sum()
    kept["inhabitants"] = extract.get("bevolking", estimated_population(load_cities(root)[city].nis))
    return kept


def tables_of(root: Path, city: str) -> Tables:
    """The additive tables by name, counted from the stored periods: small tables of integers, without persons.

    With them go the vintages: what this delivery and those before it told of each month.

    Raises
    ------
    InputMissing
        D-352: no periods are stored, or they are those of a version before shards.
    """
    current, store = in_force(root, city), Store(root)
    counted = count_city(
        counted_shards(root, city),
        inhabitants=store.read(f"periods/{city}", "inhabitants"),
        population_estimated=current is None or "bevolking" not in current.datasets,
        quality=quality(root, city),
        days_to_made=days_to_made(root, city),
    )
    if current is None or "leefloon" not in current.datasets:
        return counted
    return with_vintages(root, city, counted, current.datasets["leefloon"].delivery)


def protected_of(root: Path, city: str, tables: Tables) -> Tables:
    """The additive tables, rounded with the secret of the city; what its shards counted is not needed any more."""
    forget_parts(root, city)
    return dict(protected_tables(root, city, tables).tables)


def _of_bundle(root: Path, bundle: BundleInForce) -> Tables:
    """The tables of a bundle that were counted with the definitions of this version, and rounded as we do."""
    if not bundle.counted_as_here:
        raise DeliveryRefused(
            "D-641",
            f"De bundel van {bundle.manifest.city} telt met andere definities dan deze versie.",
            "Vraag de stad dezelfde versie te gebruiken en een nieuwe bundel te maken.",
        )
    if not bundle.rounded_as_here:
        raise DeliveryRefused(
            "D-648",
            f"De bundel van {bundle.manifest.city} is anders afgerond dan deze installatie nu doet.",
            "Zet [privacy] in demad.toml zoals het was, of vraag de stad een bundel met dezelfde [privacy].",
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
