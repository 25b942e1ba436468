"""The stages of one city, from its delivery in force to its protected tables. Not here: who stores them, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from demad.counting import count_city
from demad.errors import InputMissing
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

    A stage is made only after the one before it was taken, so what a caller refuses stops the rest. Rows of persons
    are held no longer than the next stages need them.

    Raises
    ------
    InputMissing
        D-410: no delivery with leefloon is in force.
    """
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


def _observation(root: Path, city: str) -> Observation:
    """Observation window of the leefloon delivery in force of a city."""
    current = in_force(root, city)
    if current is None or "leefloon" not in current.datasets:
        raise InputMissing("D-410", f"Voor {city} is geen levering in gebruik.", "Lever eerst met demad deliver.")
    dataset = current.datasets["leefloon"]
    return Observation(dataset.since, dataset.as_of, dataset.full_history)
