"""Read Parquet of any program: columns become text, numbers, dates or Booleans; other types are refused."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.dictionary_encoding import Coder
from demad.intake.reading.table import (
    Reading,
    could_be_header,
    damaged,
    hits,
    named,
    no_header,
    no_rows,
    refuse_many_columns,
)

_Kind = pl.DataType | type[pl.DataType]
_CELL_LIMIT = 500_000_000  # rows x columns
_ROWS = 500_000  # rows that are in memory as text at once


def read_parquet(content: bytes, known: Collection[str]) -> Reading:
    """Read the table in a Parquet file.

    Raises
    ------
    DeliveryRefused
        D-102: no rows, D-103: damaged, D-106: too large after unpacking, D-109: no known column, D-110..D-113: as
        `named`, D-112: a column with lists or records.
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
        kinds = [_kind(place, dtype) for place, dtype in enumerate(schema.values(), start=1)]
        frame = _frame(content, rows, [*schema], kinds) if rows else pl.DataFrame(schema=schema)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, OverflowError):
        raise damaged("Parquet") from None
    if not rows:
        raise no_rows()
    if not hits(frame.columns, known) and not could_be_header(frame.columns, known):
        raise no_header()
    _ = named(frame.head(0).cast(pl.String), [*frame.columns])
    labels = [text for key, value in metadata.items() if key != "ARROW:schema" for text in (key, value)]
    numbers = pl.Series("rij", range(1, frame.height + 1), dtype=pl.UInt32)
    stripped = frame.rename({name: name.strip() for name in frame.columns})
    return Reading(stripped, ("Parquet",), tuple(labels), numbers=numbers)


def _frame(content: bytes, rows: int, names: list[str], kinds: Sequence[_Kind]) -> pl.DataFrame:
    """Read all rows in slices, so that little text is in memory at once.

    Columns are addressed by position, because one may be called ``*``.
    """
    plainly = [f"c{place}" for place in range(len(names))]
    renamed = pl.scan_parquet(io.BytesIO(content)).select(
        pl.nth(place).alias(name) for place, name in enumerate(plainly)
    )
    scan = renamed.select(pl.col(name).cast(kind) for name, kind in zip(plainly, kinds, strict=True))
    coder: Coder | None = None
    for start in range(0, rows, _ROWS):
        some = scan.slice(start, _ROWS).collect()
        coder = coder or Coder(some)
        coder.add(coder.coded(some))
    assert coder is not None  # noqa: S101
    frame = coder.frame()
    frame.columns = names
    return frame


def _kind(place: int, dtype: pl.DataType) -> _Kind:
    if dtype.is_nested() or dtype == pl.Object:
        raise DeliveryRefused("D-112", f"Kolom {place} bevat lijsten of records.", "Lever één waarde per cel.")
    if dtype.is_integer() or dtype.is_float() or isinstance(dtype, pl.Boolean | pl.Date):
        return dtype
    if isinstance(dtype, pl.Datetime):
        return dtype
    return pl.Float64 if dtype.is_decimal() else pl.String
