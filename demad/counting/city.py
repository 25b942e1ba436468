"""Add up the shards of one city, and add what is known of the city as a whole."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from demad.counting.persons import count_population
from demad.counting.shard import Tables
from demad.errors import DemadError
from demad.tables.counts import ADDITIVE, QUALITY, SPAN
from demad.tables.schema import Table
from demad.tables.terms import BREAKDOWNS, GROUPS, SUPPORTS, VARIANTS

_AT_ONCE = 8
"""Shards that are added up together: their tables take 20 MB each."""


def count_city(
    shards: Iterable[Tables],
    *,
    inhabitants: pl.DataFrame | None = None,
    population_estimated: bool = False,
    quality: pl.DataFrame | None = None,
    days_to_made: int | None = None,
) -> Tables:
    """Return every additive table of one city, by name in lower case: the same whatever the number of shards.

    Parameters
    ----------
    shards
        What `count_shard` gives of each shard of the city, one or more; they are added as they come.
    inhabitants
        Dataset ``bevolking``, delivered or shipped (``population_estimated``); None if there is neither.
    quality, days_to_made
        QUALITY of the data in force, and the days from ``as_of`` to the day the delivery was made.

    Returns
    -------
    `tables.counts.ADDITIVE`, ``quality`` and ``span``.

    Raises
    ------
    DemadError
        D-904: the shards are not of one city and one delivery.
    """
    tables = _summed(shards)
    city = tables["span"]["city"][0]
    facts = SPAN.check(
        tables["span"].with_columns(
            population_estimated=pl.lit(population_estimated), days_to_made=pl.lit(days_to_made, dtype=pl.Int32)
        )
    )
    return {
        **{table.name.lower(): _ordered(table, tables[table.name.lower()]) for table in ADDITIVE},
        "population": tables["population"] if inhabitants is None else count_population(inhabitants, city=city),
        "quality": QUALITY.empty() if quality is None else quality.sort(QUALITY.key),
        "span": facts,
    }


def _summed(shards: Iterable[Tables]) -> Tables:
    """Add up some shards at a time: few are held, and few rows are added twice."""
    held: list[Tables] = []
    for tables in shards:
        held.append(tables)
        if len(held) == _AT_ONCE:
            held = [_added(held)]
    return _added(held)


def _added(several: list[Tables]) -> Tables:
    first, *others = (tables["span"] for tables in several)
    if not all(span.equals(first) for span in others):
        raise DemadError("D-904", "De delen van een stad komen niet uit dezelfde levering.", "Voer demad run uit.")
    if not others:
        return several[0]
    sums = {
        table.name.lower(): pl.concat([tables[table.name.lower()] for tables in several])
        .group_by(table.key)
        .agg(pl.col(table.counts).sum())
        for table in ADDITIVE
    }
    return {**sums, "span": first}


_GROUPS = [f"{breakdown} {group}" for breakdown in BREAKDOWNS for group in GROUPS[breakdown]]
_PLACES = {
    "variant": pl.col("variant").cast(pl.Enum(VARIANTS)),
    "breakdown": pl.col("breakdown").cast(pl.Enum(BREAKDOWNS)),
    "support": pl.col("support").cast(pl.Enum(SUPPORTS)),
    "group": pl.concat_str("breakdown", "group", separator=" ").cast(pl.Enum(_GROUPS)),
}


def _ordered(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of the words in `demad.tables.terms`, a breakdown whole."""
    first = [name for name in ("variant", "breakdown") if name in table.key]
    return table.check(rows.sort([_PLACES.get(name, pl.col(name)) for name in (*first, *table.key)]))
