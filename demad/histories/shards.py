"""Some persons of a city with all that is known of them: what is counted at a time, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import polars as pl

from demad.tables.observation import Observation

_DECISIONS = 500_000
"""What a shard has about: with that it takes 300 MB, and its cells, a fifth of a second, are little of the whole."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The persons of a city whose pseudonym has one number: every table of persons has its part.

    Parameters
    ----------
    periods, leavers, supports, applications
        PERIOD, LEAVER, SUPPORT and APPLICATION of these persons; None where the city did not deliver them.
    recorded
        RECORDED of these persons; None where the city does not tell when decisions were recorded.
    """

    city: str
    observation: Observation
    periods: pl.DataFrame
    leavers: pl.DataFrame | None = None
    supports: pl.DataFrame | None = None
    applications: pl.DataFrame | None = None
    recorded: pl.DataFrame | None = None


def shards_for(decisions: int) -> int:
    """How many shards a city with so many decisions has: a power of two, 1 for most cities."""
    return 1 << (decisions * 2 // (3 * _DECISIONS)).bit_length()


def in_shards(rows: pl.DataFrame, n_shards: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of each shard, in their order.

    The number of a person is the CRC-32 of the pseudonym, modulo a power of two: the same in every dataset, on every
    machine, and in every city with the same pseudonyms; of twice as many shards, two have the persons of one.

    Parameters
    ----------
    rows
        Any table with ``persoon`` (String).
    """
    if n_shards == 1:
        yield rows
        return
    persons = rows.select(pl.col("persoon").unique())
    numbers = pl.Series([crc32(person.encode()) % n_shards for person in persons["persoon"]], dtype=pl.UInt32)
    of_row = rows.select("persoon").join(persons.with_columns(shard=numbers), on="persoon", maintain_order="left")
    for number in range(n_shards):
        yield rows.filter(of_row["shard"] == number)
