"""Leefloon, equivalent leefloon and art. 60/61 in one picture: the parts, what is hidden of them, and no picture."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Figure, Note
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.connected import connected
from tests.figures import as_published

OURS = (pl.col("indicator") == "connected_stock") & (pl.col("city") == "gent")
VALUES = {"total": 1120.0, "equivalent": 80.0, "art60": 140.0}


def theme(made: Edition, gone: pl.Expr, status: str = "suppressed") -> Figure | Note:
    """The picture of Gent in December 2025 with 900 people on a leefloon, and without the values of ``gone``."""
    december = (pl.col("city") == "gent") & (pl.col("period") == "2025-12")
    of_stock = december & (pl.col("indicator") == "caseload_stock") & (pl.col("breakdown") == "total")
    value = pl.when(of_stock).then(900.0).otherwise("value")
    for group, count in VALUES.items():
        value = pl.when(december & OURS & (pl.col("group") == group)).then(count).otherwise(value)
    frame = made.published.with_columns(value=value)
    names = ("value", "numerator")
    frame = frame.with_columns(pl.when(gone).then(None).otherwise(name).alias(name) for name in names)
    frame = frame.with_columns(status=pl.when(gone).then(pl.lit(status)).otherwise("status"))
    block = connected(readings(replace(made, figures=as_published(frame)), "gent"))
    assert isinstance(block, Figure | Note)
    return block


def test_the_newest_quarter_is_the_title_and_the_parts_are_said_and_stand_in_the_table(made: Edition):
    figure = theme(made, pl.lit(value=False))
    assert isinstance(figure, Figure)
    assert figure.title == "Leefloon, equivalent leefloon en art. 60/61 samen: 1.120 mensen in december 2025"
    assert "900 met een leefloon, 80 met een equivalent leefloon en 140 die" in figure.read
    assert figure.table.rows[-1][1:5] == ("900", "80", "140", "1.120")


def test_with_hidden_parts_the_total_alone_is_said(made: Edition):
    hidden = OURS & pl.col("group").is_in(["equivalent", "art60"])
    figure = theme(made, hidden)
    assert isinstance(figure, Figure)
    assert "1.120 mensen" in figure.title
    assert "equivalent leefloon" not in figure.read
    assert figure.table.rows[-1][1:5] == ("900", "\u2013", "\u2013", "1.120")


def test_without_other_support_there_is_no_picture_and_it_is_said_why(made: Edition):
    cards = [
        replace(card, delivered=tuple(one for one in card.delivered if one.dataset != "steun")) for card in made.cities
    ]
    without = replace(made, cities=tuple(cards))
    note = theme(without, OURS & pl.col("group").is_in(["total", "art60"]), "not_computable")
    assert isinstance(note, Note)
    assert "De stad leverde hierover geen gegevens." in note.text
