"""Causes of one quarter that cannot be more than all exits: what they leave of each other, for every offset."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.protection import ProtectedTables
from demad.quantities import POOLED

BREAKDOWN, GROUP = "causes", "moved"
_MONTH = 12
_WHOLE, _PARTS = "d", ("d_activation", "d_other_benefit", "d_moved")
_PLACE = ["city", "variant", "period"]
_SMALLEST, _LARGEST, _FEWEST = 1, 9, 3


def narrow_causes(tables: ProtectedTables) -> pl.DataFrame:
    """Quarters of a city in which exits within a year by cause leave fewer than three values of one of them.

    All counts of a quarter share one offset. Where several causes are rounded up, they leave little of the exits for
    the others. Without those who moved away at least four values are left, so that figure is hidden; groups have none.

    Returns
    -------
    ``city``, ``breakdown`` (causes), ``group`` (moved) and ``year`` (the quarter).
    """
    rows = tables["durations"].filter(pl.col("k") <= _MONTH, pl.col("city") != POOLED, breakdown="total")
    cells = rows.group_by(_PLACE).agg(pl.col(_WHOLE, *_PARTS).sum()).sort(_PLACE)
    counts = cells.select(_WHOLE, *_PARTS).to_numpy()
    found = cells.filter(pl.Series(_narrow(counts[:, 0], counts[:, 1:], tables.base), dtype=pl.Boolean))
    names = {"breakdown": pl.lit(BREAKDOWN), "group": pl.lit(GROUP), "year": pl.col("period")}
    return found.select("city", **names).unique(maintain_order=True)


def _narrow(whole: np.ndarray, parts: np.ndarray, base: int) -> np.ndarray:
    """Whether (Boolean, by cell) a part keeps fewer than three values over all offsets, among them one of 1 to 9."""
    value = np.arange(_LARGEST + 2 * base)
    possible = np.zeros((*parts.shape, len(value)), dtype=bool)
    for offset in range(base):
        least = np.maximum(parts - offset, 0)
        others = least.sum(axis=1, keepdims=True) - least
        most = np.minimum(parts + base - 1 - offset, whole[:, None] + base - 1 - offset - others)
        fits = np.all(most >= least, axis=1)
        possible |= fits[:, None, None] & (value >= least[..., None]) & (value <= most[..., None])
    small = possible[..., _SMALLEST : _LARGEST + 1].any(axis=2)
    return ((possible.sum(axis=2) < _FEWEST) & small & (parts <= _LARGEST + base)).any(axis=1)
