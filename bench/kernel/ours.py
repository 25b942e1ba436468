"""Our kernel: ``python -m bench.kernel.ours FOLDER OUT [one]``; with ``one``, all decisions in one frame."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.kernel.window import WINDOW
from demad.counting import count_city, count_shard
from demad.histories.shards import Shard


def main(given: str, folder: str, how: str = "shards") -> None:
    """Count every table of decisions, a file at a time, and write them."""
    tables = count_city(count_shard(Shard("antwerpen", WINDOW, periods)) for periods in _frames(Path(given), how))
    for name, table in tables.items():
        table.write_parquet(f"{folder}/{name}.parquet")


def _frames(given: Path, how: str) -> Iterator[pl.DataFrame]:
    if how == "one":
        yield pl.read_parquet(given / "*.parquet")
    else:
        yield from map(pl.read_parquet, sorted(given.iterdir()))


if __name__ == "__main__":
    main(*sys.argv[1:])
