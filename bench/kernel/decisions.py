"""The decisions that are counted: synthetic Antwerp, copied under other names, a file a copy.

``python -m bench.kernel.decisions FOLDER COPIES``: a process of its own, as what it starts would begin with its peak of
memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from bench.kernel.window import WINDOW
from demad.histories.periods import resolve_periods
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.reference.cities import load_cities
from demad.synthetic import extracts

PEOPLE = 26_000


def write(folder: Path, copies: int) -> Path:
    """The folder with so many copies; each is about as large as a shard, and a person is in one."""
    one = folder / "one.parquet"
    if not one.exists():
        ((slug, frames),) = extracts(people=PEOPLE, cities=["antwerpen"])
        rows = as_text_columns(conform(Reading(frames["leefloon"], ()), "leefloon", load_cities(None)[slug]).frame)
        folder.mkdir(parents=True, exist_ok=True)
        resolve_periods(rows, WINDOW)[0].write_parquet(one)
    many = folder / f"x{copies}"
    many.mkdir(exist_ok=True)
    for number in range(copies):
        path = folder / "all" / f"{number:02d}.parquet"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            named = pl.read_parquet(one).with_columns(person=pl.concat_str(pl.lit(f"{number:02d}-"), "person"))
            named.write_parquet(path)
        if not (many / path.name).exists():
            (many / path.name).hardlink_to(path)
    return many


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
