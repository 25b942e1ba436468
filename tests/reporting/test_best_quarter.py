"""A city is said to be with the best quarter only at figures that were compared, and the sentence names them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Note
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.comparison import comparison
from demad.reporting.words import catalogue_words, words
from tests.figures import as_published

FOUR = ("sustainable_activation_12m", "cif_work_12m", "still_on_12m", "return_12m")


def said(made: Edition, *, few: tuple[str, ...]) -> str:
    """What stands in the place of the table, where the city has no row in it; of ``few`` no city can be compared."""
    status = pl.when(pl.col("indicator").is_in(few)).then(pl.lit("low_n")).otherwise("status")
    tables = {**made.tables, "what_if": made.tables["what_if"].filter(pl.col("city") != "gent")}
    compared = made.compared.with_columns(status=status.cast(made.compared.schema["status"]))
    blocks = comparison(readings(replace(made, tables=tables, compared=compared), "gent")).blocks
    (found,) = [
        block.text for block in blocks if isinstance(block, Note) and ("kwart" in block.text or "tempo" in block.text)
    ]
    return found


def test_the_figures_at_which_the_city_is_with_the_best_are_named(made: Edition):
    told = said(made, few=("cif_work_12m",))
    assert "beste kwart" in told
    named = {id for id in FOUR if catalogue_words(id, "label") in told}
    assert named == {*FOUR} - {"cif_work_12m"}


def test_where_no_figure_can_be_compared_nobody_is_said_to_be_with_the_best(made: Edition):
    assert said(made, few=FOUR) == words("said.no_what_if", city="Gent")


def test_a_city_of_which_too_little_is_shown_is_said_to_be_like_no_other(made: Edition):
    """Neither in the comparison nor in a question: what is alike is not shown."""
    hidden = (
        (pl.col("indicator") == "caseload_stock")
        & (pl.col("city") == "gent")
        & pl.col("breakdown").is_in(["age", "household"])
    )
    frame = made.published.with_columns(
        value=pl.when(hidden).then(None).otherwise("value"),
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise("status"),
    )
    assert readings(made, "gent").peers()
    assert readings(replace(made, figures=as_published(frame)), "gent").peers() == []
