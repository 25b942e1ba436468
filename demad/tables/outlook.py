"""What nowcasts and projections rest on in protected form, and what they give. Not here: VINTAGE (`tables.counts`)."""

from __future__ import annotations

import polars as pl

from demad.tables.columns import CELL, counts_of
from demad.tables.schema import Column, Table

LEAST_VINTAGES = 6
"""Month ends below which nothing is nowcast."""
_LAST = Column(pl.Int32, "M of the delivery that told it")
_TOLD_BY = Column(
    pl.String,
    "delivery: what was delivered; decisions: TRIANGLE, in place of deliveries that were not made; contradicted: what"
    " was delivered, too few of it, and TRIANGLE does not agree with it",
)

STOCK_VINTAGES = Table(
    "STOCK_VINTAGES",
    ("city", "last_month", "month", "told_by"),
    {
        "city": CELL["city"],
        "last_month": _LAST,
        "month": Column(pl.Int32, "month number, M - 14 to M"),
        "told_by": _TOLD_BY,
        **counts_of(stock="persons covered, main, as that delivery told it"),
    },
)

FLOW_VINTAGES = Table(
    "FLOW_VINTAGES",
    ("city", "last_month", "period", "told_by"),
    {
        "city": CELL["city"],
        "last_month": _LAST,
        "period": Column(pl.String, "quarter that ends in M - 14 to M"),
        "told_by": _TOLD_BY,
        **counts_of(
            inflow="spells that begin, main, as that delivery told it",
            outflow="spells that ended for any of the ten reasons, to M - 1",
        ),
    },
)

ELAPSED = Table(
    "ELAPSED",
    ("city", "month", "k"),
    {
        "city": CELL["city"],
        "month": Column(pl.Int32, "month number: M - L of the delivery in force"),
        "k": Column(pl.Int32, "2..61 or 121"),
        **counts_of(stock="persons in month k of their spell or later, start known"),
    },
)

OUTLOOK = (STOCK_VINTAGES, FLOW_VINTAGES, ELAPSED)
"""Protected tables beside the quantities; a city that ships rounded bundles has none."""

_BANDS = {
    name: Column(pl.Float64, f"{end} of the {level} % band", nullable=True)
    for level in (80, 95)
    for name, end in ((f"low_{level}", "lower end"), (f"high_{level}", "upper end"))
}

NOWCAST = Table(
    "NOWCAST",
    ("city", "indicator", "period"),
    {
        "city": CELL["city"],
        "indicator": Column(pl.String, "caseload_stock (months), inflow_count or outflow_count (quarters)"),
        "period": Column(pl.String, "2026-03 or 2026Q1: after O, at most M"),
        "told": Column(pl.Float64, "what the delivery in force says of it", nullable=True),
        "value": Column(pl.Float64, "what it is expected to become", nullable=True),
        **_BANDS,
        "vintages": Column(pl.Int64, "how many deliveries or month ends it rests on, of this city"),
        "told_by": Column(pl.String, "deliveries; decisions: month ends in place of deliveries; empty without either"),
        "covered": Column(pl.Float64, "share of earlier bands of 95 % that held what came, 12 or more", nullable=True),
        "status": Column(pl.String, "nowcast, suppressed or not_computable"),
        "reason": Column(
            pl.String,
            "vintages, decisions, bundle, small, record (the band is hidden), unusual (it is wider), or empty",
        ),
    },
)

PROJECTION = Table(
    "PROJECTION",
    ("city", "scenario", "period"),
    {
        "city": CELL["city"],
        "scenario": Column(pl.String, "id in scenarios.toml; basis: the inflow of the last year goes on"),
        "period": Column(pl.String, "2026-09: one to twelve months after the newest settled month"),
        "indicator": Column(pl.String, "caseload_stock"),
        "begin": Column(pl.String, "the newest settled month, from which it starts"),
        "value": Column(pl.Float64, "mean of the draws, persons, to 5", nullable=True),
        **_BANDS,
        "of_here": Column(pl.Float64, "of which already there in the newest settled month", nullable=True),
        "of_inflow": Column(pl.Float64, "of which come since", nullable=True),
        "workers": Column(pl.Float64, "value / files per worker, where the city says how many", nullable=True),
        "status": Column(pl.String, "projection, suppressed or not_computable"),
        "reason": Column(pl.String, "history, bundle, small; kept: the city has that pace already; or empty"),
    },
)

FORECAST_RECORD = Table(
    "FORECAST_RECORD",
    ("city", "release", "period"),
    {
        "city": CELL["city"],
        "release": Column(pl.String, "the release that printed it: 2026Q2-r1"),
        "period": Column(pl.String, "3, 6 or 12 months after the month in which it began"),
        "indicator": Column(pl.String, "caseload_stock"),
        "months": Column(pl.Int64, "3, 6 or 12"),
        "value": Column(pl.Float64, "what it said, persons"),
        "low_95": Column(pl.Float64, "lower end of its 95 % band"),
        "high_95": Column(pl.Float64, "upper end of its 95 % band"),
        "became": Column(pl.Float64, "the stock that was counted"),
        "held": Column(pl.Boolean, "whether the band held it"),
    },
)
