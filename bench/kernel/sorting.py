"""The bound: sort the month rows of the main series alone: ``python -m bench.kernel.sorting FOLDER OUT``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

from bench.kernel.window import AS_OF
from demad.tables.months import month_of


def main(given: str, folder: str) -> None:
    """Lay out the months of the decisions and write how long their sort by person and month took."""
    first, last = month_of(pl.col("begin")), month_of(pl.col("end").fill_null(AS_OF))
    rows = (
        pl.read_parquet(Path(given) / "*.parquet", columns=["person", "law", "begin", "end"])
        .filter(pl.col("law") == "RMI")
        .select(person=pl.col("person").rle_id(), month=pl.int_ranges(first, last + 1, dtype=pl.Int32))
        .explode("month")
        .sample(fraction=1, shuffle=True, seed=1)
    )
    began = time.process_time()
    rows.sort("person", "month")
    Path(folder, "seconds").write_text(f"{time.process_time() - began:.2f} {rows.height}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
