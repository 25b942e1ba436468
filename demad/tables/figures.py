"""The figures: computed, published, and set beside the other cities."""

from __future__ import annotations

import polars as pl

from demad.tables.schema import Column, Table

FIGURE_KEY = ("variant", "indicator", "city", "period", "breakdown", "group")

_FIGURE = {
    "variant": Column(pl.String, "main, wide, gap0, gap3"),
    "indicator": Column(pl.String, "id in the catalogue"),
    "city": Column(pl.String, "slug; all: the pooled cities"),
    "period": Column(pl.String, "2025, 2025Q4 or 2025-12: the window ends there"),
    "breakdown": Column(pl.String, "total, age, household, ..."),
    "group": Column(pl.String, "group within the breakdown"),
    "value": Column(pl.Float64, "share, months, persons, ...: the catalogue's unit", nullable=True),
    "low": Column(pl.Float64, "lower end of the 95 % interval", nullable=True),
    "high": Column(pl.Float64, "upper end of the 95 % interval", nullable=True),
    "numerator": Column(pl.Int64, "events or persons counted", nullable=True),
    "denominator": Column(pl.Int64, "out of how many", nullable=True),
    "status": Column(pl.String, "ok, low_n, provisional, suppressed, not_computable, not_comparable"),
    "definition": Column(pl.String, "version of the definition"),
}

INDICATOR_VALUE = Table("INDICATOR_VALUE", FIGURE_KEY, _FIGURE)
PUBLISHED_VALUE = Table("PUBLISHED_VALUE", FIGURE_KEY, _FIGURE)

BENCHMARK = Table(
    "BENCHMARK",
    FIGURE_KEY,
    {
        **{name: _FIGURE[name] for name in (*FIGURE_KEY, "value", "low", "high", "status")},
        "median": Column(pl.Float64, "of the cities with a shown value, five or more", nullable=True),
        "lower_quartile": Column(pl.Float64, "idem", nullable=True),
        "upper_quartile": Column(pl.Float64, "idem", nullable=True),
        "n_cities": Column(pl.Int64, "cities with a shown value"),
        "position": Column(pl.String, "higher, lower, similar, uncertain, hidden: by interval, never by rank"),
        "verdict": Column(pl.String, "favourable, attention, similar, no_judgement, uncertain, hidden"),
        "year_before": Column(pl.Float64, "published value of the same period a year before", nullable=True),
        "change": Column(pl.String, "up, down, same, uncertain, none: by a test on the difference"),
    },
)
