"""A worksheet that writes its rows at once: the bytes that xlsxwriter writes cell by cell, in a sixth of the time.

How xlsxwriter writes rows is not part of its interface. A test holds every byte against a workbook written by cell, so
that another version that writes otherwise is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import isfinite

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from demad.reporting.sheet import Cell

_BLOCK = 16
"""Rows that share a span: the first and the last column that is filled."""


@dataclass(frozen=True, slots=True)
class Styles:
    """Formats of numbers (``of_rows``, one a row, in the columns ``special``; else ``number``) and of days."""

    of_rows: Sequence[Format]
    special: frozenset[int]
    number: Format
    day: Format


class QuickSheet(Worksheet):
    """A worksheet whose rows below the headers come from `hold`."""

    _rows: Sequence[Sequence[Cell]] = ()
    _styles: Styles
    _strings: dict[str, int]

    def hold(self, rows: Sequence[Sequence[Cell]], styles: Styles) -> None:
        """Take the rows below the headers, at least one; None is an empty cell.

        Raises
        ------
        ValueError
            A number is infinite, or none: Excel refuses a file with one.
        """
        self._strings, shared = {}, self.str_table
        if shared is None:
            raise TypeError("a worksheet is of a workbook")
        for row in rows:
            for cell in row:
                if isinstance(cell, str):
                    self._strings[cell] = shared._get_shared_string_index(cell)
                elif isinstance(cell, float) and not isfinite(cell):
                    raise ValueError("a number of a workbook is finite")
        self._rows, self._styles = rows, styles
        self._check_dimensions(len(rows), len(rows[0]) - 1)

    def _write_rows(self) -> None:
        last, self.dim_rowmax = self.dim_rowmax, 0
        super()._write_rows()  # the headers
        self.dim_rowmax = last
        self.fh.write("".join(self._texts()))

    def _texts(self) -> list[str]:
        """Each row as XML."""
        styles, spans = self._styles, self._spans()
        names = [xl_col_to_name(across) for across in range(len(self._rows[0]))]
        made = []
        for down, (row, own) in enumerate(zip(self._rows, styles.of_rows, strict=True), start=1):
            cells = [
                self._cell(cell, f"{names[across]}{down + 1}", own if across in styles.special else styles.number)
                for across, cell in enumerate(row)
                if cell is not None
            ]
            made.append(f'<row r="{down + 1}" spans="{spans[down // _BLOCK]}">{"".join(cells)}</row>')
        return made

    def _cell(self, cell: Cell, at: str, style: Format) -> str:
        if isinstance(cell, str):
            return f'<c r="{at}" t="s"><v>{self._strings[cell]}</v></c>'
        if isinstance(cell, date):
            serial = self._convert_date_time(datetime.combine(cell, time.min))
            return f'<c r="{at}" s="{_number_of(self._styles.day)}"><v>{serial:.16G}</v></c>'
        return f'<c r="{at}" s="{_number_of(style)}"><v>{cell:.16G}</v></c>'

    def _spans(self) -> list[str]:
        """First and last filled column of each block of rows, from 1; the headers fill all of the first block."""
        filled = [(0, len(self._rows[0]) - 1), *(_ends(row) for row in self._rows)]
        blocks = [filled[begin : begin + _BLOCK] for begin in range(0, len(filled), _BLOCK)]
        return [f"{min(first for first, _ in block) + 1}:{max(last for _, last in block) + 1}" for block in blocks]


def _ends(row: Sequence[Cell]) -> tuple[int, int]:
    """The first and the last filled cell of a row; of these tables the first column is always filled."""
    return 0, max(across for across, cell in enumerate(row) if cell is not None)


def _number_of(style: Format) -> int:
    """The number of a format in the workbook, which it gets where it is used first."""
    return style._get_xf_index()  # pyright: ignore[reportPrivateUsage]  # see the docstring of this module
