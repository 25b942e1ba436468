"""Exits from one city that are followed by leefloon in another, under a key that cities share (`methods.md` 1.5)."""

from __future__ import annotations

import polars as pl

from demad.tables.columns import CELL, counts_of
from demad.tables.schema import Column, Table

MONTHS_FOLLOWED = (6, 12, 24)
LEAST_CITIES = 5
"""With fewer cities the one that people come to knows too much of the count."""

ELSEWHERE = Table(
    "ELSEWHERE",
    ("city", "period", "m"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "quarter of the exit; only quarters that each of the cities followed for m months"),
        "m": Column(pl.Int32, "months since the last covered month: 6, 12, 24"),
        **counts_of(elsewhere="exits of main with leefloon within m months in another of the cities and not here"),
    },
)
"""Every city of the domain has a row for every period and m, zeros too: a row that is not there is not known.

It is formed when figures are made, and stored nowhere but in protected form; exact figures are made of none.
"""
