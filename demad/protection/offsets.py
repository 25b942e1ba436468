"""Offsets of cells, derived from a city's secret."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl

from demad.records.secrets import Secret


def offset(secret: Secret, cell: str, base: int) -> int:
    """The offset of one cell, 0 to ``base`` - 1: the first 8 bytes of HMAC-SHA256, big-endian, modulo the base."""
    return int.from_bytes(hmac.new(secret.key, cell.encode(), hashlib.sha256).digest()[:8], "big") % base


def offsets(secret: Secret, cells: pl.Series, base: int) -> pl.Series:
    """The offset (Int64) of every cell, given as ``breakdown|group|period``."""
    known = cells.unique()
    found = pl.DataFrame({"cell": known, "offset": [offset(secret, cell, base) for cell in known.to_list()]})
    return cells.to_frame("cell").join(found, on="cell", how="left", maintain_order="left")["offset"]
