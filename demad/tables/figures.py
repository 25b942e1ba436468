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

RELEASED = Table(
    "RELEASED",
    (*FIGURE_KEY, "release"),
    {
        **{name: _FIGURE[name] for name in FIGURE_KEY},
        "release": Column(pl.String, "the release that first showed (or hid) it so: 2026Q2-r1"),
        "number": Column(pl.Int64, "which release that was, from 1"),
        **{name: column for name, column in _FIGURE.items() if name not in FIGURE_KEY},
    },
)

BENCHMARK = Table(
    "BENCHMARK",
    FIGURE_KEY,
    {
        **{name: _FIGURE[name] for name in (*FIGURE_KEY, "value", "low", "high", "status")},
        "median": Column(pl.Float64, "of the cities with a shown value, five or more", nullable=True),
        "lower_quartile": Column(pl.Float64, "idem", nullable=True),
        "upper_quartile": Column(pl.Float64, "idem", nullable=True),
        "n_cities": Column(pl.Int64, "cities with a shown value"),
        "position": Column(pl.String, "higher, lower (beyond 99.8 % limits), similar, uncertain, hidden: never a rank"),
        "verdict": Column(
            pl.String, "favourable, attention, look (95-99.8 %), similar, no_judgement, uncertain, hidden"
        ),
        "year_before": Column(pl.Float64, "published value of the same period a year before", nullable=True),
        "change": Column(pl.String, "up, down, same, uncertain, none: by a test on the difference"),
    },
)

_BESIDE = {name: _FIGURE[name] for name in ("variant", "indicator", "city", "period")}

FUNNEL = Table(
    "FUNNEL",
    tuple(_BESIDE),
    {
        **_BESIDE,
        "expected": Column(pl.Float64, "expected exits E: how far to the right the city stands"),
        "ratio": Column(pl.Float64, "O / E"),
        "low_95": Column(pl.Float64, "where chance alone keeps 95 % of the cities, with over-dispersion"),
        "high_95": Column(pl.Float64, "idem"),
        "low_998": Column(pl.Float64, "idem, 99.8 %"),
        "high_998": Column(pl.Float64, "idem"),
        "tau": Column(pl.Float64, "spread between the cities beyond chance, on the square-root scale"),
        "place": Column(pl.String, "inside; look (beyond 95 %); flagged (beyond 99.8 %)"),
    },
)

RANK = Table(
    "RANK",
    tuple(_BESIDE),
    {
        **_BESIDE,
        "low": Column(pl.Int64, "best rank in 95 % of the simulations, 1 is the lowest value"),
        "middle": Column(pl.Float64, "median rank"),
        "high": Column(pl.Int64, "worst rank in 95 % of the simulations"),
        "n_cities": Column(pl.Int64, "cities with a shown value"),
    },
)

PEER = Table(
    "PEER",
    ("city", "place"),
    {
        "city": _FIGURE["city"],
        "place": Column(pl.Int64, "1 is the most alike"),
        "peer": Column(pl.String, "slug of the city that is alike"),
        "distance": Column(pl.Float64, "Euclidean distance of the case mixes, in spreads over the cities"),
        "alike_in": Column(pl.String, "the two traits that differ least, in words"),
        "period": _FIGURE["period"],
    },
)

WHAT_IF = Table(
    "WHAT_IF",
    tuple(_BESIDE),
    {
        **_BESIDE,
        "target": Column(pl.Float64, "the best quarter of the cities starts here"),
        "people": Column(pl.Float64, "people a year between the city and that"),
        "low": Column(pl.Float64, "at the favourable end of the city's interval"),
        "high": Column(pl.Float64, "at the other end"),
    },
)

TREND = Table(
    "TREND",
    tuple(_BESIDE),
    {
        **_BESIDE,
        "first_period": Column(pl.String, "the oldest point; windows do not overlap"),
        "points": Column(pl.Int64, "points with a shown value"),
        "breaks": Column(pl.Int64, "mergers and changes of definition between the first and the last point"),
        "p_value": Column(pl.Float64, "two-sided; null with too few points", nullable=True),
        "arrow": Column(pl.String, "up, down or none: five points, no break and a p-value below 5 %"),
    },
)

REASON_BOUNDS = Table(
    "REASON_BOUNDS",
    ("variant", "city", "period"),
    {
        **{name: _FIGURE[name] for name in ("variant", "city", "period")},
        "low": Column(pl.Float64, "share of exits to work if no unknown reason was work"),
        "high": Column(pl.Float64, "idem, if every unknown reason was"),
    },
)
