"""The rows of a text file below its header: blocks are parsed one by one and coded as they come in."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.intake.reading.dictionary_encoding import Coder
from demad.intake.reading.records import ragged
from demad.intake.reading.table import no_rows

_LAST = 1 << 20  # bytes that hold the last line
_AT_ONCE = 2  # blocks: one is parsed while the other is coded
_SLICE = 1 << 18
_QUOTED = re.compile(rb'"[^"]*"')


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of the file as codes, whether anything is quoted in them, else which are short, and how they end."""

    codes: pl.DataFrame
    quoted: bool
    short: pl.Series | None
    last: bytes


class Body:
    """The rows below the header, as they come in.

    A row of data with fewer cells than the header says that the file was cut or is broken. Every line is counted
    where nothing is quoted, else the last one.

    Parameters
    ----------
    mark
        The separator.
    width
        How many cells the header has.
    """

    def __init__(self, mark: str, width: int) -> None:
        self._mark, self._width = mark, width
        self._quoted = False
        self._short: list[pl.Series] = []
        self._height, self._last = 0, b""

    def frame(self, blocks: Iterable[bytes]) -> pl.DataFrame:
        """All rows, with as many columns as the header; a few blocks are parsed and coded side by side."""
        blocks = iter(blocks)
        coder = self._begun(next(blocks, b""))
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
        rows = self._parsed(text, {})
        coder = Coder(rows)
        self._take(self._looked_at(text, coder.coded(rows)), coder)
        return coder

    def refuse_short(self, kept: pl.Series) -> None:
        """Raise D-104 where one of the rows that are kept (from 0) has fewer cells than the header."""
        if self._quoted:
            last = _QUOTED.sub(b"", self._last.rstrip(b"\r\n").rsplit(b"\n", 1)[-1])
            cut = not self._last.endswith(b"\n") and b'"' not in last
            if cut and last.count(self._mark.encode()) < self._width - 1 and self._height - 1 in kept:
                raise ragged()
        elif self._short and pl.concat(self._short).is_in(kept.implode()).any():
            raise ragged()

    def _parsed(self, block: bytes, coded: Mapping[str, pl.Categorical]) -> pl.DataFrame:
        names = [f"c{place}" for place in range(self._width)]
        try:
            return pl.read_csv(
                block,
                separator=self._mark,
                has_header=False,
                schema={name: coded.get(name, pl.String) for name in names},
                missing_columns="insert",  # of the first line, which may be short
                truncate_ragged_lines=False,
                quote_char='"',
            )
        except (pl.exceptions.PolarsError, OSError, ValueError):
            raise ragged() from None

    def _coded(self, text: bytes, coder: Coder) -> _Block:
        return self._looked_at(text, coder.coded(self._parsed(text, coder.dtypes)))

    def _looked_at(self, text: bytes, codes: pl.DataFrame) -> _Block:
        quoted = self._width > 1 and b'"' in text
        short = None if quoted else self._short_rows(text, codes.height)
        return _Block(codes, quoted, short, text[-_LAST:])

    def _short_rows(self, text: bytes, height: int) -> pl.Series | None:
        if _count(text, self._mark) == (self._width - 1) * height:
            return None  # no row has more (the parser refuses those), so none has fewer
        lines = pl.Series("line", [text.decode("utf-8", "replace").removesuffix("\n")]).str.split("\n").explode()
        return (lines.str.count_matches(self._mark, literal=True) < self._width - 1).arg_true()

    def _take(self, block: _Block, coder: Coder) -> None:
        """Put a block under the others; in the order of the file."""
        self._quoted = self._quoted or block.quoted
        if block.short is not None:
            self._short.append(block.short + self._height)
        coder.add(block.codes)
        self._height += block.codes.height
        self._last = block.last


def _count(text: bytes, letter: str) -> int:
    """How often an ASCII letter stands in a text, a slice at a time: what was compared stays near the processor."""
    letters = np.frombuffer(text, np.uint8)
    slices = (letters[start : start + _SLICE] for start in range(0, letters.size, _SLICE))
    return sum(int(np.count_nonzero(some == ord(letter))) for some in slices)
