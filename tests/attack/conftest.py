"""A small world for all tests of the attack: four cities of a few hundred people, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from bench.attack.attackers import Truth, truth_of
from bench.attack.solving import State, beginning, solve
from bench.attack.system import System, system_of
from bench.towns import counted
from bench.truth import offsets_of, true_counts
from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluate
from demad.protection import ProtectedTables, offsets_known_elsewhere, pool, protect
from demad.records.secrets import Secret, seeded
from demad.synthetic import extracts

CITIES = ("aalst", "genk", "leuven", "turnhout")
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Attacked:
    """What is printed, what an attacker makes of it, and the truth."""

    figures: pl.DataFrame
    system: System
    state: State
    truth: Truth


@pytest.fixture(scope="session")
def tables() -> Mapping[str, Tables]:
    """The additive tables of four cities over three years."""
    delivered = extracts(people=900, seed=5, cities=CITIES)
    return {slug: counted(slug, frames, date(2023, 7, 1)) for slug, frames in delivered}


@pytest.fixture(scope="session")
def true(tables: Mapping[str, Tables]) -> pl.DataFrame:
    """The true counts of all cities."""
    return pl.concat(true_counts(city) for city in tables.values())


@pytest.fixture(scope="session")
def protect_all(tables: Mapping[str, Tables]) -> Callable[..., ProtectedTables]:
    """Protects the four cities under secrets that follow from a seed."""

    def under(seed: str = "a") -> ProtectedTables:
        return pool(protect(city, secret_of(seed, slug)) for slug, city in tables.items())

    return under


@pytest.fixture(scope="session")
def printed(protect_all: Callable[..., ProtectedTables], tables: Mapping[str, Tables]) -> Callable[..., pl.DataFrame]:
    """What a release prints of the four cities."""

    def release(seed: str = "a") -> pl.DataFrame:
        whole = protect_all(seed)
        elsewhere = offsets_known_elsewhere(whole, {slug: secret_of(seed, slug) for slug in tables})
        return publish(evaluate(whole), Policy(), gate(whole, None, elsewhere).groups).frame

    return release


@pytest.fixture(scope="session")
def figures(printed: Callable[..., pl.DataFrame]) -> pl.DataFrame:
    """One such release."""
    return printed()


@pytest.fixture(scope="session")
def attacked(figures: pl.DataFrame, true: pl.DataFrame) -> Attacked:
    """The release as an outsider sees it, and the truth."""
    return attack(figures, true)


def attack(figures: pl.DataFrame, true: pl.DataFrame, seed: str = "a") -> Attacked:
    """Attack a release of the four cities."""
    system = system_of(figures)
    return Attacked(figures, system, solve(system, beginning(system)), truth_of(system, true, offsets(system, seed)))


def offsets(system: System, *seeds: str) -> pl.DataFrame:
    """The offsets of the cells of a system; the second edition has the second seed."""
    parts = []
    for (town,), rows in system.cells.group_by("town", maintain_order=True):
        slug, _, edition = str(town).partition("#")
        told = offsets_of(seeded(f"{seeds[int(edition or 0)]}|{slug}"), rows, 5)
        parts.append(told.with_columns(town=pl.lit(town)))
    return pl.concat(parts)


def secret_of(seed: str, slug: str) -> Secret:
    """The secret of a city under a seed."""
    return seeded(f"{seed}|{slug}")
