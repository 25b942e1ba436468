"""Parse the rows of a text file below its header, block by block, and dictionary-encode them."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from demad.intake.reading.dictionary_encoding import Coder
from demad.intake.reading.records import ragged
from demad.intake.reading.table import BLANK, COLUMN_LIMIT, no_rows

_AT_ONCE = 2  # blocks: one is parsed while another is encoded
_QUOTED = re.compile(rb'"[^"]*"')
_FEWEST_CELLS = 3  # of fewer, a note of several lines can look like rows
_WIDER = 64  # cells that a line may have beyond the header, all empty


@dataclass(frozen=True, slots=True)
class _Block:
    """Encoded rows of a block; ``trailing``: whether lines had empty cells beyond the header.

    ``short``: the rows with fewer cells than the header, as ``row`` and ``cells``.
    """

    codes: pl.DataFrame
    short: pl.DataFrame
    trailing: bool


class _OddRow(Exception):  # internal; becomes a refusal with the line number
    """A row of a block that does not fit the header: its position in the block, and its number of cells if known."""

    def __init__(self, row: int, cells: int = 0) -> None:
        super().__init__()
        self.row, self.cells = row, cells


class Body:
    """Collects the rows below the header, block by block.

    A row with fewer cells than the header means that the file was cut or is damaged. A row with more is accepted if the
    extra cells are empty, because some programs end each line with a separator.

    Parameters
    ----------
    mark
        The separator.
    width
        Number of cells of the header.
    spare
        Number of extra empty cells in the first rows.
    first
        Number of the first line below the header.
    """

    def __init__(self, mark: str, width: int, *, spare: int, first: int) -> None:
        self._mark, self._width, self._spare, self._first = mark, width, spare, first
        self._short: list[pl.DataFrame] = []
        self._height = 0
        self.trailing = False

    def frame(self, blocks: Iterable[bytes]) -> pl.DataFrame:
        """Return all rows, with the columns of the header; a few blocks are parsed and encoded in parallel.

        Raises
        ------
        DeliveryRefused
            D-104: a row with more cells than the header, D-102: no rows.
        """
        blocks = iter(blocks)
        try:
            return self._all(next(blocks, b""), blocks)
        except _OddRow as odd:
            raise ragged(self._first + self._height + odd.row, odd.cells, self._width) from None

    def _all(self, first: bytes, blocks: Iterable[bytes]) -> pl.DataFrame:
        coder = self._begun(first)
        with ThreadPoolExecutor(_AT_ONCE) as executor:
            coming: deque[Future[_Block]] = deque()
            for block in blocks:
                if len(coming) == _AT_ONCE:
                    self._take(coming.popleft().result(), coder)
                coming.append(executor.submit(self._coded, block, coder))
            for waits in coming:
                self._take(waits.result(), coder)
        return coder.frame()

    def _begun(self, text: bytes) -> Coder:
        """Decide from the first block which columns to encode, and add it."""
        if not text:
            raise no_rows()
        rows, trailing = self._parsed(text, {})
        coder = Coder(rows)
        self._take(_Block(coder.coded(rows), self._short_rows(text, rows.height), trailing), coder)
        return coder

    def refuse_short(self, kept: pl.Series) -> None:
        """Raise D-104 if one of the kept rows (numbered from 0) has fewer cells than the header."""
        short = pl.concat(self._short).filter(pl.col("row").is_in(kept.implode())) if self._short else pl.DataFrame()
        if short.height:
            row, cells = short.row(0)
            raise ragged(self._first + row, cells, self._width)

    def _parsed(self, block: bytes, coded: Mapping[str, pl.Categorical]) -> tuple[pl.DataFrame, bool]:
        """Parse a block; return its rows and whether lines had empty cells beyond the header."""
        try:
            rows = self._read(block, coded, self._width + self._spare)
        except (pl.exceptions.PolarsError, OSError, ValueError):
            rows = self._wider(block, coded)
        if b'"' in block:
            self._refuse_swallowed(block, rows)
        if rows.width == self._width:
            return rows, False
        above = rows.select(pl.nth(range(self._width, rows.width)).cast(pl.String).str.strip_chars(BLANK))
        filled = above.select(pl.any_horizontal(pl.all() != "")).to_series().fill_null(value=False)
        if filled.any():
            row = int(filled.arg_true()[0])
            last = max(place for place, cell in enumerate(above.row(row)) if cell)
            raise _OddRow(row, self._width + last + 1)
        return rows.select(pl.nth(range(self._width))), True

    def _refuse_swallowed(self, block: bytes, rows: pl.DataFrame) -> None:
        """Raise `_OddRow` for a cell with the rest of a row and the beginning of another: a stray quote opened it.

        Such a cell has as many separators per line as a row; a note of several lines has not.
        """
        if block.count(b"\n") <= rows.height or self._width < _FEWEST_CELLS:
            return
        for name in rows.columns:
            cells = rows.select(cell=pl.col(name).cast(pl.String), row=pl.int_range(pl.len()))
            long = cells.filter(pl.col("cell").str.contains("\n", literal=True))
            lines = pl.col("cell").str.count_matches("\n", literal=True)
            marks = pl.col("cell").str.count_matches(self._mark, literal=True)
            swallowed = long.filter(marks >= lines * (self._width - 1))
            if swallowed.height:
                raise _OddRow(int(swallowed["row"][0]))

    def _read(self, block: bytes, coded: Mapping[str, pl.Categorical], width: int) -> pl.DataFrame:
        return pl.read_csv(
            block,
            separator=self._mark,
            has_header=False,
            schema={f"c{place}": coded.get(f"c{place}", pl.String) for place in range(width)},
            missing_columns="insert",  # the first line may be short
            truncate_ragged_lines=False,
            quote_char='"',
        )

    def _wider(self, block: bytes, coded: Mapping[str, pl.Categorical]) -> pl.DataFrame:
        """Parse with room for extra cells; raise `_OddRow` if that is not enough."""
        try:
            return self._read(block, coded, min(self._width + _WIDER, COLUMN_LIMIT + _WIDER))
        except (pl.exceptions.PolarsError, OSError, ValueError):
            cells = _cells_by_record(block, self._mark)
        long = [row for row, count in enumerate(cells) if count > self._width]
        raise _OddRow(long[0], cells[long[0]]) if long else _OddRow(max(0, len(cells) - 1))

    def _coded(self, text: bytes, coder: Coder) -> _Block:
        rows, trailing = self._parsed(text, coder.dtypes)
        return _Block(coder.coded(rows), self._short_rows(text, rows.height), trailing)

    def _short_rows(self, text: bytes, height: int) -> pl.DataFrame:
        """``row`` and ``cells`` of the rows with fewer cells than the header."""
        bare = _QUOTED.sub(b"", text) if self._width > 1 and b'"' in text else text
        if bare.count(self._mark.encode()) == (self._width + self._spare - 1) * height:
            return _counted([])  # the parser refuses rows with more cells, so no row has fewer
        lines = pl.Series("line", [bare.decode("utf-8", "replace").removesuffix("\n")]).str.split("\n").explode()
        cells = lines.str.count_matches(self._mark, literal=True) + 1
        if cells.len() != height:  # a cell contains quotes: count record by record
            cells = pl.Series(_cells_by_record(text, self._mark), dtype=pl.UInt32)
        return _counted(cells if cells.len() == height else []).filter(pl.col("cells") < self._width)

    def _take(self, block: _Block, coder: Coder) -> None:
        """Append a block, in the order of the file."""
        if block.short.height:
            self._short.append(block.short.with_columns(pl.col("row") + self._height))
        self.trailing = self.trailing or block.trailing
        coder.add(block.codes)
        self._height += block.codes.height


def _counted(cells: pl.Series | list[int]) -> pl.DataFrame:
    column = pl.Series("cells", cells, dtype=pl.UInt32)
    return pl.DataFrame({"row": pl.int_range(column.len(), dtype=pl.UInt32, eager=True), "cells": column})


def _cells_by_record(text: bytes, mark: str) -> list[int]:
    """Number of cells per record, as far as the records can be parsed."""
    counts = []
    try:
        for record in csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline=""), delimiter=mark):
            counts.append(len(record))
    except csv.Error:
        pass
    return counts
