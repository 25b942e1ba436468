"""Everybody in the files of a city: which number stands for each number, and the pseudonym of each of those.

Runs only in the child process that reads (`reading.worker`): no number leaves its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from demad.intake.deliveries.key_change import in_sample
from demad.intake.pseudonyms.keys import Key
from demad.records.erased_persons import erased_hash
from demad.reference.cities import City

_AT_ONCE = 50_000
_KNOWN = {"number": pl.String, "pseudonym": pl.String}
SAMPLE = 500  # persons of whom a change of key shows the old pseudonym


@dataclass(frozen=True, slots=True)
class Change:
    """A change of key: the keys before, the last one first, and the receiver's hashes of erased persons."""

    olds: tuple[Key, ...]
    erased: Set[str]


@dataclass
class People:
    """Everybody in the files: the number that stands for each number, and the pseudonym of each of those.

    ``known``: ``number`` and ``pseudonym``, a row for each number that was seen.
    """

    first: Mapping[str, str]
    pseudonyms: Callable[[Sequence[str]], pl.Series]
    known: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_KNOWN), repr=False)

    def of(self, numbers: pl.Series) -> pl.Series:
        """Pseudonyms of valid numbers; null stays null. A number is hashed once, however often it occurs."""
        given = numbers.alias("number").to_frame()
        new = given.unique().drop_nulls().join(self.known, on="number", how="anti")["number"]
        blocks = (new.slice(place, _AT_ONCE) for place in range(0, new.len(), _AT_ONCE))
        made = [pl.DataFrame({"number": block, "pseudonym": self.pseudonyms(self.firsts(block))}) for block in blocks]
        self.known = pl.concat([self.known, *made])
        return given.join(self.known, on="number", how="left", maintain_order="left")["pseudonym"]

    def firsts(self, numbers: pl.Series) -> list[str]:
        """The number that stands for each of some numbers."""
        known = list(self.first)
        return (numbers.replace(known, [self.first[number] for number in known]) if known else numbers).to_list()


def told_of_change(people: People, city: City, key: Key, change: Change) -> dict[str, Any]:
    """What the receiver must know of a change of key, and nothing more.

    Of erased persons the hash of the old pseudonym with that of the new one. Of a sample of everybody the old
    pseudonym, sorted and without the new one: enough to see that the delivery is of the same people.
    """
    numbers, now = people.known["number"].to_list(), people.known["pseudonym"]
    firsts = people.firsts(people.known["number"])
    before = [(old.pseudonyms_of(firsts), old.pseudonyms_of(numbers)) for old in change.olds]
    everybody = set(before[0][0])
    carried = {
        listed: erased_hash(city.slug, pseudonym)
        for of_first, of_number in before
        for pseudonym, *olds in zip(now, of_first, of_number, strict=True)
        for listed in {erased_hash(city.slug, old) for old in olds} & change.erased
    }
    of = max(1, len(everybody) // SAMPLE)
    return {
        "city": city.slug,
        "from": change.olds[0].id,
        "to": key.id,
        "asked": sorted(change.erased),
        "carried": sorted(carried.items()),
        "of": of,
        "sample": sorted(pseudonym for pseudonym in everybody if in_sample(pseudonym, of)),
    }
