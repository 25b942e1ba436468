"""Figures by what may be done with them: exact ones stay in the trusted zone, protected ones may be published."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ExactFigures:
    """INDICATOR_VALUE from exact tables: for the trusted zone and for a city's own eyes."""

    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ProtectedFigures:
    """INDICATOR_VALUE from protected tables, at full precision; nothing is hidden yet."""

    frame: pl.DataFrame
