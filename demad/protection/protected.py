"""Protected quantities as a type: whoever holds one knows that it came through `protect`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from demad.errors import PrivacyRefused
from demad.quantities.formed import POOLED, QuantityTables, pooled
from demad.tables.quantities import COUNTED
from demad.tables.schema import Table

_SEAL: Final = object()
_FROM_EXACT_STOCKS = {"STOCKS": ("stock", "working_age", "student_known", "start_known"), "YEARS": ("person_months",)}


@dataclass(frozen=True, slots=True)
class ProtectedTables(QuantityTables):
    """Quantities as `protect` made them, of one city or of several with their sum.

    Every count is a multiple of ``base``, but for the monthly stock of all persons, that stock less a multiple of
    ``base``, and its sum over a year; flows have no months;
    groups are those of `terms.PUBLISHED_GROUPS`. Only this module makes one, so that renderers and
    exports, which ask for figures computed from these tables, cannot be given anything else.
    """

    base: int
    seal: object = field(repr=False)

    def __post_init__(self) -> None:
        """Raise D-601 for tables that did not come through `protect`, or that hold a count that is not rounded."""
        if self.seal is not _SEAL:
            raise PrivacyRefused("D-601", "Deze tabellen kwamen niet door de bescherming.", "Meld dit.")
        QuantityTables.__post_init__(self)
        for table in COUNTED:
            _refuse_fine_counts(self.tables[table.name.lower()], table, self.base)


def sealed(tables: Mapping[str, pl.DataFrame], base: int) -> ProtectedTables:
    """Seal what `protect` made, or what was stored of it; D-601 where a count is not rounded."""
    return ProtectedTables(dict(tables), base, _SEAL)


def pool(cities: Iterable[ProtectedTables]) -> ProtectedTables:
    """The protected tables of all cities, and their sum: never the rounded sum of exact tables."""
    cities = list(cities)
    return sealed(pooled(city.tables for city in cities), max((city.base for city in cities), default=1))


def _refuse_fine_counts(rows: pl.DataFrame, table: Table, base: int) -> None:
    exact = _FROM_EXACT_STOCKS.get(table.name, ())
    counts = [name for name in table.counts if name not in exact]
    fine = pl.any_horizontal(pl.col(counts) % base != 0)
    if exact:
        of_groups = (pl.col("breakdown") != "total") & pl.any_horizontal(pl.col(exact) % base != 0)
        whole, *parts = (pl.col(name) for name in exact)
        neither = [(part % base != 0) & ((whole - part) % base != 0) for part in parts]
        of_rests = (pl.col("city") != POOLED) & pl.any_horizontal(pl.lit(False), *neither)  # the pool adds up both
        fine = fine | of_groups | of_rests
    if table.name == "FLOWS":
        fine = fine | pl.col("period").str.contains("-")
    if rows.select(fine.any()).item():
        raise PrivacyRefused("D-601", f"De tabel {table.name} bevat aantallen die niet afgerond zijn.", "Meld dit.")
