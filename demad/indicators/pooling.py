"""The tables of the cities under each other, with the pooled cities as a city of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from demad.tables.counts import ADDITIVE, POPULATION, QUALITY, SPAN
from demad.tables.schema import Table

POOLED = "all"


def pool(cities: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of all cities, each with rows for city ``all`` that are the sum of the cities.

    The pooled window runs from the latest W to the earliest M: before and after, a city would be missing
    from the sum and the sum would seem to move. If one city's history is cut, so is the pool's.

    Parameters
    ----------
    cities
        Per city the tables of `counting.count_city`.

    Returns
    -------
    `tables.counts.ADDITIVE`, ``quality`` (of the cities alone) and ``span``, sorted by key.
    """
    cities = list(cities)
    pooled = {table.name.lower(): _with_sum(table, cities) for table in ADDITIVE}
    spans = pl.concat([SPAN.empty(), *(tables["span"] for tables in cities)])
    quality = pl.concat([QUALITY.empty(), *(tables["quality"] for tables in cities)])
    return {**pooled, "quality": quality.sort(QUALITY.key), "span": _with_common_span(spans)}


def _with_sum(table: Table, cities: list[Mapping[str, pl.DataFrame]]) -> pl.DataFrame:
    rows = pl.concat([table.empty(), *(tables[table.name.lower()] for tables in cities)])
    rest = [name for name in table.key if name != "city"]
    parts = rows if table is not POPULATION else _known_to_all(rows, len(cities))
    total = parts.group_by(rest).agg(pl.col(table.counts).sum()).with_columns(city=pl.lit(POOLED))
    return table.check(pl.concat([rows, total.select(rows.columns)]).sort(table.key))


def _known_to_all(population: pl.DataFrame, n_cities: int) -> pl.DataFrame:
    """Only years in which every city has inhabitants: a sum that misses a city is no population."""
    return population.filter(pl.col("city").n_unique().over("year") == n_cities)


def _with_common_span(spans: pl.DataFrame) -> pl.DataFrame:
    if spans.is_empty():
        return spans
    common = spans.select(
        pl.lit(POOLED).alias("city"),
        pl.col("first_month").max(),
        pl.col("last_month").min(),
        pl.col("full_history").all(),
        pl.col("has_leavers", "has_supports", "population_estimated").any(),
        pl.col("as_of").min(),
        pl.lit(None, dtype=pl.Int32).alias("days_to_made"),
    )
    return SPAN.check(pl.concat([spans.sort("city"), common]))
