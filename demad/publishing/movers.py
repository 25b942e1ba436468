"""Who was back in another city, counted from the stored rows of the cities that share a key, read together.

Nothing of it is stored but what is protected: the rows are read where figures are made, and only counts go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from demad.counting.elsewhere import count_elsewhere
from demad.errors import StorageFailed
from demad.histories.elsewhere import FOLLOWED, followed_elsewhere
from demad.histories.shards import Shard
from demad.intake.deliveries.in_force import in_force
from demad.protection.elsewhere import protect_elsewhere
from demad.publishing.shards import shards_of, stored_shard
from demad.publishing.sources import PROTECTED, inputs_hash
from demad.records.secrets import secret_of
from demad.reference.cities import sender_in
from demad.reference.settings import load_settings
from demad.store import Store
from demad.tables.movers import ELSEWHERE, LEAST_CITIES
from demad.tables.observation import Observation

PERIODS = "periods"


def in_common_domain(root: Path, cities: Iterable[str]) -> list[str]:
    """The cities, of some, whose delivery in force was made with the shared key that this installation names.

    What a city delivers says so, never its name or what its pseudonyms look like: the manifest, and every pseudonym.
    A city that ships bundles, or whose stored rows are not those in force, is not one of them.
    """
    return [city for city in says_it_shares(root, cities) if _is_current(root, city)]


def says_it_shares(root: Path, cities: Iterable[str]) -> list[str]:
    """The cities, of some, whose delivery in force says so, whatever is stored of it."""
    named = load_settings(root).common_key.id
    return [city for city, key in shared_keys(root, cities).items() if key == named]


def shared_keys(root: Path, cities: Iterable[str]) -> dict[str, str]:
    """Identifier of the key of each city, of some, that says it shares one, whichever this installation names."""
    told = {city: _key_of(root, city) for city in cities}
    return {city: key for city, key in told.items() if key}


def protected_elsewhere(root: Path, cities: Iterable[str], *, base: int) -> pl.DataFrame:
    """ELSEWHERE of the cities of the common domain, rounded; no rows where there are fewer than five."""
    members = in_common_domain(root, cities)
    if len(members) < LEAST_CITIES:
        return ELSEWHERE.empty()
    parts = [followed_elsewhere(together) for together in _together(root, members)]
    counted = count_elsewhere(pl.concat([FOLLOWED.to_frame(), *parts]), _windows(root, members))
    return protect_elsewhere(counted, {city: secret_of(root, city) for city in members}, base=base)


def _key_of(root: Path, city: str) -> str:
    """Identifier of the shared key of a delivery in force; empty for a key of the city's own.

    Empty too for a city that is registered as one that ships bundles: the rows of before are in force until its first
    one was taken, but it said that they are no longer to be read together with others.
    """
    try:
        current = None if sender_in(root, city) else in_force(root, city)
    except StorageFailed:  # its own stages fail by it
        return ""
    leefloon = current.datasets.get("leefloon") if current else None
    return leefloon.common_key if leefloon else ""


def _is_current(root: Path, city: str) -> bool:
    """Whether the stored rows and the protected tables of a city are those of its delivery in force, and whole."""
    store, now = Store(root), inputs_hash(root, city)
    stored = [f"{PERIODS}/{city}", f"{PROTECTED}/{city}"]
    return store.intact(stored[0]) and all(store.facts(name).get("inputs") == now for name in stored)


def _windows(root: Path, cities: Sequence[str]) -> list[tuple[str, Observation]]:
    found = ((city, in_force(root, city)) for city in cities)
    return [(city, one.observation) for city, one in found if one and one.observation]


def _together(root: Path, cities: Sequence[str]) -> Iterator[list[Shard]]:
    """The shards of one number of all cities: a person has the same number in each of them.

    A city with more shards has the persons of one number in several, as their numbers are powers of two.
    """
    counts = {city: shards_of(root, city) for city in cities}
    fewest = min(counts.values())
    for number in range(fewest):
        yield [stored_shard(root, city, part) for city in cities for part in range(number, counts[city], fewest)]
