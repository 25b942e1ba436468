"""Totals both ways: rounded quarters added up, or prefix sums. ``python -m bench.totals --towns FOLDER``.

A window of a total adds 8 or 12 rounded quarters (as built), or is the difference of two rounded prefix sums. For each
way: by how much rounding widens the 95 % interval, by the size of the city, and what an attacker who knows every
rounded count finds of the quarters' small counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from bench import towns
from bench.prefixes import attacked
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.rounding import offset_variance
from demad.estimators.survival import kaplan_meier

_SIZES = ((0, 100), (100, 300), (300, 1000), (1000, 10**6))
_BASE = 5
_FIGURES = {
    "still_on_12m": ("spell_risk", "k", 8),
    "cif_work_12m": ("spell_risk", "k", 8),
    "return_12m": ("return_risk", "m", 12),
}
_PREFIXES = 2


def widening(pool: Path, since: int) -> pl.DataFrame:
    """Median ratio of the half-width with rounding to the exact one: figure, size, built, prefix, how many."""
    rows = [row for town in towns.towns(pool, since) for row in _of_town(town)]
    frame = pl.DataFrame(rows, schema=["figure", "size", "built", "prefix"], orient="row")
    return (
        frame.group_by("figure", "size")
        .agg(pl.col("built").median(), pl.col("prefix").median(), figures=pl.len())
        .sort("figure", "size")
    )


def _of_town(town: Path) -> Iterator[tuple[str, str, float, float]]:
    tables = towns.read(town, "first", town.name)
    stock = tables["stock"].filter(variant="main", breakdown="total")["stock"].mean()
    size = next(f"{low:>5} - {high}" for low, high in _SIZES if low <= float(stock or 0) < high)
    for figure, (table, step, quarters) in _FIGURES.items():
        for n, d, of_cause in _windows(tables[table], step, quarters):
            widths = [_half_width(figure, n, d, of_cause, tables_added) for tables_added in (0, quarters, _PREFIXES)]
            if all(np.isfinite(widths)) and widths[0] > 0 and d.sum() >= 10 and n[0] >= 30:
                yield figure, size, widths[1] / widths[0], widths[2] / widths[0]


def _windows(table: pl.DataFrame, step: str, quarters: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """At risk, exits and exits to work by step, of every window of so many quarters."""
    total = table.filter(pl.col(step).is_between(1, 12), variant="main", breakdown="total")
    events = [name for name in total.columns if name.startswith("d_")] if step == "k" else ["d_return"]
    work = "d_work" if step == "k" else "d_return"
    summed = total.with_columns(d=pl.sum_horizontal(events)).select("period", step, "n", "d", of_cause=work)
    labels = summed["period"].unique().sort().to_list()
    place = {label: number for number, label in enumerate(labels)}
    array = np.zeros((3, len(labels), 12))
    at = summed["period"].replace_strict(place, return_dtype=pl.Int64).to_numpy(), summed[step].to_numpy() - 1
    for number, name in enumerate(("n", "d", "of_cause")):
        array[number][at] = summed[name].to_numpy()
    for last in range(quarters, len(labels) + 1):
        window = array[:, last - quarters : last].sum(axis=1)
        if (window[0] > 0).all():
            yield window[0], window[1], window[2]


def _half_width(figure: str, n: np.ndarray, d: np.ndarray, of_cause: np.ndarray, tables: int) -> float:
    rounding = tables * offset_variance(_BASE)
    if figure == "cif_work_12m":
        share = cumulative_incidence(n, d, of_cause, horizon=12, rounding=rounding)
        return float(share.high - share.low) / 2
    curve = kaplan_meier(n, d, rounding=rounding, cohort=figure == "return_12m")
    return float(curve.high[-1] - curve.low[-1]) / 2


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=Path, required=True)
    parser.add_argument("--worlds", type=int, default=20)
    given = parser.parse_args()
    print("| figure | people in an average month | rounded quarters | prefix sums | windows |\n|---|---|---|---|---|")
    for since in (2017, 2021):
        for figure, size, built, prefix, n in widening(given.towns, since).iter_rows():
            print(f"| {figure} (from {since}) | {size} | {built:.2f} | {prefix:.2f} | {n:,} |")
    print("\n| way | small counts of a quarter | exactly | at most 2 | under 5 | one in |\n|---|---|---|---|---|---|")
    for way, small, exact, two, five in attacked(given.towns, given.worlds):
        print(f"| {way} | {small:,} | {exact} | {two} | {five} | {small // max(five, 1):,} |")


if __name__ == "__main__":
    main()
