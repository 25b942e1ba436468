"""Parquet of any program: every column becomes text, a number, a day or a yes or no; the rest is refused."""

from __future__ import annotations

import io
from collections.abc import Collection

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.sheet import Reading, damaged, hits, named, no_header, no_rows, refuse_many_columns

_CELL_LIMIT = 500_000_000  # rows x columns


def read_parquet(content: bytes, known: Collection[str]) -> Reading:
    """The table in a Parquet file.

    Raises
    ------
    DeliveryRefused
        D-102 no rows, D-103 damaged, D-106 too large once unpacked, D-109 no known column, D-110..D-113 as
        `named`, D-112 a column that holds lists or records.
    """
    try:
        schema = pl.read_parquet_schema(io.BytesIO(content))
        refuse_many_columns(len(schema))
        rows = pl.scan_parquet(io.BytesIO(content)).select(pl.len()).collect().item()
        if rows * len(schema) > _CELL_LIMIT:
            raise DeliveryRefused(
                "D-106", "Het Parquet-bestand is uitgepakt te groot.", "Lever het als CSV of Parquet."
            )
        metadata = pl.read_parquet_metadata(io.BytesIO(content))
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, OverflowError):
        raise damaged("Parquet") from None
    if frame.is_empty():
        raise no_rows()
    if not hits(frame.columns, known):
        raise no_header()
    kinds = [_kind(place, dtype) for place, dtype in enumerate(frame.dtypes, start=1)]
    try:
        plain_types = frame.select(pl.col(name).cast(kind) for name, kind in zip(frame.columns, kinds, strict=True))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise damaged("Parquet") from None
    _ = named(plain_types.head(0).cast(pl.String), frame.columns)
    labels = [text for key, value in metadata.items() if key != "ARROW:schema" for text in (key, value)]
    numbers = pl.Series("rij", range(1, frame.height + 1), dtype=pl.UInt32)
    stripped = plain_types.rename({name: name.strip() for name in frame.columns})
    return Reading(stripped, ("Parquet",), tuple(labels), numbers=numbers)


def _kind(place: int, dtype: pl.DataType) -> pl.DataType | type[pl.DataType]:
    if dtype.is_nested() or dtype == pl.Object:
        raise DeliveryRefused("D-112", f"Kolom {place} bevat lijsten of records.", "Lever één waarde per cel.")
    if dtype.is_integer() or dtype.is_float() or dtype in (pl.Boolean, pl.Date):
        return dtype
    if isinstance(dtype, pl.Datetime):
        return dtype
    return pl.Float64 if dtype.is_decimal() else pl.String
