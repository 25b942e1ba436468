"""The banner stands where inflow or its origin moved much in a year, and nowhere else."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from demad.reporting.blocks import Note
from demad.reporting.edition import Edition
from demad.reporting.themes.shock import shocks
from demad.reporting.view import city_page
from tests.figures import as_published

NOW, BEFORE = "2025Q4", "2024Q4"


Counts = tuple[int | None, int | None]
HIDDEN: Counts = (None, None)


def told(made: Edition, now: int, before: int, ended: Counts = HIDDEN, unknown: Counts = HIDDEN) -> Edition:
    """Gent with these counts of inflow in two quarters, after unemployment and of unknown origin; others hidden."""
    counts = {(NOW, "total"): now, (BEFORE, "total"): before}
    counts |= {(NOW, "unemployment_ended"): ended[0], (BEFORE, "unemployment_ended"): ended[1]}
    counts |= {(NOW, "unknown"): unknown[0], (BEFORE, "unknown"): unknown[1]}
    of_gent = (pl.col("indicator") == "inflow_count") & (pl.col("city") == "gent") & (pl.col("variant") == "main")
    hidden = of_gent & (pl.col("breakdown") == "origin")
    frame = made.figures.precise.with_columns(
        value=pl.when(hidden).then(None).otherwise("value"),
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise("status"),
    )
    for (period, group), count in counts.items():
        here = of_gent & (pl.col("period") == period) & (pl.col("group") == group)
        here = here & pl.col("breakdown").is_in(["total", "origin"])
        status = "suppressed" if count is None else "ok"
        frame = frame.with_columns(
            value=pl.when(here).then(pl.lit(count, pl.Float64)).otherwise("value"),
            status=pl.when(here).then(pl.lit(status)).otherwise("status"),
        )
    blank = pl.col("status") == "suppressed"
    frame = frame.with_columns(
        pl.when(~blank).then(pl.col(name)).alias(name) for name in ("low", "high", "numerator", "denominator")
    )
    return dataclasses.replace(made, figures=as_published(frame))


@pytest.mark.parametrize(
    ("now", "before", "ended", "said"),
    [
        (400, 300, (None, None), "begonnen er 400 leeflonen, een jaar eerder 300"),
        (365, 300, (None, None), ""),  # 22 %: less than a quarter
        (40, 30, (None, None), ""),  # a third, and no more than rounding
        (300, 300, (75, 30), "kwamen 25 op de 100 na het einde van een werkloosheidsuitkering, een jaar eerder 10"),
        (300, 300, (55, 30), ""),  # 8 points
        (300, 300, (75, None), ""),  # what is hidden says nothing
    ],
)
def test_a_quarter_more_or_ten_points_of_an_origin(
    made: Edition, now: int, before: int, ended: tuple[int | None, int | None], said: str
):
    notes = shocks(told(made, now, before, ended), "gent")
    assert len(notes) == bool(said)
    assert said in "".join(note.text for note in notes)


def test_it_stands_in_every_theme_of_duration_outflow_and_return(made: Edition):
    page = city_page(told(made, 400, 300), "gent")
    themes = {
        section.id
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Note) and block.text.startswith("Let op: wie een nieuw leefloon krijgt")
    }
    assert themes == {"duur", "redenen", "duurzaam", "terugkeer"}


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ((0, 0), 1),
        ((15, 300), 0),  # a year before no origin was known: better registration is no shock
        ((15, 75), 0),  # 20 points better known, and 23 points more after unemployment: 3 that registration cannot make
        ((15, 30), 1),  # 5 points, so 18 are left
    ],
)
def test_better_registration_of_the_origin_is_no_shock(made: Edition, unknown: tuple[int, int], said: int):
    edition = told(made, 300, 300, (100, 30), unknown)
    notes = shocks(edition, "gent")
    assert len(notes) == said
    assert "niet bekend" not in "".join(note.text for note in notes)
