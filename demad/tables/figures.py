"""Tables of figures: computed, published, and compared between cities."""

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

YARDSTICK = Table(
    "YARDSTICK",
    ("variant", "indicator", "city", "period"),
    {
        **{name: _FIGURE[name] for name in ("variant", "indicator", "city", "period")},
        "pooled": Column(pl.Int64, "how many other cities are added up"),
        "others": Column(pl.Float64, "the other cities together; 1 for observed to expected", nullable=True),
        "others_low": Column(pl.Float64, "lower end of its 95 % interval", nullable=True),
        "others_high": Column(pl.Float64, "upper end of its 95 % interval", nullable=True),
        "placed": Column(pl.Float64, "the figure with the unknown reasons placed like the known ones", nullable=True),
        "placed_low": Column(pl.Float64, "lower end of its 95 % interval", nullable=True),
        "placed_high": Column(pl.Float64, "upper end of its 95 % interval", nullable=True),
        "others_placed": Column(pl.Float64, "that of the other cities", nullable=True),
        "others_placed_low": Column(pl.Float64, "lower end of its 95 % interval", nullable=True),
        "others_placed_high": Column(pl.Float64, "upper end of its 95 % interval", nullable=True),
        "least": Column(pl.Float64, "the figure if no unknown reason counted; null below ten of them", nullable=True),
        "most": Column(pl.Float64, "the figure if every unknown reason counted; null below ten of them", nullable=True),
        "unknown": Column(pl.Float64, "share of the reasons that is unknown; null below ten of them", nullable=True),
    },
)

PROFILE = Table(
    "PROFILE",
    ("city", "period", "breakdown", "group"),
    {
        **{name: _FIGURE[name] for name in ("city", "period", "breakdown", "group")},
        "persons": Column(pl.Int64, "protected number of people with a leefloon in that December, also where hidden"),
    },
)

BENCHMARK = Table(
    "BENCHMARK",
    FIGURE_KEY,
    {
        **{name: _FIGURE[name] for name in (*FIGURE_KEY, "value", "low", "high", "status")},
        "median": Column(pl.Float64, "of the other cities with a comparable value, four or more", nullable=True),
        "lower_quartile": Column(pl.Float64, "idem", nullable=True),
        "upper_quartile": Column(pl.Float64, "idem", nullable=True),
        "median_all": Column(pl.Float64, "of all cities with a comparable value, five or more", nullable=True),
        "n_cities": Column(pl.Int64, "cities with a shown value"),
        "verdict": Column(
            pl.String,
            "clear_, apart_ or maybe_ with higher or lower; nearly, chance, unsaid; none: an indicator without verdict",
        ),
        "reason": Column(pl.String, "why nothing can be said; empty otherwise"),
        "mark": Column(pl.String, "good_filled, good_outlined, bad_filled, bad_outlined or empty"),
        "similar_people": Column(pl.String, "kept, gone, small (E below 10) or empty: what the case mix says of it"),
        "unknown": Column(pl.Float64, "share of the stop reasons that is unknown", nullable=True),
        "bound_low": Column(pl.Float64, "the figure if no unknown reason counted", nullable=True),
        "bound_high": Column(pl.Float64, "the figure if every unknown reason counted", nullable=True),
        "year_before": Column(pl.Float64, "published value of the same period a year before", nullable=True),
        "difference": Column(pl.Float64, "value less year_before, from unrounded values", nullable=True),
        "change": Column(pl.String, "up, down, about, equal, chance, uncertain, none"),
    },
)

_BESIDE = {name: _FIGURE[name] for name in ("variant", "indicator", "city", "period")}

SPREAD = Table(
    "SPREAD",
    ("variant", "indicator", "year"),
    {
        "variant": _FIGURE["variant"],
        "indicator": _FIGURE["indicator"],
        "year": Column(pl.Int32, "calendar year in which figures are judged by it"),
        "tau": Column(pl.Float64, "usual spread between cities beyond chance, on the scale of the interval"),
        "years": Column(pl.Int64, "of how many of the three calendar years before"),
    },
)

FUNNEL = Table(
    "FUNNEL",
    tuple(_BESIDE),
    {
        **_BESIDE,
        "expected": Column(pl.Float64, "expected exits E: position of the city on the horizontal axis"),
        "ratio": Column(pl.Float64, "O / E"),
        "low_95": Column(pl.Float64, "where chance and the usual spread keep 95 % of the cities"),
        "high_95": Column(pl.Float64, "idem"),
        "low_998": Column(pl.Float64, "idem, 99.8 %"),
        "high_998": Column(pl.Float64, "idem"),
        "tau": Column(pl.Float64, "usual spread between cities; null: not assessed", nullable=True),
        "place": Column(pl.String, "inside; edge (beyond 95 %); outside (beyond 99.8 %)"),
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
        "arrow": Column(
            pl.String, "up, down or none: five points, no break, p < 0.002 and < 0.01 without any one point"
        ),
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
