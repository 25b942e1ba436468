"""The figures of all cities together: sums of what the cities print or hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bench.attack.hidden import with_most
from bench.attack.statements import COUNT, exact_stocks, statements
from bench.attack.vocabulary import BASE

POOL = "all"


@dataclass(frozen=True, slots=True)
class Edition:
    """What one release says: of the cities (``own``), of all cities (``pool``), exactly; and the figures themselves.

    ``mark``: ends the names of its cities, so that corrected counts are other counts.
    """

    own: pl.DataFrame
    pool: pl.DataFrame
    exact: pl.DataFrame
    figures: pl.DataFrame
    mark: str

    @staticmethod
    def read(figures: pl.DataFrame, mark: str) -> Edition:
        """Read a release."""
        read = with_most(statements(figures), exact_stocks(figures))
        marked = pl.col("city") + mark
        own, pool = read.filter(pl.col("city") != POOL), read.filter(pl.col("city") == POOL)
        exact = exact_stocks(figures).filter(pl.col("city") != POOL)
        return Edition(own.with_columns(city=marked), pool, exact.with_columns(city=marked), figures, mark)

    @property
    def cities(self) -> list[str]:
        """The cities that this release speaks of, by their marked names."""
        return self.own["city"].unique().sort().to_list()


def pooled_rules(counts: pl.DataFrame, edition: Edition, cities: Sequence[str], base: int = BASE) -> pl.DataFrame:
    """What the figures of all cities say of the rounded counts of the cities, in units of the base.

    Only where every city speaks of the count: the median of all cities is that of no city in particular.
    """
    shown = edition.pool.filter(pl.col("rounded").is_not_null()).with_row_index("place")
    each = shown.with_columns(period=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32)).explode("period")
    keys = [name for name in COUNT if name != "city"]
    here = counts.with_row_index("id").filter(pl.col("city").is_in(list(cities)))
    everywhere = here.group_by("count").agg(cities=pl.col("city").n_unique())
    summed = each.join(here.select(*keys, pl.col("id").cast(pl.Int64)), on=keys).join(everywhere, on="count")
    told = pl.when(pl.col("count") == "in_art60").then("cities").otherwise(len(cities))  # not every city delivers it
    of_few = (pl.col("count") == "stock") & (pl.col("unit") == "m")  # of the hidden ones alone
    complete = of_few | (pl.len().over("place") == told * (pl.col("last") - pl.col("first") + 1))
    few = here.filter(pl.col("count") == "stock", unit="m").select(pl.lit("m").alias("unit"), "period").unique()
    summed = pl.concat([
        summed.filter(~pl.col("count").str.starts_with("without_")),
        summed.filter(pl.col("count").str.starts_with("without_")).join(few, on=["unit", "period"], how="anti"),
    ])  # fmt: skip
    total = (pl.col("rounded") // base).cast(pl.Int64)
    return summed.filter(complete).select(
        rule=pl.format("all{}|{}|{}", pl.lit(edition.mark), pl.lit(len(cities)), "place"),
        id="id",
        coefficient=pl.lit(1, pl.Int64),
        least=total,
        most=pl.when(of_few).then(2 * total).otherwise(total),  # one of 6 to 9 counts as 5, also where it rounds to 10
    )
