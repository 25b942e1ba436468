"""Columns of text as codes: each different text once, and per row which one. Days and codes hold few texts.

What is coded is a `pl.Enum` of few texts, or a `pl.Categorical` of many. The type of the first names every text, so
it never stands in a message. What is judged of a cell is judged of each text once. A delivered column may be called
anything, ``*`` too, so it has another name where we ask something of it. Not here: what the texts mean.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.intake.reading.parallel import each

_CELL = "cell"
_FEW = 20  # rows for each text, where a reader is faster with codes than with text
_ENUM = 1 << 16  # texts: an Enum of fewer takes one or two bytes a row, but is looked up each time it is named


@dataclass(frozen=True, slots=True)
class Texts:
    """The different texts of a column, and null where one is, as long as they are coded; else its cells.

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

    def counts(self) -> pl.Series:
        """In how many rows each stands, in the order of ``each``."""
        if self.codes is None:
            return pl.repeat(1, self.each.len(), dtype=pl.UInt32, eager=True).alias("rows")
        found = np.bincount(self.codes.to_numpy(), minlength=self.each.len())
        return pl.Series("rows", found[: self.each.len()], dtype=pl.UInt32)


def texts_of(column: pl.Series) -> Texts:
    """The different texts of a column that is coded or can be; the cells of any other."""
    column = coded(column.alias(_CELL))
    if not is_coded(column.dtype):
        return Texts(column, column, None)
    words, codes = _words(column), column.to_physical()
    if not column.null_count():
        return Texts(column, words.alias(_CELL), codes)
    each = pl.concat([words, pl.Series([None], dtype=pl.String)]).alias(_CELL)
    return Texts(column, each, codes.fill_null(words.len()))


def coded(column: pl.Series) -> pl.Series:
    """Text of which most cells return, as codes; anything else as it is."""
    if column.dtype != pl.String or not _return(column):
        return column
    words = column.alias(_CELL).unique().drop_nulls()
    return column.cast(pl.Enum(words) if words.len() < _ENUM else _book())


def is_coded(dtype: pl.DataType) -> bool:
    """Whether a column of this type holds codes of texts."""
    return isinstance(dtype, pl.Enum | pl.Categorical)


def as_text_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with plain text in the place of codes, as it is stored."""
    return frame.with_columns(column.cast(pl.String) for column in frame.iter_columns() if is_coded(column.dtype))


def as_text_rows(frame: pl.DataFrame) -> pl.LazyFrame:
    """The same of a table of the contract, as it is written: text takes sixteen times the memory of its codes."""
    texts = [pl.col(column.name).cast(pl.String) for column in frame.iter_columns() if is_coded(column.dtype)]
    return frame.rechunk().lazy().with_columns(texts)


def taken_apart(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, list[int]]:
    """The frame with numbers for codes, all texts under each other, and how many are of each column.

    -1 for a column that is not coded.
    """
    columns = [column.alias(_CELL) for column in frame.iter_columns()]
    words = [_words(column) if is_coded(column.dtype) else None for column in columns]
    numbers = pl.DataFrame(
        [
            (column if text is None else column.to_physical()).alias(name)
            for name, column, text in zip(frame.columns, columns, words, strict=True)
        ]
    )
    texts = pl.concat([pl.Series("text", [], dtype=pl.String), *(text for text in words if text is not None)])
    return numbers, texts, [-1 if text is None else text.len() for text in words]


def put_together(numbers: pl.DataFrame, texts: pl.Series, counts: list[int]) -> pl.DataFrame:
    """The frame that was `taken_apart`.

    Raises
    ------
    ValueError, pl.exceptions.PolarsError
        The three were not of one frame.
    """
    ends = list(itertools.accumulate(max(count, 0) for count in counts))
    if len(counts) != numbers.width or (ends[-1] if ends else 0) != texts.len():
        raise ValueError

    def column(place: int) -> pl.Series:
        found, count = numbers.to_series(place), counts[place]
        if count < 0:
            return found
        codes, words = found.alias(_CELL), texts.slice(ends[place] - count, count)
        return (_of_few(codes, words) if count < _ENUM else _of_many(codes, words)).alias(found.name)

    return pl.DataFrame(each(column, range(numbers.width), rows=numbers.height))


class Coder:
    """Blocks of one table under each other, in little memory: columns are coded as the blocks come in.

    Parameters
    ----------
    first
        The first block: of its columns of text, those of which most cells return are coded.
    """

    def __init__(self, first: pl.DataFrame) -> None:
        texts = [name for name, dtype in first.schema.items() if dtype == pl.String]
        self._books = {name: _book() for name in texts if _return(first[name])}
        self._open = [pl.Series(dtype=book) for book in self._books.values()]  # a book nobody holds forgets its texts
        self._few = [name for name in self._books if first[name].n_unique() * _FEW <= first.height]
        self._blocks: list[pl.DataFrame] = []
        self.height = 0

    @property
    def dtypes(self) -> dict[str, pl.Categorical]:
        """The types in which a reader may bring coded columns, to be spared the text: those of few texts."""
        return {name: self._books[name] for name in self._few}

    def coded(self, block: pl.DataFrame) -> pl.DataFrame:
        """A block as numbers, with text or `dtypes` in its coded columns; several may be coded side by side."""
        return block.with_columns(_narrow(_codes(block[name], book)) for name, book in self._books.items())

    def add(self, numbers: pl.DataFrame) -> None:
        """Put a block that was `coded` under the others."""
        self._blocks.append(numbers)
        self.height += numbers.height

    def frame(self) -> pl.DataFrame:
        """All blocks; nothing can be added after."""
        whole = pl.concat(self._blocks, how="vertical_relaxed")
        self._blocks.clear()
        return whole.with_columns(each(lambda name: self._coded(name, whole[name]), self._books, rows=whole.height))

    def _coded(self, name: str, codes: pl.Series) -> pl.Series:
        words = _texts(codes, self._books[name])
        return _of_few(codes, words) if words.len() < _ENUM else codes.cast(pl.UInt32).cat.to(self._books[name])


def _return(column: pl.Series) -> bool:
    return column.n_unique() * 2 <= column.len()


def _codes(column: pl.Series, book: pl.Categorical) -> pl.Series:
    """The codes of a column in a book; of text each is looked up once, as a large book is far from the processor."""
    if column.dtype == book:
        return column.to_physical()
    own = column.cast(_book())
    return _words(own).cast(book).to_physical().gather(own.to_physical()).alias(column.name)


def _narrow(codes: pl.Series) -> pl.Series:
    """The same in as few bytes a row as hold them."""
    last = int(codes.max() or 0)  # pyright: ignore[reportArgumentType]
    fits = pl.UInt8 if last < 1 << 8 else pl.UInt16 if last < 1 << 16 else pl.UInt32
    return codes.cast(fits, wrap_numerical=True)  # without a look at each, which takes ten times as long


def _book() -> pl.Categorical:
    return pl.Categorical(pl.Categories.random())


def _words(column: pl.Series) -> pl.Series:
    """The texts of a coded column, in the order of their codes."""
    if isinstance(column.dtype, pl.Enum):
        return column.dtype.categories
    return _texts(column.to_physical(), column.dtype)  # pyright: ignore[reportArgumentType]


def _texts(codes: pl.Series, book: pl.Categorical) -> pl.Series:
    last = codes.max()
    places = pl.int_range(0, 0 if last is None else int(last) + 1, dtype=pl.UInt32, eager=True)  # pyright: ignore[reportArgumentType]
    return places.cat.to(book).cast(pl.String)


def _of_few(codes: pl.Series, words: pl.Series) -> pl.Series:
    numbers = pl.UInt8 if words.len() < 1 << 8 else pl.UInt16  # as polars
    return codes.cast(numbers).cat.to(pl.Enum(words))


def _of_many(codes: pl.Series, words: pl.Series) -> pl.Series:
    """Raises ValueError where a text stands twice or is null, so that codes would not be theirs."""
    column = words.cast(_book())
    if not column.to_physical().equals(pl.int_range(words.len(), dtype=pl.UInt32, eager=True)):
        raise ValueError
    return codes.cat.to(column.dtype)  # pyright: ignore[reportArgumentType]
