"""The workbook writes its rows at once; cell by cell, as xlsxwriter offers it, the file has the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from demad.reporting import workbook
from demad.reporting.sheet import Sheet
from demad.reporting.sheets import city_sheets
from demad.reporting.words import speaking
from tests.reporting.editions import edition

_WRITTEN = {"title": "DEMaD: Gent", "author": "Kenniscentrum"}
_CELLS = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
_ROWS = st.lists(st.tuples(st.text(min_size=1, max_size=6), _CELLS, _CELLS, _CELLS), min_size=1, max_size=40)


def _by_cell(sheets: Sequence[Sheet]) -> bytes:
    """The same workbook through the interface of xlsxwriter alone."""

    class Cells(Worksheet):
        def hold(self, rows, styles):
            for down, row in enumerate(rows, start=1):
                for across, cell in enumerate(row):
                    if isinstance(cell, str):
                        self.write_string(down, across, cell)
                    elif isinstance(cell, date):
                        self.write_datetime(down, across, datetime.combine(cell, time.min), styles.day)
                    elif cell is not None:
                        own = styles.of_rows[down - 1] if across in styles.special else styles.number
                        self.write_number(down, across, cell, own)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(workbook, "QuickSheet", Cells)
        return workbook._written(sheets, **_WRITTEN)


def test_the_workbook_of_a_city_has_the_bytes_of_one_that_is_written_cell_by_cell():
    with speaking("nl"):
        sheets = city_sheets(edition(), "gent")
    assert sum(len(sheet.rows) for sheet in sheets if sheet.units) > 1000
    assert workbook._written(sheets, **_WRITTEN) == _by_cell(sheets)


@settings(max_examples=40)
@given(_ROWS)
def test_so_has_a_sheet_of_any_words_numbers_days_and_gaps(rows):
    units = [("share", "months", "persons")[place % 3] for place in range(len(rows))]
    sheets = [Sheet("een", ("naam", "a", "b", "c"), rows, units, ("a", "c"))]
    assert workbook._written(sheets, **_WRITTEN) == _by_cell(sheets)


@pytest.mark.parametrize("number", [inf, -inf, nan])
def test_a_number_that_excel_cannot_read_is_refused(number: float):
    sheet = Sheet("een", ("naam", "a"), [("Gent", number)], ["share"], ("a",))
    with pytest.raises(ValueError, match="finite"):
        workbook._written([sheet], **_WRITTEN)
