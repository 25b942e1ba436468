"""The rows of a text file below its header: blocks are parsed one by one and coded as they come in."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.intake.reading.dictionary_encoding import Coder
from demad.intake.reading.records import ragged
from demad.intake.reading.table import BLANK, COLUMN_LIMIT, no_rows

_AT_ONCE = 2  # blocks: one is parsed while the other is coded
_SLICE = 1 << 18
_QUOTED = re.compile(rb'"[^"]*"')
_WIDER = 64  # cells that a line may have above those of the header, all empty


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of the file as codes, which have fewer cells than the header (``row`` and ``cells``), and whether lines had
    empty cells above its number.
    """

    codes: pl.DataFrame
    short: pl.DataFrame
    trailing: bool


class _OddRow(Exception):  # caught and told as a refusal, with its line
    """A row of a block that no header fits: its place in the block, and its cells where they could be counted."""

    def __init__(self, row: int, cells: int = 0) -> None:
        super().__init__()
        self.row, self.cells = row, cells


class Body:
    """The rows below the header, as they come in.

    A row of data with fewer cells than the header says that the file was cut or is broken. A row with more is let be
    where those are empty, as some programs end each line with a separator.

    Parameters
    ----------
    mark
        The separator.
    width
        How many cells the header has.
    spare
        How many empty cells the first rows have above that.
    first
        The number of the first line below the header.
    """

    def __init__(self, mark: str, width: int, *, spare: int, first: int) -> None:
        self._mark, self._width, self._spare, self._first = mark, width, spare, first
        self._short: list[pl.DataFrame] = []
        self._height = 0
        self.trailing = False

    def frame(self, blocks: Iterable[bytes]) -> pl.DataFrame:
        """All rows, with as many columns as the header; a few blocks are parsed and coded side by side.

        Raises
        ------
        DeliveryRefused
            D-104 a row with more cells than the header, D-102 no row.
        """
        blocks = iter(blocks)
        try:
            return self._all(next(blocks, b""), blocks)
        except _OddRow as odd:
            raise ragged(self._first + self._height + odd.row, odd.cells, self._width) from None

    def _all(self, first: bytes, blocks: Iterable[bytes]) -> pl.DataFrame:
        coder = self._begun(first)
        with ThreadPoolExecutor(_AT_ONCE) as beside:
            coming: deque[Future[_Block]] = deque()
            for block in blocks:
                if len(coming) == _AT_ONCE:
                    self._take(coming.popleft().result(), coder)
                coming.append(beside.submit(self._coded, block, coder))
            for waits in coming:
                self._take(waits.result(), coder)
        return coder.frame()

    def _begun(self, text: bytes) -> Coder:
        """How the columns are coded, as the first block says, which is in it."""
        if not text:
            raise no_rows()
        rows, trailing = self._parsed(text, {})
        coder = Coder(rows)
        self._take(_Block(coder.coded(rows), self._short_rows(text, rows.height), trailing), coder)
        return coder

    def refuse_short(self, kept: pl.Series) -> None:
        """Raise D-104 where one of the rows that are kept (from 0) has fewer cells than the header."""
        short = pl.concat(self._short).filter(pl.col("row").is_in(kept.implode())) if self._short else pl.DataFrame()
        if short.height:
            row, cells = short.row(0)
            raise ragged(self._first + row, cells, self._width)

    def _parsed(self, block: bytes, coded: Mapping[str, pl.Categorical]) -> tuple[pl.DataFrame, bool]:
        """The rows of a block, and whether lines had empty cells above the number of the header."""
        try:
            rows = self._read(block, coded, self._width + self._spare)
        except (pl.exceptions.PolarsError, OSError, ValueError):
            rows = self._wider(block, coded)
        if rows.width == self._width:
            return rows, False
        above = rows.select(pl.nth(range(self._width, rows.width)).cast(pl.String).str.strip_chars(BLANK))
        filled = above.select(pl.any_horizontal(pl.all() != "")).to_series().fill_null(value=False)
        if filled.any():
            row = int(filled.arg_true()[0])
            last = max(place for place, cell in enumerate(above.row(row)) if cell)
            raise _OddRow(row, self._width + last + 1)
        return rows.select(pl.nth(range(self._width))), True

    def _read(self, block: bytes, coded: Mapping[str, pl.Categorical], width: int) -> pl.DataFrame:
        return pl.read_csv(
            block,
            separator=self._mark,
            has_header=False,
            schema={f"c{place}": coded.get(f"c{place}", pl.String) for place in range(width)},
            missing_columns="insert",  # of the first line, which may be short
            truncate_ragged_lines=False,
            quote_char='"',
        )

    def _wider(self, block: bytes, coded: Mapping[str, pl.Categorical]) -> pl.DataFrame:
        """The same with room for cells above those of the header; raises `_OddRow` where that is not enough."""
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
        if _count(bare, self._mark) == (self._width + self._spare - 1) * height:
            return _counted([])  # no row has more (the parser refuses those), so none has fewer
        lines = pl.Series("line", [bare.decode("utf-8", "replace").removesuffix("\n")]).str.split("\n").explode()
        cells = lines.str.count_matches(self._mark, literal=True) + 1
        if cells.len() != height:  # a quote within a cell: then record by record
            cells = pl.Series(_cells_by_record(text, self._mark), dtype=pl.UInt32)
        return _counted(cells if cells.len() == height else []).filter(pl.col("cells") < self._width)

    def _take(self, block: _Block, coder: Coder) -> None:
        """Put a block under the others; in the order of the file."""
        if block.short.height:
            self._short.append(block.short.with_columns(pl.col("row") + self._height))
        self.trailing = self.trailing or block.trailing
        coder.add(block.codes)
        self._height += block.codes.height


def _counted(cells: pl.Series | list[int]) -> pl.DataFrame:
    column = pl.Series("cells", cells, dtype=pl.UInt32)
    return pl.DataFrame({"row": pl.int_range(column.len(), dtype=pl.UInt32, eager=True), "cells": column})


def _cells_by_record(text: bytes, mark: str) -> list[int]:
    """How many cells each record has, as far as they can be told apart."""
    counts = []
    try:
        for record in csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline=""), delimiter=mark):
            counts.append(len(record))
    except csv.Error:
        pass
    return counts


def _count(text: bytes, letter: str) -> int:
    """How often an ASCII letter stands in a text, a slice at a time: what was compared stays near the processor."""
    letters = np.frombuffer(text, np.uint8)
    slices = (letters[start : start + _SLICE] for start in range(0, letters.size, _SLICE))
    return sum(int(np.count_nonzero(some == ord(letter))) for some in slices)
