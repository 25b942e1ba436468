"""What people have after they left: a bar a year and look, and what can be told without other support."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Figure, Note
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.after_exit import after_exit
from tests.figures import as_published

AFTER_A_YEAR = "status_after_exit_12m"
PARTS = {"total": 0.7, "leefloon_again": 0.14, "art60": 0.1, "equivalent_or_other": 0.06}
OF_SUPPORTS = ["total", "art60", "equivalent_or_other"]


def of(id: str, year: str) -> pl.Expr:
    return (pl.col("indicator") == id) & (pl.col("city") == "gent") & (pl.col("period") == year)


def theme(made: Edition, gone: pl.Expr, status: str = "suppressed", kept: pl.Expr | None = None) -> Figure | Note:
    """The theme of Gent with the parts of 2025 after a year, and without the values of ``gone``."""
    value = pl.col("value")
    for group, share in PARTS.items():
        value = pl.when(of(AFTER_A_YEAR, "2025") & (pl.col("group") == group)).then(share).otherwise(value)
    frame = made.published.with_columns(value=value).filter(pl.lit(value=True) if kept is None else kept)
    numbers = ("value", "low", "high", "numerator", "denominator")
    frame = frame.with_columns(pl.when(gone).then(None).otherwise(name).alias(name) for name in numbers)
    frame = frame.with_columns(status=pl.when(gone).then(pl.lit(status)).otherwise("status"))
    block = after_exit(readings(replace(made, figures=as_published(frame)), "gent"))
    assert isinstance(block, Figure | Note)
    return block


def test_the_newest_year_that_is_seen_after_a_year_is_the_title_and_a_row_has_every_part(made: Edition):
    figure = theme(made, pl.lit(value=False))
    assert isinstance(figure, Figure)
    assert figure.title == (
        "Van wie in 2025 uit het leefloon vertrok, heeft 70% na een jaar niets meer van dit OCMW; "
        "14% heeft opnieuw een leefloon"
    )
    row = next(row for row in figure.table.rows if row[0] == "2025, 12 mnd")
    assert row[1:5] == ("70%", "14%", "10%", "6%")
    assert "alleen wat dit OCMW zelf geeft" in figure.note
    assert "2024, 12 mnd" not in figure.svg


def test_a_month_after_the_exit_a_bar_without_a_leefloon_again_is_whole(made: Edition):
    """A group that cannot be is not published."""
    too_soon = (pl.col("group") == "leefloon_again") & of("status_after_exit_1m", "2025")
    figure = theme(made, pl.lit(value=False), kept=~too_soon)
    assert isinstance(figure, Figure)
    row = next(row for row in figure.table.rows if row[0] == "2025, 1 mnd")
    assert row[2] == "\u2013"
    assert "niet getoond" not in row[-1]


def test_a_hidden_part_is_not_said_and_what_is_known_is(made: Edition):
    hidden = of(AFTER_A_YEAR, "2025") & pl.col("group").is_in(["leefloon_again", "equivalent_or_other"])
    figure = theme(made, hidden)
    assert isinstance(figure, Figure)
    assert figure.title == "Van wie in 2025 uit het leefloon vertrok, heeft 70% na een jaar niets meer van dit OCMW"
    row = next(row for row in figure.table.rows if row[0] == "2025, 12 mnd")
    assert row == ("2025, 12 mnd", "70%", "\u2013", "10%", "\u2013", "niet getoond")


def test_without_other_support_it_is_said_what_can_be_told(made: Edition):
    """Who has a leefloon again is told of the newest year; of the rest that the city delivered nothing."""
    without = replace(
        made,
        cities=tuple(
            replace(card, delivered=tuple(one for one in card.delivered if one.dataset != "steun"))
            for card in made.cities
        ),
    )
    gone = pl.col("indicator").str.starts_with("status_after_exit") & pl.col("group").is_in(OF_SUPPORTS)
    note = theme(without, gone & (pl.col("city") == "gent"), "not_computable")
    assert isinstance(note, Note)
    assert "De stad leverde hierover geen gegevens." in note.text
    assert "Opnieuw leefloon: 14%" in note.text
    assert "Art. 60/61" not in note.text
