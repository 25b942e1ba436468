"""Type of protected quantities: an instance proves that it came from `protect`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from demad.errors import PrivacyRefused
from demad.quantities.formed import QuantityTables, pooled
from demad.tables.counts import POPULATION, SPAN
from demad.tables.movers import ELSEWHERE
from demad.tables.outlook import OUTLOOK
from demad.tables.quantities import COUNTED
from demad.tables.schema import Table

_SEAL: Final = object()
_FROM_EXACT_STOCKS = {"STOCKS": "stock", "YEARS": "person_months"}


@dataclass(frozen=True, slots=True)
class ProtectedTables(QuantityTables):
    """Quantities made by `protect`, of one city or of several with their sum.

    Every count is a multiple of ``base``, except the monthly stock of all persons and its sum over a year. Flows have
    no months, and groups are those of `terms.PUBLISHED_GROUPS`. Only this module makes instances, so that renderers and
    exports, which require figures from these tables, cannot get other ones.
    """

    base: int
    seal: object = field(repr=False)

    def __post_init__(self) -> None:
        """Raise D-601 if the tables did not come from `protect`, or contain a count that is not rounded."""
        if self.seal is not _SEAL:
            raise PrivacyRefused("D-601", "Deze tabellen kwamen niet door de bescherming.", "Meld dit.")
        QuantityTables.__post_init__(self)
        for table in COUNTED:
            _refuse_fine_counts(self.tables[table.name.lower()], table, self.base)
        for table in (*OUTLOOK, ELSEWHERE):
            if table.name.lower() in self.tables:
                _refuse_fine_outlook(table.check(self.tables[table.name.lower()]), table, self.base)


def sealed(tables: Mapping[str, pl.DataFrame], base: int) -> ProtectedTables:
    """Make ProtectedTables from the result of `protect`, new or stored; D-601 if a count is not rounded."""
    return ProtectedTables(dict(tables), base, _SEAL)


def pool(cities: Iterable[ProtectedTables], elsewhere: pl.DataFrame | None = None) -> ProtectedTables:
    """The protected tables of all cities and their sum: rounding comes before summing.

    ``elsewhere``: ELSEWHERE of the cities that share a key, rounded; None where no cities do.
    """
    bases = {1}

    def each() -> Iterator[Mapping[str, pl.DataFrame]]:
        for city in cities:
            bases.add(city.base)
            yield city.tables

    return sealed(pooled(each(), elsewhere), max(bases))


def _refuse_fine_counts(rows: pl.DataFrame, table: Table, base: int) -> None:
    exact = _FROM_EXACT_STOCKS.get(table.name)
    counts = [name for name in table.counts if name != exact]
    fine = pl.any_horizontal(pl.col(counts) % base != 0)
    if exact:
        fine = fine | ((pl.col("breakdown") != "total") & (pl.col(exact) % base != 0))
    if table.name == "FLOWS":
        fine = fine | pl.col("period").str.contains("-")
    if rows.select(fine.any()).item():
        raise PrivacyRefused("D-601", f"De tabel {table.name} bevat aantallen die niet afgerond zijn.", "Meld dit.")


def _refuse_fine_outlook(rows: pl.DataFrame, table: Table, base: int) -> None:
    """Only the stock of every month is exact in a vintage."""
    fine = pl.any_horizontal(pl.col(table.counts) % base != 0)
    if table.name != "STOCK_VINTAGES" and rows.select(fine.any()).item():
        raise PrivacyRefused("D-601", f"De tabel {table.name} bevat aantallen die niet afgerond zijn.", "Meld dit.")


def without_each(tables: ProtectedTables, chosen: Iterable[str]) -> ProtectedTables:
    """For every chosen city the sum of the other chosen ones, under the name of the city that is left out.

    Parameters
    ----------
    tables
        Protected tables of several cities.
    chosen
        Slugs of at least two of them.

    Returns
    -------
    Totals of the main series, without the case mix, which is a table of strata, and without QUALITY. The window of a
    sum is the one that all its cities share, and so is what was delivered.
    """
    slugs = sorted(chosen)
    made = {name: tables[name].clear() for name in ("case_mix", "case_mix_returns", "quality")}
    for table in (*COUNTED, POPULATION):
        name = table.name.lower()
        if name not in made:
            made[name] = _sums_without_each(_totals(tables[name]), table, slugs)
    spans = tables["span"].filter(pl.col("city").is_in(slugs))
    made["span"] = SPAN.check(pl.concat(_shared_span(spans, left_out) for left_out in slugs))
    return sealed(made, tables.base)


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    wanted = {"variant": "main", "breakdown": "total"}
    return rows.filter(**{name: word for name, word in wanted.items() if name in rows.columns})


def _sums_without_each(rows: pl.DataFrame, table: Table, slugs: list[str]) -> pl.DataFrame:
    rest, counts = [name for name in table.key if name != "city"], list(table.counts)
    among = rows.filter(pl.col("city").is_in(slugs))
    if table.name == "POPULATION":
        among = among.filter(pl.col("city").n_unique().over(rest) == len(slugs))
    together = among.group_by(rest).agg(pl.col(counts).sum())
    of_each = together.join(pl.DataFrame({"city": slugs}), how="cross")
    own = among.select(*table.key, *(pl.col(name).alias(f"own_{name}") for name in counts))
    left = of_each.join(own, on=list(table.key), how="left").with_columns(
        pl.col(name) - pl.col(f"own_{name}").fill_null(0) for name in counts
    )
    return table.check(left.select(list(table.columns)).sort(table.key))


def _shared_span(spans: pl.DataFrame, left_out: str) -> pl.DataFrame:
    others = spans.filter(pl.col("city") != left_out)
    return others.select(
        pl.lit(left_out).alias("city"),
        pl.col("first_month").max(),
        pl.col("last_month").min(),
        pl.col("full_history", "has_leavers", "has_supports", "has_applications").all(),
        pl.col("population_estimated").any(),
        pl.col("as_of").min(),
        pl.lit(None, dtype=pl.Int32).alias("days_to_made"),
    )
