"""Do the 95 % intervals hold the truth? ``python -m bench.coverage --seeds 300 --people 1300``.

The truth is the same figure on a synthetic population a hundred times larger. For every indicator with an
interval: the share of intervals, over seeds and cities, that hold it, and the city where it is worst.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from demad.counting import count_city
from demad.indicators import evaluate, pool
from demad.intake.contract import conform
from demad.intake.reading import Reading
from demad.periods import leavers, resolve_periods, supports
from demad.reference.cities import City, load_cities
from demad.spells import build_spells, covered_months
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.observation import Observation

WINDOW = Observation(SINCE, AS_OF, full_history=False)
TIMES_LARGER = 100
_FIGURE = ["indicator", "city", "period"]


def figures(people: int, seed: int) -> pl.DataFrame:
    """Every total of the main series with an interval, of the newest period of each indicator and city."""
    cities = load_cities(None)
    tables = [_tables(cities[slug], frames) for slug, frames in extracts(people=people, seed=seed)]
    values = evaluate(pool(tables)).filter(variant="main", breakdown="total")
    with_interval = values.filter(pl.col("city") != "all", pl.col("indicator").is_in(_ids(values)))
    newest = with_interval.group_by("indicator", "city").agg(period=pl.col("period").max())
    return with_interval.join(newest, on=_FIGURE).select(*_FIGURE, "value", "low", "high", "denominator")


def _ids(values: pl.DataFrame) -> list[str]:
    return values.filter(pl.col("low").is_not_null())["indicator"].unique().to_list()


def _tables(city: City, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    typed = {
        name: conform(Reading(frames[name], ()), name, city).frame
        for name in ("leefloon", "jeugdhulp", "steun", "bevolking")
        if name in frames
    }
    periods, _ = resolve_periods(typed["leefloon"], WINDOW)
    months = covered_months(periods, WINDOW)
    return count_city(
        city=city.slug,
        periods=periods,
        months=months,
        spells=build_spells(months, periods, WINDOW),
        leavers=leavers(typed["jeugdhulp"], AS_OF) if "jeugdhulp" in typed else None,
        supports=supports(typed["steun"]) if "steun" in typed else None,
        observation=WINDOW,
        inhabitants=typed.get("bevolking"),
    )


def coverage(truth: pl.DataFrame, samples: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """Share of intervals that hold the truth, per indicator and city."""
    known = truth.select(*_FIGURE, truth="value")
    judged = [
        sample.join(known, on=_FIGURE)
        .filter(pl.col("low").is_not_null())
        .select(*_FIGURE, "denominator", held=pl.col("truth").is_between(pl.col("low"), pl.col("high")))
        for sample in samples
    ]
    return (
        pl.concat(judged)
        .group_by("indicator", "city")
        .agg(pl.len(), pl.col("held").sum(), pl.col("denominator").mean())
    )


def main() -> None:
    """Measure and print one line an indicator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--people", type=int, default=1300)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    truth = figures(given.people * TIMES_LARGER, seed=10_000)
    cells = coverage(truth, (figures(given.people, seed) for seed in range(given.seeds)))
    if given.out:
        cells.sort("indicator", "city").write_csv(given.out)
    rows = cells.group_by("indicator").agg(
        pl.col("len").sum(),
        share=pl.col("held").sum() / pl.col("len").sum(),
        worst=(pl.col("held") / pl.col("len")).min(),
        where=pl.col("city").sort_by(pl.col("held") / pl.col("len")).first(),
    )
    for row in rows.sort("indicator").iter_rows(named=True):
        print(
            f"{row['indicator']:28} {row['len']:6} intervals  {row['share']:.3f}"
            f"   worst {row['worst']:.3f} {row['where']}"
        )


if __name__ == "__main__":
    main()
