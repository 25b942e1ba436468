"""Months on benefit in five years: one bar a December, and nothing of a band that is hidden."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Figure, Note
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.years_on import years_on
from tests.figures import as_published

ID = "months_on_5y"
PARTS = {"total": 0.22, "25-48": 0.28, "13-24": 0.2, "7-12": 0.14, "1-6": 0.16}
NUMBERS = ("value", "low", "high", "numerator", "denominator")


def theme(made: Edition, *hidden: str) -> Figure | Note:
    """The figure of Gent with the worked example in December 2025, of which some bands are hidden."""
    of_gent = (pl.col("indicator") == ID) & (pl.col("city") == "gent")
    mine, value = of_gent & (pl.col("period") == "2025"), pl.col("value")
    for group, share in PARTS.items():
        value = pl.when(mine & (pl.col("group") == group)).then(share).otherwise(value)
    gone = of_gent & pl.col("group").is_in(list(hidden))
    frame = made.published.with_columns(value=value).with_columns(
        *(pl.when(gone).then(None).otherwise(name).alias(name) for name in NUMBERS),
        status=pl.when(gone).then(pl.lit("suppressed")).otherwise("status"),
    )
    block = years_on(readings(replace(made, figures=as_published(frame)), "gent"))
    assert isinstance(block, Figure | Note)
    return block


def test_a_bar_is_the_people_of_a_december_from_the_longest_band_to_the_shortest(made: Edition):
    figure = theme(made)
    assert isinstance(figure, Figure)
    assert figure.title == "In december 2025 had 22% van de mensen meer dan vier van de laatste vijf jaar een leefloon"
    assert figure.table.columns[1:6] == tuple(f"{band} maanden" for band in ("49–60", "25–48", "13–24", "7–12", "1–6"))
    assert figure.table.rows[0][:6] == ("2025", "22%", "28%", "20%", "14%", "16%")
    assert [row[0] for row in figure.table.rows] == ["2025", "2024", "2023", "2022", "2021"]


def test_of_a_december_with_hidden_bands_the_others_are_drawn(made: Edition):
    figure = theme(made, "1-6", "7-12")
    assert isinstance(figure, Figure)
    assert figure.table.rows[0] == ("2025", "22%", "28%", "20%", "–", "–", "niet getoond")
    assert "niet getoond" in figure.svg


def test_where_the_total_is_hidden_the_reason_stands_in_its_place(made: Edition):
    block = theme(made, "total")
    assert isinstance(block, Note)
    assert "Maanden met een leefloon in de laatste vijf jaar" in block.text
