"""What every delivery of a city told of each month, kept for good: confidential counts, without people."""

from __future__ import annotations

import polars as pl

from demad.tables.counts import VINTAGE
from demad.tables.schema import Column, Table

VINTAGES = Table(
    "VINTAGES",
    ("city", "delivery", "variant", "month"),
    {
        "city": VINTAGE.columns["city"],
        "delivery": Column(pl.String, "delivery id; deliveries in the order in which they came into force"),
        "as_of": Column(pl.Date, "newest day of the delivery"),
        **{name: column for name, column in VINTAGE.columns.items() if name != "city"},
    },
)
