"""Columns of text as codes: each different text once, and per row which one. Days and codes hold few texts.

What is coded is a `pl.Enum`; its type names every text, so it never stands in a message. What is judged of a cell
is judged of each text once. Not here: what the texts mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import polars as pl

Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)

_FEW = 20  # rows for each text, where a reader is faster with codes than with text


@dataclass(frozen=True, slots=True)
class Texts:
    """The different texts of a column and null, as long as they are coded; else its cells.

    Parameters
    ----------
    column
        All cells, coded or not.
    each
        What is to be judged.
    codes
        Per row the place in ``each``; None where ``each`` are the rows themselves.
    """

    column: pl.Series
    each: pl.Series
    codes: pl.Series | None

    def spread(self, judged: pl.Series) -> pl.Series:
        """What was judged of each text, for every row; null where it was null."""
        if self.codes is None:
            return judged
        return self.column if judged.equals(self.each, check_dtypes=True) else judged.gather(self.codes)

    def places(self, judged: pl.Series) -> pl.Series:
        """The rows, from 0, whose text was judged true."""
        if self.codes is not None and not judged.any():
            return pl.Series(judged.name, [], dtype=pl.UInt32)
        return self.spread(judged).arg_true()


def texts_of(column: pl.Series) -> Texts:
    """The different texts of a column that is coded or can be; the cells of any other."""
    column = coded(column)
    if not isinstance(column.dtype, pl.Enum):
        return Texts(column, column, None)
    words = column.dtype.categories
    each = pl.concat([words, pl.Series([None], dtype=pl.String)]).alias(column.name)
    return Texts(column, each, column.to_physical().fill_null(words.len()))


def coded(column: pl.Series) -> pl.Series:
    """Text of which most cells return, as codes; anything else as it is."""
    if column.dtype != pl.String or not _return(column):
        return column
    return column.cast(pl.Enum(column.unique().drop_nulls()))


def as_text_columns(rows: Rows) -> Rows:
    """The rows with plain text in the place of codes, as they are stored and travel."""
    schema = rows.collect_schema()
    return rows.cast({name: pl.String for name, dtype in schema.items() if isinstance(dtype, pl.Enum)})


def taken_apart(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, list[int]]:
    """The frame with numbers for codes, all texts under each other, and how many are of each column.

    -1 for a column that is not coded.
    """
    words = {name: dtype.categories for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum)}
    numbers = frame.with_columns(pl.col(name).to_physical() for name in words)
    texts = pl.concat([pl.Series("text", [], dtype=pl.String), *words.values()])
    return numbers, texts, [words[name].len() if name in words else -1 for name in frame.columns]


def put_together(numbers: pl.DataFrame, texts: pl.Series, counts: list[int]) -> pl.DataFrame:
    """The frame that was `taken_apart`.

    Raises
    ------
    ValueError, pl.exceptions.PolarsError
        The three were not of one frame.
    """
    columns, start = [], 0
    for column, count in zip(numbers.iter_columns(), counts, strict=True):
        if count >= 0:
            columns.append(_of_codes(column, texts.slice(start, count)))
            start += count
        else:
            columns.append(column)
    if start != texts.len():
        raise ValueError
    return pl.DataFrame(columns)


class Coder:
    """Blocks of one table under each other, in little memory: columns are coded as the blocks come in.

    Parameters
    ----------
    first
        The first block: of its columns of text, those of which most cells return are coded.
    """

    def __init__(self, first: pl.DataFrame) -> None:
        texts = [name for name, dtype in first.schema.items() if dtype == pl.String]
        self._books = {name: pl.Categorical(pl.Categories.random()) for name in texts if _return(first[name])}
        self._open = [pl.Series(dtype=book) for book in self._books.values()]  # a book nobody holds forgets its texts
        self._few = [name for name in self._books if first[name].n_unique() * _FEW <= first.height]
        self._blocks: list[pl.DataFrame] = []
        self.height = 0

    @property
    def dtypes(self) -> dict[str, pl.Categorical]:
        """The types in which a reader may bring coded columns, to be spared the text: those of few texts."""
        return {name: self._books[name] for name in self._few}

    def add(self, block: pl.DataFrame) -> None:
        """Put a block under the others; text or `dtypes` in its coded columns."""
        numbers = block.cast(self._books).with_columns(pl.col(name).to_physical() for name in self._books)  # pyright: ignore[reportArgumentType]
        self._blocks.append(numbers.with_columns(numbers[name].shrink_dtype() for name in self._books))
        self.height += block.height

    def frame(self) -> pl.DataFrame:
        """All blocks; nothing can be added after."""
        whole = pl.concat(self._blocks, how="vertical_relaxed")
        self._blocks.clear()
        return whole.with_columns(_of_codes(whole[name], self._texts(name, whole[name])) for name in self._books)

    def _texts(self, name: str, codes: pl.Series) -> pl.Series:
        last = codes.max()
        every = pl.int_range(0, 0 if last is None else int(last) + 1, dtype=pl.UInt32, eager=True)  # pyright: ignore[reportArgumentType]
        return every.cat.to(self._books[name]).cast(pl.String)


def _return(column: pl.Series) -> bool:
    return column.n_unique() * 2 <= column.len()


def _of_codes(codes: pl.Series, texts: pl.Series) -> pl.Series:
    numbers = pl.UInt8 if texts.len() < 1 << 8 else pl.UInt16 if texts.len() < 1 << 16 else pl.UInt32  # as polars
    return codes.cast(numbers).cat.to(pl.Enum(texts))
