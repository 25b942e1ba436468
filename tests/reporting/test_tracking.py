"""What became of who started: one bar a year and look, and nothing of what cannot be seen yet."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from demad.reporting.blocks import Figure, Note
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.tracking import tracking
from tests.figures import as_published

AFTER_A_YEAR = "status_after_start_12m"
PARTS = {"total": 0.5, "back_on": 0.08, "left_to_work": 0.25, "left_otherwise": 0.17}


def theme(made: Edition, change: pl.Expr, kept: pl.Expr) -> Figure | Note:
    """The theme of Gent with other values where ``change`` says so, and without other rows than ``kept``."""
    frame = made.published.filter(kept).with_columns(value=change)
    block = tracking(readings(replace(made, figures=as_published(frame)), "gent"))
    assert isinstance(block, Figure | Note)
    return block


def of(id: str, year: str) -> pl.Expr:
    return (pl.col("indicator") == id) & (pl.col("city") == "gent") & (pl.col("period") == year)


def worked() -> pl.Expr:
    value = pl.col("value")
    for group, share in PARTS.items():
        value = pl.when(of(AFTER_A_YEAR, "2025") & (pl.col("group") == group)).then(share).otherwise(value)
    return value


def test_the_newest_year_that_is_seen_in_full_is_the_title(made: Edition):
    figure = theme(made, worked(), pl.lit(True))
    assert isinstance(figure, Figure)
    assert figure.title == (
        "Van wie in 2025 startte, heeft 50% na een jaar nog ononderbroken een leefloon; 25% stopte met werk"
    )
    row = next(row for row in figure.table.rows if row[0] == "2025, 12 mnd")
    assert row[1:5] == ("50%", "8%", "25%", "17%")


def test_what_cannot_be_seen_yet_has_no_number_and_says_so(made: Edition):
    """Figures until December 2025: who started in 2025 is partly seen after 6 months, after 12 and 24 not at all."""
    gone = of(AFTER_A_YEAR, "2025") | of("status_after_start_6m", "2025") | of("status_after_start_24m", "2025")
    gone = gone | of("status_after_start_24m", "2024")
    figure = theme(made, pl.col("value"), ~gone)
    assert isinstance(figure, Figure)
    said = {row[0]: row[-1] for row in figure.table.rows}
    assert said["2025, 6 mnd"] == "nog niet volledig te zien"
    assert said["2025, 12 mnd"] == said["2025, 24 mnd"] == "nog niet te zien"
    assert said["2024, 24 mnd"] == "nog niet te zien"
    assert all(row[1:5] == ("\u2013",) * 4 for row in figure.table.rows if "nog niet" in row[-1])
    assert "nog niet te zien" in figure.svg


def test_of_a_bar_with_hidden_parts_the_others_are_drawn_and_the_title_claims_nothing_of_them(made: Edition):
    hidden = of(AFTER_A_YEAR, "2025") & pl.col("group").is_in(["back_on", "left_otherwise"])
    value = pl.when(hidden).then(None).otherwise(worked())
    published = made.published.with_columns(status=pl.when(hidden).then(pl.lit("suppressed")).otherwise("status"))
    blank = published.with_columns(
        pl.when(hidden).then(None).otherwise(name).alias(name) for name in ("low", "high", "numerator", "denominator")
    )
    frame = blank.with_columns(value=value)
    figure = tracking(readings(replace(made, figures=as_published(frame)), "gent"))
    assert isinstance(figure, Figure)
    row = next(row for row in figure.table.rows if row[0] == "2025, 12 mnd")
    assert row == ("2025, 12 mnd", "50%", "\u2013", "25%", "\u2013", "niet getoond")
    assert figure.title == "Van wie in 2025 startte, heeft 50% na een jaar nog ononderbroken een leefloon"


def test_where_nothing_is_shown_the_reason_stands_in_its_place(made: Edition):
    ours = pl.col("indicator").str.starts_with("status_after_start") & (pl.col("city") == "gent")
    names = ("value", "low", "high", "numerator", "denominator")
    blank = made.published.with_columns(
        *(pl.when(ours).then(None).otherwise(name).alias(name) for name in names),
        status=pl.when(ours).then(pl.lit("suppressed")).otherwise("status"),
    )
    note = tracking(readings(replace(made, figures=as_published(blank)), "gent"))
    assert isinstance(note, Note)
    assert "te weinig mensen" in note.text
