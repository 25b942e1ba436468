"""What the other cities give together: the yardstick of every city, for the totals of the main series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from demad.estimators.survival import Z_95
from demad.indicators.expected import RATIOS, expected_events
from demad.indicators.grid import Scope, scope_of
from demad.indicators.placed import placed
from demad.indicators.told import DECISIONS, OUTCOMES, PROJECTS, never_told, rests_on
from demad.protection import ProtectedTables, without_each
from demad.quantities import POOLED
from demad.tables.figures import YARDSTICK

FEWEST_OTHERS = 4
_KEY = ["indicator", "city", "period"]
_OTHERS = {f"others_{name}": name for name in ("placed", "placed_low", "placed_high")}
_MOST_WINDOWS = 6
_LEFT_OUT = frozenset({PROJECTS, DECISIONS, OUTCOMES})
"""Who never tells one of these is not among the others in figures that rest on it; unknown reasons are placed."""
Totals = Callable[[ProtectedTables, Scope], pl.DataFrame]


def yardsticks(tables: ProtectedTables, figures: pl.DataFrame, totals: Totals) -> pl.DataFrame:
    """Compare every figure with that of all other cities whose data reach its window, added up before estimating.

    A city is in the sum whatever its own figure looks like: leaving cities out by their outcome would bend the
    yardstick. Who never tells what a figure rests on is not: its people would count as people without it. Where some
    cities reach further than others, each period takes the largest sum that reaches it. The expectation
    of an observed-to-expected figure rests on the other cities already: its yardstick is 1, with the variance that
    their events have by chance.

    Parameters
    ----------
    tables
        Protected tables of all cities, with their sum.
    figures
        INDICATOR_VALUE of the same tables.
    totals
        Computes the totals of the main series of any tables.

    Returns
    -------
    YARDSTICK; no row where fewer than four other cities reach the window. A yardstick that cannot be computed is
    null.
    """
    own = figures.filter(pl.col("city") != POOLED, variant="main", breakdown="total")
    scope = replace(scope_of(tables), groups={"total": ("total",)})
    of_own = placed(tables, own, scope)
    blocks = [_NO_SUMS, *_sums(tables, totals), of_ratios(tables, scope)]
    others = pl.concat(blocks, how="diagonal_relaxed").unique(_KEY, keep="first", maintain_order=True)
    joined = own.select(_KEY).join(others, on=_KEY, how="inner").join(of_own, on=_KEY, how="left")
    ratio = pl.col("indicator") == "outflow_work_oe"
    moved = {name: pl.when(ratio).then(pl.col(name) / pl.col("factor")).otherwise(name) for name in _MOVED}
    one = {name: pl.when(ratio).then(plain).otherwise(name) for name, plain in zip(_OTHERS, _PLAIN, strict=True)}
    frame = joined.with_columns(**moved, **one, variant=pl.lit("main"))
    missing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in YARDSTICK.columns if name not in frame.columns]
    return YARDSTICK.check(frame.with_columns(missing).select(list(YARDSTICK.columns)).sort(YARDSTICK.key))


_NO_SUMS = pl.DataFrame(
    schema={
        name: kind for name, kind in YARDSTICK.schema.items() if name in _KEY or name.startswith(("pool", "others"))
    }
)
_MOVED = ("placed", "placed_low", "placed_high")
_PLAIN = ("others", "others_low", "others_high")


def _sums(tables: ProtectedTables, totals: Totals) -> Iterator[pl.DataFrame]:
    """Estimates of the sums without each city, largest sets of cities first."""
    untold = never_told(tables.tables)
    for chosen in _sets(tables["span"], untold):
        others = without_each(tables, chosen)
        scope = scope_of(others)
        cities = tuple(replace(city, summed=len(chosen) - 1) for city in scope.cities)
        scope = replace(scope, cities=cities, groups={"total": ("total",)})
        silent = _LEFT_OUT & frozenset(what for slug in chosen for what in untold.get(slug, ()))
        found = _told(totals(others, scope), silent)
        joined = found.join(placed(others, found, scope), on=_KEY, how="left") if found.height else found
        names = {name: pl.col(part) if part in joined.columns else pl.lit(None) for name, part in _OTHERS.items()}
        yield joined.filter(pl.col("value").is_not_null()).select(
            *_KEY,
            pooled=pl.lit(len(chosen) - 1, dtype=pl.Int64),
            others="value",
            others_low="low",
            others_high="high",
            **names,
        )


def _told(found: pl.DataFrame, silent: frozenset[str]) -> pl.DataFrame:
    """Figures without those that rest on what some city of the sum never tells."""
    resting = [id for id in found["indicator"].unique() if rests_on(id, "total") in silent]
    return found.filter(~pl.col("indicator").is_in(resting))


def _sets(spans: pl.DataFrame, untold: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Sets of cities that share a window, or what they delivered or tell, five or more, the largest first."""
    cities = spans.filter(pl.col("city") != POOLED)
    found: set[tuple[str, ...]] = set()
    windows = cities.select("first_month", "last_month").unique().rows()
    for first, last in windows:
        reaching = cities.filter(pl.col("first_month") <= first, pl.col("last_month") >= last)
        for kept in (reaching, *(reaching.filter(f"has_{what}") for what in ("supports", "leavers", "applications"))):
            slugs = sorted(kept["city"].to_list())
            found.add(tuple(slugs))
            found |= {tuple(slug for slug in slugs if what not in untold.get(slug, ())) for what in _LEFT_OUT}
    large = (chosen for chosen in found if len(chosen) > FEWEST_OTHERS)
    return sorted(large, key=lambda chosen: (-len(chosen), chosen))[:_MOST_WINDOWS]


def of_ratios(tables: Mapping[str, pl.DataFrame] | ProtectedTables, scope: Scope) -> pl.DataFrame:
    """Yardstick 1 with the chance of the others' events; ``factor``: what placing their unknown reasons adds to E."""
    own = [city.slug for city in scope.cities if city.slug != POOLED]
    blocks = []
    for id, ratio in RATIOS.items():
        rows = expected_events(tables[ratio.mix].filter(variant="main"), ratio, scope)
        error = pl.col("chance").sqrt() / pl.col("expected")
        known = rows.filter(pl.col("city").is_in(own), pl.col("expected") > 0)
        blocks.append(
            known.select(
                pl.lit(id).alias("indicator"),
                "city",
                pl.col("period") + "Q4",
                pooled=pl.lit(len(own) - 1, dtype=pl.Int64),
                others=pl.lit(1.0),
                others_low=(-Z_95 * error).exp(),
                others_high=(Z_95 * error).exp(),
            )
        )
    return pl.concat(blocks).join(_factors(tables, own), on=["city", "period"], how="left")


def _factors(tables: Mapping[str, pl.DataFrame] | ProtectedTables, own: list[str]) -> pl.DataFrame:
    """Exits of a year of the other cities over those of a known reason."""
    rows = tables["durations"].filter(pl.col("city").is_in(own), variant="main", breakdown="total")
    yearly = rows.group_by("city", period=pl.col("period").str.slice(0, 4) + "Q4").agg(pl.col("d", "d_unknown").sum())
    others = {name: pl.col(name).sum().over("period") - pl.col(name) for name in ("d", "d_unknown")}
    known = others["d"] - others["d_unknown"]
    return yearly.select("city", "period", factor=pl.when(known > 0).then(others["d"] / known).otherwise(1.0))
