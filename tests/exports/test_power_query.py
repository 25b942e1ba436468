"""The query for Power BI and Excel names every column of `cijfers.csv` with its type."""

import re

from demad.exports.about import About
from demad.exports.power_query import power_query
from demad.tables.figures import PUBLISHED_VALUE


def test_every_column_of_the_figures_has_its_type_in_the_order_of_the_file():
    text = power_query(About()).decode()
    named = re.findall(r'\{"(\w+)", ([\w. ]+)\}', text)
    kinds = {"String": "type text", "Float64": "type number", "Int64": "Int64.Type"}
    assert named == [(name, kinds[str(dtype)]) for name, dtype in PUBLISHED_VALUE.schema.items()]
    assert f"Columns = {len(named)}" in text
    assert all(text.count(left) == text.count(right) for left, right in ("()", "[]", "{}"))


def test_it_reads_from_the_web_where_the_site_has_an_address():
    assert (
        'Web.Contents("https://a.example/x/cijfers.csv")' in power_query(About(address="https://a.example/x/")).decode()
    )
    assert "File.Contents(" in power_query(About()).decode()
