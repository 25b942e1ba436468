"""Random sets of figures, small enough to attack a thousand of them and as skewed as real cities are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from demad.disclosure.policy import Policy
from demad.disclosure.primary import marked
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE, PUBLISHED_VALUE
from demad.tables.terms import GROUPS

CITIES = (
    "aalst", "antwerpen", "brugge", "genk", "gent", "hasselt", "kortrijk", "leuven", "mechelen", "oostende",
    "roeselare", "sint-niklaas", "turnhout",
)  # fmt: skip


def random_sets(seeds: range) -> pl.DataFrame:
    """Many sets at once, each in a year of its own: nothing adds up from one to another."""
    sets = [random_set(seed).with_columns(_year_of(1000 + seed)) for seed in seeds]
    return pl.concat(sets).sort(FIGURE_KEY)


def set_of(system: str, first_year: int = 1000) -> int:
    """The seed of the set a system of sums is of."""
    return int(system.split()[2][:4]) - first_year


def _year_of(year: int) -> pl.Expr:
    return pl.lit(str(year)).add(pl.col("period").str.slice(4)).alias("period")


def random_set(seed: int) -> pl.DataFrame:
    """INDICATOR_VALUE of a year: flows by month, quarter and year, groups of counts and of shares, two series."""
    rng = np.random.default_rng(seed)
    cities = sorted(rng.choice(CITIES, size=int(rng.integers(4, 14)), replace=False))
    sizes = np.maximum(3, rng.lognormal(rng.uniform(3.0, 5.5), 1.0, len(cities))).astype(int)
    rows: list[dict] = []
    rows += _flow(rng, cities, sizes)
    for indicator, breakdown in (("caseload_stock", "age"), ("caseload_stock", "nationality")):
        rows += _crossed(rng, indicator, "2025-12", breakdown, cities, sizes * 3)
    rows += _shares(rng, str(rng.choice(["return_12m", "cif_work_12m"])), "sex", cities, sizes * 2)
    rows += _shares(rng, "return_24m", "reason", cities, sizes * 2)
    values = pl.DataFrame(rows, schema=INDICATOR_VALUE.schema).unique(FIGURE_KEY, keep="first", maintain_order=True)
    return INDICATOR_VALUE.check(values).sort(FIGURE_KEY)


def city_like_set(seed: int) -> pl.DataFrame:
    """INDICATOR_VALUE of thirteen cities of the size of real ones: the stock by age and by nationality."""
    rng = np.random.default_rng(seed)
    sizes = np.maximum(120, rng.lognormal(6.0, 0.9, len(CITIES))).astype(int)
    cities = list(CITIES)
    rows = _crossed(rng, "caseload_stock", "2025-12", "age", cities, sizes)
    rows += _crossed(rng, "caseload_distinct_year", "2025", "nationality", cities, sizes)
    return INDICATOR_VALUE.check(pl.DataFrame(rows, schema=INDICATOR_VALUE.schema)).sort(FIGURE_KEY)


def primary_only(values: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """What somebody publishes who hides what is too small and nothing else."""
    judged = marked(values, policy)
    hidden = judged["hidden"]
    numbers = [
        pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("value", "low", "high", "numerator", "denominator")
    ]
    shown = values.with_columns(numbers).with_columns(
        value=pl.when(pl.col("indicator").is_in(["return_12m", "cif_work_12m", "return_24m"]))
        .then(pl.col("value").round(2))
        .otherwise("value"),
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise("status"),
    )
    return PUBLISHED_VALUE.check(shown)


def _figure(indicator: str, city: str, period: str, breakdown: str, group: str, variant: str = "main") -> dict:
    return {
        "variant": variant, "indicator": indicator, "city": city, "period": period, "breakdown": breakdown,
        "group": group, "low": None, "high": None, "denominator": None, "status": "ok", "definition": "1",
    }  # fmt: skip


def _count(count: int, *cell: str) -> dict:
    return _figure(*cell) | {"value": float(count), "numerator": int(count)}


def _with_sum(cities: list[str], counts: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    yield from zip(cities, counts, strict=True)
    yield "all", counts.sum(axis=0)


def _flow(rng: np.random.Generator, cities: list[str], sizes: np.ndarray) -> list[dict]:
    """Exits of 2025 by month, with their quarters, their year, their reasons, and the wide series by year."""
    months = rng.poisson(sizes[:, None] / 12, (len(cities), 12))
    rows = []
    for city, by_month in _with_sum(cities, months):
        cell = ("outflow_count", city)
        rows += [_count(n, *cell, f"2025-{month:02}", "total", "total") for month, n in enumerate(by_month, start=1)]
        quarters = by_month.reshape(4, 3).sum(axis=1)
        rows += [_count(n, *cell, f"2025Q{quarter}", "total", "total") for quarter, n in enumerate(quarters, start=1)]
        rows.append(_count(by_month.sum(), *cell, "2025", "total", "total"))
    rows += _crossed(rng, "outflow_count", "2025", "reason", cities, months.sum(axis=1))
    more = rng.poisson(sizes / 15)
    for city, n in _with_sum(cities, months.sum(axis=1) + more):
        rows.append(_count(int(n), "outflow_count", city, "2025", "total", "total", "wide"))
    return rows


def _crossed(
    rng: np.random.Generator, indicator: str, period: str, breakdown: str, cities: list[str], sizes: np.ndarray
) -> list[dict]:
    groups = GROUPS[breakdown]
    mix = rng.dirichlet(np.geomspace(4, 0.15, len(groups)))
    counts = np.array([rng.multinomial(size, mix) for size in sizes])
    rows = []
    for city, by_group in _with_sum(cities, counts):
        rows += [_count(n, indicator, city, period, breakdown, g) for g, n in zip(groups, by_group, strict=True)]
        rows.append(_count(by_group.sum(), indicator, city, period, "total", "total"))
    return rows


def _shares(
    rng: np.random.Generator, indicator: str, breakdown: str, cities: list[str], sizes: np.ndarray
) -> list[dict]:
    groups = GROUPS[breakdown]
    mix = rng.dirichlet(np.geomspace(4, 0.3, len(groups)))
    people = np.array([rng.multinomial(size, mix) for size in sizes])
    events = rng.binomial(people, rng.uniform(0.05, 0.5))
    rows = []
    for (city, n), (_, d) in zip(_with_sum(cities, people), _with_sum(cities, events), strict=True):
        cells = [*zip(groups, n, d, strict=True), ("total", n.sum(), d.sum())]
        for group, size, event in cells:
            known = {"value": event / size if size else None, "numerator": int(event), "denominator": int(size)}
            status = {"status": "ok" if size else "not_computable"}
            kind = "total" if group == "total" else breakdown
            rows.append(_figure(indicator, city, "2025Q4", kind, group) | known | status)
    return rows
