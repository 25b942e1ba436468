"""What is hidden and how far figures are off: ``python -m bench.utility NEW --old OLD``, two roots of the same cities.

Hidden: of the figures that have a value or are hidden, by breakdown and size of city, in a release from before counts
were protected and in one of now. Off: the published figure beside the exact one, in half-widths of the exact interval.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from demad.disclosure import published_from
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.records.secrets import seeded
from demad.store import Store

_SIZES = ((0, 500), (500, 1000), (1000, 3000), (3000, 10**6))
_KEY = ["variant", "indicator", "city", "period", "breakdown", "group"]


def hidden(released: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Share hidden of main figures: ``breakdown``, ``size``, ``figures``, ``hidden``."""
    own = released.filter(pl.col("city") != "all", pl.col("status") != "not_computable", variant="main")
    people = own.filter(~pl.col("indicator").str.starts_with("dq_")).join(sizes, on="city")
    of_two = (pl.col("breakdown") == "sex") & pl.col("group").is_in(["M", "V"])
    people = people.with_columns(breakdown=pl.when(of_two).then(pl.lit("sex, M and V")).otherwise("breakdown"))
    return (
        people.group_by("breakdown", "size")
        .agg(figures=pl.len(), hidden=(pl.col("status") == "suppressed").mean())
        .sort("breakdown", "size")
    )


def sizes_of(released: pl.DataFrame) -> pl.DataFrame:
    """The size class of every city, by its newest stock."""
    stocks = released.filter(indicator="caseload_stock", variant="main", breakdown="total").sort("period")
    last = stocks.group_by("city").agg(pl.col("value").drop_nulls().last())
    size = pl.lit(None, dtype=pl.String)
    for low, high in _SIZES:
        label = f"{low}-{high}" if high < 10**6 else f"{low}+"
        size = pl.when(pl.col("value").is_between(low, high, closed="left")).then(pl.lit(label)).otherwise(size)
    return last.filter(pl.col("city") != "all").select("city", size=size)


def off(root: Path) -> pl.DataFrame:
    """Every shown figure of main with an interval, and how many exact half-widths it is off."""
    store = Store(root)
    names = store.names("tables")
    exact = evaluate(pool(protect(store.tables(f"tables/{city}"), seeded(city), base=1) for city in names)).frame
    shown = published_from(store.read("disclosure", "precise")).precise
    both = shown.filter(pl.col("value").is_not_null(), variant="main").join(exact, on=_KEY, suffix="_exact")
    half = (pl.col("high_exact") - pl.col("low_exact")) / 2
    wide = both.filter(half > 0, pl.col("city") != "all")
    return wide.with_columns(off=(pl.col("value") - pl.col("value_exact")).abs() / half)


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("new", type=Path)
    parser.add_argument("--old", type=Path, required=True)
    given = parser.parse_args()
    releases = [_released(root) for root in (given.old, given.new)]
    sizes = sizes_of(releases[1])
    tables = [hidden(released, sizes) for released in releases]
    both = tables[1].join(tables[0], on=["breakdown", "size"], how="left", suffix="_old").sort("breakdown", "size")
    print("| breakdown | people in the city | figures | hidden before | hidden now |\n|---|---|---|---|---|")
    for breakdown, size, figures, now, _, before in both.iter_rows():
        print(f"| {breakdown} | {size} | {figures:,} | {before or 0:.0%} | {now:.0%} |")
    _print_errors(off(given.new), sizes)


def _print_errors(errors: pl.DataFrame, sizes: pl.DataFrame) -> None:
    placed = errors.join(sizes, on="city")
    print("\n| breakdown | people in the city | figures | median | 95 % | over 1 |\n|---|---|---|---|---|---|")
    every = placed.with_columns(breakdown=pl.lit("all"), size=pl.lit("all"))
    table = (
        pl.concat([placed, every])
        .group_by("breakdown", "size")
        .agg(
            figures=pl.len(),
            median=pl.col("off").median(),
            most=pl.col("off").quantile(0.95),
            over=(pl.col("off") > 1).mean(),
        )
    )
    for row in table.sort("breakdown", "size").iter_rows():
        print("| {} | {} | {:,} | {:.2f} | {:.2f} | {:.1%} |".format(*row))
    by_figure = errors.group_by("indicator").agg(pl.len(), pl.col("off").quantile(0.95)).sort("off", descending=True)
    print(
        "\nWorst by indicator (95 %):", ", ".join(f"{id} {most:.2f}" for id, _, most in by_figure.head(8).iter_rows())
    )
    print(
        "\n| figure | city | period | group | published | exact | exact interval | off |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for row in errors.sort("off", descending=True).head(10).iter_rows(named=True):
        print(
            f"| {row['indicator']} | {row['city']} | {row['period']} | {row['breakdown']} {row['group']} | "
            f"{row['value']:.3f} | {row['value_exact']:.3f} | {row['low_exact']:.3f} to {row['high_exact']:.3f} | "
            f"{row['off']:.1f} |"
        )


def _released(root: Path) -> pl.DataFrame:
    newest = sorted(path for path in (root / "publication").iterdir() if path.name != "latest")[-1]
    return pl.read_parquet(newest / "cijfers.parquet")


if __name__ == "__main__":
    main()
