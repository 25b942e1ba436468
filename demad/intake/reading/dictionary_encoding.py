"""Dictionary-encode text columns: each distinct text is stored once, with one code per row.

Columns with few distinct texts become `pl.Enum`, others `pl.Categorical`. Never print an Enum dtype: it lists its
values. Checks run once per distinct text. A delivered column may have any name, even ``*``, so it is renamed before it
is used in an expression. Not here: the meaning of the texts.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import polars as pl

from demad.intake.reading.parallel import map_parallel

_CELL = "cell"
_FEW = 20  # rows per distinct text from which a reader is faster with codes
_ENUM = 1 << 16  # distinct texts: a smaller Enum takes one or two bytes per row, but looks up its texts at each use


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts (and null, if present) of an encoded column; the cells themselves of another column.

    Parameters
    ----------
    column
        All cells, encoded or not.
    each
        The values to check.
    codes
        Per row the position in ``each``; None if ``each`` holds the rows themselves.
    """

    column: pl.Series
    each: pl.Series
    codes: pl.Series | None

    def spread(self, judged: pl.Series) -> pl.Series:
        """Expand results per text to all rows; null for null cells."""
        if self.codes is None:
            return judged
        return self.column if judged.equals(self.each, check_dtypes=True) else judged.gather(self.codes)

    def places(self, judged: pl.Series) -> pl.Series:
        """Row numbers, from 0, whose text has result true."""
        if self.codes is not None and not judged.any():
            return pl.Series(judged.name, [], dtype=pl.UInt32)
        return self.spread(judged).arg_true()

    def counts(self) -> pl.Series:
        """Number of rows per text, in the order of ``each``."""
        if self.codes is None:
            return pl.repeat(1, self.each.len(), dtype=pl.UInt32, eager=True).alias("rows")
        runs = self.codes.drop_nulls().sort().rle().struct.unnest()
        none = pl.repeat(0, self.each.len(), dtype=pl.UInt32, eager=True).alias("rows")
        return none.scatter(runs["value"], runs["len"])


def texts_of(column: pl.Series) -> Texts:
    """The distinct texts of a column that is or can be encoded; the cells of any other column."""
    column = coded(column.alias(_CELL))
    if not is_coded(column.dtype):
        return Texts(column, column, None)
    words, codes = _words(column), column.to_physical()
    if not column.null_count():
        return Texts(column, words.alias(_CELL), codes)
    each = pl.concat([words, pl.Series([None], dtype=pl.String)]).alias(_CELL)
    return Texts(column, each, codes.fill_null(words.len()))


def coded(column: pl.Series) -> pl.Series:
    """Encode a text column with many repeated values; return other columns unchanged."""
    if column.dtype != pl.String or not _return(column):
        return column
    words = column.alias(_CELL).unique().drop_nulls()
    return column.cast(pl.Enum(words) if words.len() < _ENUM else _book())


def is_coded(dtype: pl.DataType) -> bool:
    """Whether this is the dtype of an encoded column."""
    return isinstance(dtype, pl.Enum | pl.Categorical)


def as_text_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Decode all encoded columns to plain text, for storage."""
    return frame.with_columns(column.cast(pl.String) for column in frame.iter_columns() if is_coded(column.dtype))


def as_text_rows(frame: pl.DataFrame) -> pl.LazyFrame:
    """Decode a contract table lazily, during writing: text takes sixteen times the memory of its codes."""
    texts = [pl.col(column.name).cast(pl.String) for column in frame.iter_columns() if is_coded(column.dtype)]
    return frame.rechunk().lazy().with_columns(texts)


def taken_apart(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, list[int]]:
    """Split a frame into codes, all texts concatenated, and the number of texts per column.

    The number is -1 for a column that is not encoded.
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
    """Rebuild the frame that `taken_apart` split.

    Raises
    ------
    ValueError, pl.exceptions.PolarsError
        The three parts do not belong together.
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

    return pl.DataFrame(map_parallel(column, range(numbers.width), rows=numbers.height))


class Coder:
    """Concatenates blocks of one table in little memory: columns are encoded block by block.

    Parameters
    ----------
    first
        The first block, which decides which text columns are encoded: those with many repeated values.
    """

    def __init__(self, first: pl.DataFrame) -> None:
        texts = [name for name, dtype in first.schema.items() if dtype == pl.String]
        self._books = {name: _book() for name in texts if _return(first[name])}
        self._open = [pl.Series(dtype=book) for book in self._books.values()]  # unreferenced, they lose their texts
        self._few = [name for name in self._books if first[name].n_unique() * _FEW <= first.height]
        self._blocks: list[pl.DataFrame] = []
        self.height = 0

    @property
    def dtypes(self) -> dict[str, pl.Categorical]:
        """The dtypes in which a reader may deliver encoded columns directly: those with few texts."""
        return {name: self._books[name] for name in self._few}

    def coded(self, block: pl.DataFrame) -> pl.DataFrame:
        """Encode a block whose columns hold text or `dtypes`; safe to call from several threads."""
        return block.with_columns(_narrow(_codes(block[name], book)) for name, book in self._books.items())

    def add(self, numbers: pl.DataFrame) -> None:
        """Append a block that `coded` encoded."""
        self._blocks.append(numbers)
        self.height += numbers.height

    def frame(self) -> pl.DataFrame:
        """Return all blocks; no block can be added afterwards."""
        whole = pl.concat(self._blocks, how="vertical_relaxed")
        self._blocks.clear()
        return whole.with_columns(
            map_parallel(lambda name: self._coded(name, whole[name]), self._books, rows=whole.height)
        )

    def _coded(self, name: str, codes: pl.Series) -> pl.Series:
        words = _texts(codes, self._books[name])
        return _of_few(codes, words) if words.len() < _ENUM else codes.cast(pl.UInt32).cat.to(self._books[name])


def _return(column: pl.Series) -> bool:
    return column.n_unique() * 2 <= column.len()


def _codes(column: pl.Series, book: pl.Categorical) -> pl.Series:
    """The codes of a column; text is deduplicated first, because lookups in a large dictionary miss the cache."""
    if column.dtype == book:
        return column.to_physical()
    own = column.cast(_book())
    return _words(own).cast(book).to_physical().gather(own.to_physical()).alias(column.name)


def _narrow(codes: pl.Series) -> pl.Series:
    """The same codes in the smallest integer type that holds them."""
    last = int(codes.max() or 0)  # pyright: ignore[reportArgumentType]
    fits = pl.UInt8 if last < 1 << 8 else pl.UInt16 if last < 1 << 16 else pl.UInt32
    return codes.cast(fits, wrap_numerical=True)  # skips a range check, which takes ten times as long


def _book() -> pl.Categorical:
    return pl.Categorical(pl.Categories.random())


def _words(column: pl.Series) -> pl.Series:
    """The texts of an encoded column, in the order of their codes."""
    if isinstance(column.dtype, pl.Enum):
        return column.dtype.categories
    return _texts(column.to_physical(), column.dtype)  # pyright: ignore[reportArgumentType]


def _texts(codes: pl.Series, book: pl.Categorical) -> pl.Series:
    last = codes.max()
    places = pl.int_range(0, 0 if last is None else int(last) + 1, dtype=pl.UInt32, eager=True)  # pyright: ignore[reportArgumentType]
    return places.cat.to(book).cast(pl.String)


def _of_few(codes: pl.Series, words: pl.Series) -> pl.Series:
    numbers = pl.UInt8 if words.len() < 1 << 8 else pl.UInt16  # the type that polars uses
    return codes.cast(numbers).cat.to(pl.Enum(words))


def _of_many(codes: pl.Series, words: pl.Series) -> pl.Series:
    """Raise ValueError if a text is repeated or null, because codes would then be ambiguous."""
    column = words.cast(_book())
    if not column.to_physical().equals(pl.int_range(words.len(), dtype=pl.UInt32, eager=True)):
        raise ValueError
    return codes.cat.to(column.dtype)  # pyright: ignore[reportArgumentType]
