"""Who leaves for work and stays away, in words: both figures, or nothing where one is hidden."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from demad.reporting.blocks import Prose, Sentence
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.sustainable import sustainable
from tests.figures import as_published

RATE, FROM_ENTRY = "sustainable_outflow_12m", "sustainable_from_entry_24m"
NUMBERS = ("value", "low", "high", "numerator", "denominator")


def said(made: Edition, **values: float | None) -> list[Sentence]:
    """What the theme says of both figures, of Gent, where their values are these."""
    frame = made.published
    for id, value in values.items():
        ours = pl.col("indicator") == id
        kept = [pl.when(ours).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name in NUMBERS[:3]]
        counts = [pl.when(ours & pl.lit(value is None)).then(None).otherwise(pl.col(name)) for name in NUMBERS[3:]]
        status = pl.when(ours).then(pl.lit("suppressed" if value is None else "ok")).otherwise("status")
        frame = frame.with_columns(*kept, *(one.alias(name) for one, name in zip(counts, NUMBERS[3:], strict=True)))
        frame = frame.with_columns(status=status)
    blocks = sustainable(readings(replace(made, figures=as_published(frame)), "gent")).blocks
    sentences = [one for block in blocks if isinstance(block, Prose) for one in block.sentences]
    return [one for one in sentences if {source.indicator for source in one.sources} & {RATE, FROM_ENTRY}]


def test_the_theme_tells_both_figures(made: Edition):
    (told,) = said(made, **{RATE: 1.26, FROM_ENTRY: 0.183})
    assert "ongeveer 1,3 op 100 mensen naar werk" in told.text
    assert "Van wie begint, is dat 18% binnen twee jaar" in told.text
    assert [source.indicator for source in told.sources] == [RATE, FROM_ENTRY]


@pytest.mark.parametrize("hidden", [RATE, FROM_ENTRY])
def test_where_one_of_the_two_is_hidden_the_theme_tells_neither(made: Edition, hidden: str):
    assert said(made, **{RATE: 1.26, FROM_ENTRY: 0.183, hidden: None}) == []
