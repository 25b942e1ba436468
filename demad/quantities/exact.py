"""The exact quantities, for the trusted zone and for a city's own figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from demad.quantities.formed import QuantityTables, form, pooled


@dataclass(frozen=True, slots=True)
class ExactTables(QuantityTables):
    """Exact quantities in the groups of `terms.GROUPS`. They never leave the trusted zone."""


def exact(cities: Iterable[Mapping[str, pl.DataFrame]], elsewhere: pl.DataFrame | None = None) -> ExactTables:
    """Form the exact quantities of all cities and of their sum from the additive tables of each city.

    ``elsewhere``: ELSEWHERE, exact. The product gives none: to a city that number tells what others know.
    """
    formed = (form(tables, folds={}, young=("18-24",), monthly=True, detail=False) for tables in cities)
    return ExactTables(pooled(formed, elsewhere))
