"""The rows of a text file below its header: blocks are parsed one by one and coded as they come in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import polars as pl

from demad.intake.coded import Coder
from demad.intake.records import ragged
from demad.intake.sheet import no_rows

_LAST = 1 << 20  # bytes that hold the last line
_QUOTED = re.compile(rb'"[^"]*"')


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

    @property
    def above(self) -> bytes:
        """A full row that goes before each block, as the parser takes the width from the first line."""
        return (self._mark * (self._width - 1) or '""').encode() + b"\n"

    def frame(self, blocks: Iterable[bytes]) -> pl.DataFrame:
        """All rows, with as many columns as the header: one block is parsed while the one before is coded."""
        coder = None
        with ThreadPoolExecutor(1) as beside:
            waits: Future[None] | None = None
            for block in blocks:
                frame = self._parsed(block, coder.dtypes if coder else {})
                coder = coder or Coder(frame)
                if waits:
                    waits.result()
                waits = beside.submit(self._take, block, frame, coder)
            if waits:
                waits.result()
        if coder is None:
            raise no_rows()
        return coder.frame()

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
                new_columns=names,
                schema={name: coded.get(name, pl.String) for name in names},
                truncate_ragged_lines=False,
                quote_char='"',
            ).slice(1)
        except (pl.exceptions.PolarsError, OSError, ValueError):
            raise ragged() from None

    def _take(self, block: bytes, frame: pl.DataFrame, coder: Coder) -> None:
        self._note_short(block, frame.height)
        coder.add(frame)
        self._height += frame.height
        self._last = block[-_LAST:]

    def _note_short(self, block: bytes, height: int) -> None:
        self._quoted = self._quoted or (self._width > 1 and b'"' in block)
        marks = 0 if self._quoted else int(np.count_nonzero(np.frombuffer(block, np.uint8) == ord(self._mark)))
        if self._quoted or marks == (self._width - 1) * (height + 1):
            return  # no row has more (the parser refuses those), so none has fewer
        lines = pl.Series("line", [block.decode("utf-8", "replace").removesuffix("\n")]).str.split("\n").explode()
        short = (lines.str.count_matches(self._mark, literal=True) < self._width - 1).arg_true()
        self._short.append(short + self._height - 1)  # the row above is not short
