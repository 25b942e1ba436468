"""The tables of a bundle as text: canonical CSV of key columns and whole numbers, without the column of the city.

A city is named once, in the manifest, so that no row can be of another one. What is read must be, byte for byte, what
we would write: one way to write a number, one order of the rows, no quotes, no empty cell. The form is judged on the
bytes, before anything parses them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import polars as pl

from demad.errors import DeliveryRefused
from demad.tables.schema import Column, Table

_FORMS: dict[object, bytes] = {
    pl.String: rb"[A-Za-z0-9_<>+./: -]{1,80}",
    pl.Int64: rb"(?:0|[1-9][0-9]{0,6})",  # never negative, and never more than there are people in the country
    pl.Int32: rb"(?:0|[1-9][0-9]{0,6})",
    pl.Boolean: rb"(?:true|false)",
    pl.Date: rb"[12][0-9]{3}-[01][0-9]-[0-3][0-9]",
}
_MOST_ROWS = 250_000


def written(table: Table, frame: pl.DataFrame) -> bytes:
    """The rows of one city as CSV, sorted by key."""
    rest = [name for name in table.columns if name != "city"]
    return table.check(frame).sort(table.key).select(rest).write_csv().encode()


def read(table: Table, content: bytes, city: str) -> pl.DataFrame:
    """Parse the rows of a city; a table of people's rows, or of anything else, is refused.

    Raises
    ------
    DeliveryRefused
        D-627: not as we would write it: other columns, numbers, order, a key twice, or a cell that is empty.
    """
    schema = {name: column.dtype for name, column in table.columns.items() if name != "city"}
    head = ",".join(schema).encode() + b"\n"
    try:
        whole = content.startswith(head) and content.count(b"\n") <= _MOST_ROWS
        if not whole or not _form(tuple(table.columns.values())[1:]).fullmatch(content, len(head)):
            raise ValueError
        rows = pl.read_csv(content, schema=schema)
        keys = rows[[name for name in table.key if name != "city"]].rows() if rows.height else []
        if not all(one < following for one, following in pairwise(keys)):
            raise ValueError
    except (ValueError, pl.exceptions.PolarsError):
        raise DeliveryRefused(
            "D-627",
            f"Tabel {table.name} van de bundel is niet zoals DEMaD ze schrijft.",
            "Maak de bundel met demad bundle make.",
        ) from None
    return rows.select(pl.lit(city).alias("city"), pl.all())


@lru_cache(maxsize=64)
def _form(columns: tuple[Column, ...]) -> re.Pattern[bytes]:
    """The form of all rows of a table together."""
    cells = (_FORMS[column.dtype] + (b"?" if column.nullable else b"") for column in columns)
    return re.compile(rb"(?:" + rb",".join(cells) + rb"\n)*")
