"""Several small numbers in one integer that sorts like them: a sort of one column instead of several."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import polars as pl

from demad.errors import DemadError

_VALUES = 2**63  # of an Int64 that is not negative


@dataclass(frozen=True, slots=True)
class Packing:
    """How many values each part of the column ``key`` has, the first part first in the order.

    Raises
    ------
    DemadError
        D-903: so many values do not fit in one integer; packed all the same, one part would run into the next.
    """

    sizes: dict[str, int]

    def __post_init__(self) -> None:
        """Refuse more than fits."""
        if prod(self.sizes.values()) > _VALUES:
            raise DemadError("D-903", "Te veel beslissingen om in één keer te tellen.", "Meld dit.")

    def packed(self, **parts: pl.Expr) -> pl.Expr:
        """One integer (Int64) of the parts, each from 0 to its size - 1."""
        first, *others = self.sizes
        key = parts[first].cast(pl.Int64)
        for name in others:
            key = key * self.sizes[name] + parts[name].cast(pl.Int64)
        return key.alias("key")

    def part(self, name: str) -> pl.Expr:
        """One part of ``key``."""
        number = self.down_to(name)
        return number if name == next(iter(self.sizes)) else number % self.sizes[name]

    def down_to(self, name: str) -> pl.Expr:
        """One integer of this part of ``key`` and those before it."""
        names = list(self.sizes)
        return pl.col("key") // prod(self.sizes[after] for after in names[names.index(name) + 1 :])
