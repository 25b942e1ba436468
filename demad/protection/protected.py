"""Type of protected quantities: an instance proves that it came from `protect`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from demad.errors import PrivacyRefused
from demad.quantities.formed import QuantityTables, pooled
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


def sealed(tables: Mapping[str, pl.DataFrame], base: int) -> ProtectedTables:
    """Make ProtectedTables from the result of `protect`, new or stored; D-601 if a count is not rounded."""
    return ProtectedTables(dict(tables), base, _SEAL)


def pool(cities: Iterable[ProtectedTables]) -> ProtectedTables:
    """The protected tables of all cities and their sum: rounding comes before summing."""
    cities = list(cities)
    return sealed(pooled(city.tables for city in cities), max((city.base for city in cities), default=1))


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
