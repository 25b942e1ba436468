"""Returns in another city: shown where cities share a key, with a reason for a city outside, absent without a key."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Block, Figure, Note, Prose
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.elsewhere import elsewhere
from demad.reporting.words import catalogue_words
from tests.figures import as_published

OURS = pl.col("indicator").str.contains("^return_(anywhere|elsewhere)_")


def theme(made: Edition, *, gone: pl.Expr, status: str = "not_computable") -> tuple[Block, ...]:
    """The theme of Gent, where the figures that ``gone`` says have no value."""
    numbers = ("value", "low", "high", "numerator", "denominator")
    frame = made.published.with_columns(
        *(pl.when(OURS & gone).then(None).otherwise(pl.col(name)).alias(name) for name in numbers),
        status=pl.when(OURS & gone).then(pl.lit(status)).otherwise("status"),
    )
    figures = as_published(frame)
    beside = frame.select("variant", "indicator", "city", "period", "breakdown", "group", "value", "status")
    compared = made.compared.drop("value", "status").join(
        beside, on=["variant", "indicator", "city", "period", "breakdown", "group"], how="left"
    )
    return elsewhere(readings(replace(made, figures=figures, compared=compared.select(made.compared.columns)), "gent"))


def test_a_city_with_the_key_has_a_figure_and_a_sentence(made: Edition):
    figure, prose = theme(made, gone=pl.lit(False))
    assert isinstance(figure, Figure)
    assert figure.title == catalogue_words("return_anywhere_12m", "label")  # and no verdict
    assert isinstance(prose, Prose)
    told = prose.sentences[0]
    assert "2025" in told.text
    assert [source.indicator for source in told.sources] == ["return_anywhere_12m", "return_elsewhere_12m"]


def test_a_city_outside_the_key_is_no_row_of_the_chart_and_one_of_few_is(made: Edition):
    of_aalst = pl.col("city") == "aalst"
    names = []
    for status in ("not_computable", "suppressed"):
        figure = theme(made, gone=of_aalst, status=status)[0]
        assert isinstance(figure, Figure)
        assert figure.table is not None
        names.append([row[0] for row in figure.table.rows])
    assert "Aalst" not in names[0]
    assert sorted([*names[0], "Aalst"]) == sorted(names[1])


def test_a_city_outside_reads_why_and_one_of_few_reads_that(made: Edition):
    (note,) = theme(made, gone=pl.col("city") == "gent")
    assert isinstance(note, Note)
    assert "bundels" in note.text
    (note,) = theme(made, gone=pl.col("city") == "gent", status="suppressed")
    assert isinstance(note, Note)
    assert "bundels" not in note.text


def test_without_a_shared_key_nothing_is_said(made: Edition):
    assert theme(made, gone=pl.lit(True)) == ()


def test_where_one_city_is_not_seen_so_far_the_year_before_is_said(made: Edition):
    """The figure of a year needs that each of the cities was seen whole in it and after."""
    blocks = theme(made, gone=pl.col("period") == "2025")
    assert isinstance(blocks[0], Figure)
    assert isinstance(blocks[1], Prose)
    assert "2024" in blocks[1].sentences[0].text
