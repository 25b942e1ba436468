"""Types for figures by permitted use: exact ones stay in the trusted zone, protected ones may be published."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from demad.tables.figures import PROFILE, YARDSTICK


@dataclass(frozen=True, slots=True)
class ExactFigures:
    """INDICATOR_VALUE computed from exact tables, for the trusted zone and for the city itself."""

    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ProtectedFigures:
    """INDICATOR_VALUE computed from protected tables, unrounded and before small figures are hidden.

    ``yardsticks`` is YARDSTICK: what the other cities give together, for the totals of the main series.
    """

    frame: pl.DataFrame
    yardsticks: pl.DataFrame = field(default_factory=YARDSTICK.empty)

    @property
    def profiles(self) -> pl.DataFrame:
        """PROFILE: who the people of every city are, each December, the groups that are too small to show included."""
        stock = self.frame.filter(
            pl.col("breakdown") != "total",
            pl.col("city") != "all",
            pl.col("period").str.ends_with("-12"),
            pl.col("value").is_not_null(),
            variant="main",
            indicator="caseload_stock",
        )
        people = stock.select("city", "period", "breakdown", "group", persons=pl.col("value").cast(pl.Int64))
        return PROFILE.check(people.sort(PROFILE.key))
