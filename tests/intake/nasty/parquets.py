"""Parquet files that should never have been sent, each with the code it must get."""

from __future__ import annotations

import struct
from pathlib import Path

import polars as pl

from tests.intake.nasty.making import COLUMNS, FRAME, TEXT, Nasty, parquet

_FOUND = Path(__file__).with_name("asks-two-exabytes.parquet")  # by fuzzing: Polars gives up its whole process

PARQUETS = {
    "an empty Parquet": Nasty("D-102", lambda: b"", "leefloon.parquet"),
    "text called Parquet": Nasty("D-103", TEXT.encode, "leefloon.parquet"),
    "the marks of a Parquet": Nasty("D-103", lambda: b"PAR1PAR1", "leefloon.parquet"),
    "a footer longer than the file": Nasty(
        "D-103", lambda: parquet()[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1", "leefloon.parquet"
    ),
    "a footer of nonsense": Nasty(
        "D-103", lambda: b"PAR1" + b"\xff" * 99 + struct.pack("<I", 99) + b"PAR1", label="leefloon.parquet"
    ),
    "an encrypted Parquet": Nasty("D-103", lambda: parquet()[:-4] + b"PARE", "leefloon.parquet"),
    "a Parquet that asks for two exabytes": Nasty("D-119", _FOUND.read_bytes, "leefloon.parquet"),
    "a Parquet without rows": Nasty("D-102", lambda: parquet(FRAME.clear()), "leefloon.parquet"),
    "a Parquet of another table": Nasty("D-109", lambda: parquet(pl.DataFrame({"a": [1]})), "leefloon.parquet", 1),
    "a Parquet with lists": Nasty(
        "D-112", lambda: parquet(FRAME.with_columns(pl.concat_list("wet").alias("stopreden"))), "leefloon.parquet"
    ),
    "a Parquet with records": Nasty(
        "D-112", lambda: parquet(FRAME.with_columns(pl.struct("wet", "nis").alias("stopreden"))), "leefloon.parquet"
    ),
    "a Parquet with 501 columns": Nasty(
        "D-113", lambda: parquet(FRAME.with_columns(pl.lit(1).alias(f"k{n}") for n in range(501))), "leefloon.parquet"
    ),
    "a Parquet with a column twice": Nasty(
        "D-110", lambda: parquet(FRAME.with_columns(pl.lit("RMI").alias(" WET "))), "leefloon.parquet"
    ),
    "two hundred million rows in a few bytes": Nasty(
        "D-106",
        lambda: parquet(
            pl.select(pl.repeat(44021, 100_000_000, dtype=pl.Int32).alias(name) for name in COLUMNS[:6]),
            compression="zstd",
            statistics=False,
        ),
        "leefloon.parquet",
    ),
}
PARQUETS |= {
    f"a Parquet cut at {share:.0%}": Nasty(
        "D-103", lambda share=share: (whole := parquet())[: int(len(whole) * share)], "leefloon.parquet"
    )
    for share in (0.01, 0.3, 0.6, 0.95, 0.999)
}
