"""The band of the federal subsidy, and how many people it is to the next, from published counts alone."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from demad.reference.events import Sureness
from demad.reference.gpmi_bands import gpmi_bands
from demad.reporting.blocks import Prose
from demad.reporting.edition import Edition
from demad.reporting.readings import Readings, readings
from demad.reporting.themes.gpmi import gpmi, people_to, within_reach
from tests.figures import as_published

ID = "gpmi_year_share"


@pytest.fixture
def gent(made: Edition):
    def with_counts(part: int | None, whole: int | None) -> Readings:
        mine = (pl.col("indicator") == ID) & (pl.col("city") == "gent") & (pl.col("period") == "2025")
        given = {
            "value": part / whole if part is not None and whole else None,
            "numerator": part,
            "denominator": whole,
            **({} if part is not None else {"low": None, "high": None, "status": "suppressed"}),
        }
        frame = made.published.with_columns(
            pl.when(mine).then(pl.lit(value, dtype=made.published.schema[name])).otherwise(name).alias(name)
            for name, value in given.items()
        )
        return readings(replace(made, figures=as_published(frame)), "gent")

    return with_counts


def test_the_bands_are_those_that_were_announced():
    known = gpmi_bands()
    assert [(band.least, band.points) for band in known.bands] == [
        (0.0, 5.0), (0.2, 7.5), (0.4, 10.0), (0.6, 12.5), (0.8, 15.0)
    ]  # fmt: skip
    assert (known.from_year, known.status, bool(known.source)) == (2028, Sureness.ANNOUNCED, True)


@pytest.mark.parametrize(
    ("part", "whole", "points", "above", "people"),
    [
        (700, 1000, 12.5, 15.0, 100),  # 800 are needed
        (798, 1000, 12.5, 15.0, 5),
        (599, 1005, 10.0, 12.5, 5),  # 603 are needed: 4 more, to fives
        (600, 1000, 12.5, 15.0, 200),  # the border itself is in the higher band
        (0, 100, 5.0, 7.5, 20),
        (900, 1000, 15.0, None, None),
    ],
)
def test_a_share_has_a_band_and_a_number_of_people_to_the_next(part, whole, points, above, people):
    known = gpmi_bands()
    higher = known.next(part, whole)
    assert known.of(part, whole).points == points
    assert (higher and higher.points) == above
    assert (higher and people_to(higher, part, whole, 5)) == people


def test_page_one_says_how_many_people_are_missing_where_that_is_at_most_a_tenth(gent):
    (near,) = within_reach(gent(720, 1000))
    assert near.sentences[0].text == (
        "GPMI: in 2025 ontbraken ongeveer 80 mensen om 80% te halen. Dat is de band van 15 punten in de federale "
        "subsidie, zoals aangekondigd vanaf 2028. Gent stond op 72%."
    )
    assert within_reach(gent(690, 1000)) == ()  # 110 of 1,000
    assert within_reach(gent(900, 1000)) == ()  # in the highest band
    assert within_reach(gent(None, None)) == ()  # hidden


def test_near_a_border_nothing_is_said_that_rounded_counts_cannot_tell(gent):
    """Counts err by 4 at most: 4 + 4 x 0.8 = 7.2 people around the border of 80 % are on either side."""
    for part in (795, 805):
        read = gent(part, 1000)
        assert within_reach(read) == ()
        prose = [block for block in gpmi(read) if isinstance(block, Prose)]
        said = " ".join(one.text for block in prose for one in block.sentences)
        assert "vlak bij de grens van 80%" in said
        assert "valt in de band" not in said
    (far,) = within_reach(gent(790, 1000))
    assert "ongeveer 10 mensen" in far.sentences[0].text
