"""The rows of an indicator are those that a filter gives, however the table is sorted."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demad.reporting.by_indicator import ByIndicator

_KEYS = st.lists(st.tuples(st.sampled_from(["main", "wide"]), st.sampled_from("abc")), max_size=12)


@given(_KEYS, st.sampled_from("abcd"))
def test_rows_are_those_of_a_filter_in_their_order(keys, id):
    rows = pl.DataFrame(keys, schema={"variant": pl.String, "indicator": pl.String}, orient="row").with_row_index("at")
    assert ByIndicator(rows).rows(id).equals(rows.filter(variant="main", indicator=id))


@pytest.mark.parametrize("id", ["a", "b"])
def test_an_indicator_that_is_not_there_has_no_rows_and_all_columns(id: str):
    rows = pl.DataFrame({"variant": ["main"], "indicator": ["c"], "value": [1.0]})
    assert ByIndicator(rows).rows(id).schema == rows.schema
    assert ByIndicator(rows).rows(id).is_empty()
