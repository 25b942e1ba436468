"""A chart says "not shown" only of what is hidden: what a city did not deliver, or cannot be computed, says that."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting import charts
from demad.reporting.blocks import Figure, Point
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.drawn import per_city
from demad.reporting.words import words

ID = "application_within_30d"


def chart(made: Edition, status: str) -> str:
    """The cities beside each other, in which one has no figure of this status."""
    gone = (pl.col("indicator") == ID) & (pl.col("city") == "antwerpen")
    compared = made.compared.with_columns(
        status=pl.when(gone)
        .then(pl.lit(status))
        .otherwise(pl.col("status").cast(pl.String))
        .cast(made.compared.schema["status"]),
        **{name: pl.when(gone).then(None).otherwise(name) for name in ("value", "low", "high")},
    )
    figure = per_city(readings(replace(made, compared=compared), "gent"), ID, figure_id="proef")
    assert isinstance(figure, Figure)
    return figure.svg


def test_a_city_without_a_figure_reads_why(made: Edition):
    hidden, unknown = chart(made, "suppressed"), chart(made, "not_computable")
    for key, one, other in (("short.hidden", hidden, unknown), ("remark.not_computable", unknown, hidden)):
        assert one.count(words(key)) == other.count(words(key)) + 1


def test_a_bar_of_what_was_not_delivered_says_so():
    points = [Point("a", None, instead="niet geleverd"), Point("b", None), Point("c", 0.5)]
    drawn = charts.bars(points, unit="%", hidden="niet getoond", scale=100)
    assert (drawn.count("niet geleverd"), drawn.count("niet getoond")) == (1, 1)
