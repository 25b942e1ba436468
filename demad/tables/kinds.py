"""Types for figures by permitted use: exact ones stay in the trusted zone, protected ones may be published."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ExactFigures:
    """INDICATOR_VALUE computed from exact tables, for the trusted zone and for the city itself."""

    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ProtectedFigures:
    """INDICATOR_VALUE computed from protected tables, unrounded and before small figures are hidden."""

    frame: pl.DataFrame
