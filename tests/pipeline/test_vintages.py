"""What every delivery told stays, in the order of coming into force, and revisions come from it."""

from datetime import date
from pathlib import Path

import polars as pl

from demad.publishing.vintages import vintages_of, with_vintages
from demad.tables.counts import QUALITY, SPAN, VINTAGE
from demad.tables.months import month_number

MARCH = month_number(date(2026, 3, 1))


def counted(stocks: dict[int, int], as_of: date, quality: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """The tables of a delivery with these stocks by month."""
    none = dict.fromkeys(VINTAGE.counts, 0)
    rows = [
        {"city": "gent", "variant": series, "month": month, **none, "stock": stock}
        for month, stock in stocks.items()
        for series in ("main", "wide")
    ]
    span = dict.fromkeys(SPAN.columns, False) | {
        "city": "gent", "first_month": MARCH - 30, "last_month": month_number(as_of), "as_of": as_of, "days_to_made": 1,
    }  # fmt: skip
    return {
        "vintage": pl.DataFrame(rows, schema=VINTAGE.schema),
        "span": pl.DataFrame([span], schema=SPAN.schema),
        "quality": QUALITY.empty() if quality is None else quality,
    }


def revised(tables: dict[str, pl.DataFrame]) -> list[tuple]:
    return tables["quality"].select("check", "rows", "failed").rows()


FEBRUARY = counted({MARCH - 2: 100, MARCH - 1: 90}, date(2026, 2, 28))
IN_MARCH = counted({MARCH - 2: 101, MARCH - 1: 96, MARCH: 80}, date(2026, 3, 31))


def test_vintages_stay_and_the_newest_is_held_against_the_one_before(tmp_path: Path):
    first = with_vintages(tmp_path, "gent", FEBRUARY, "one")
    second = with_vintages(tmp_path, "gent", IN_MARCH, "two")
    assert revised(first) == []
    assert revised(second) == [(f"revision_{MARCH - 2}", 100, 1), (f"revision_{MARCH - 1}", 90, 6)]
    kept = vintages_of(tmp_path, "gent").filter(variant="main").select("delivery", "as_of", "month", "stock").rows()
    assert kept[:2] == [("one", date(2026, 2, 28), MARCH - 2, 100), ("one", date(2026, 2, 28), MARCH - 1, 90)]
    assert [row[0] for row in kept] == ["one"] * 2 + ["two"] * 3
    assert second["vintages"].equals(vintages_of(tmp_path, "gent"))


def test_a_night_that_is_repeated_gives_the_same_revisions(tmp_path: Path):
    with_vintages(tmp_path, "gent", FEBRUARY, "one")
    once, again = (with_vintages(tmp_path, "gent", IN_MARCH, "two") for _ in range(2))
    assert again["quality"].equals(once["quality"])
    assert again["vintages"].equals(once["vintages"])


def test_the_same_months_delivered_again_are_held_against_what_they_replace(tmp_path: Path):
    with_vintages(tmp_path, "gent", FEBRUARY, "one")
    corrected = counted({MARCH - 2: 100, MARCH - 1: 95}, date(2026, 2, 28))
    assert revised(with_vintages(tmp_path, "gent", corrected, "two")) == [
        (f"revision_{MARCH - 2}", 100, 0),
        (f"revision_{MARCH - 1}", 90, 5),
    ]


def test_what_an_earlier_version_noted_stays_until_there_is_a_vintage_to_compare_with(tmp_path: Path):
    noted = pl.DataFrame([("gent", "one", "leefloon", "revision_24312", 90, 9)], schema=QUALITY.schema, orient="row")
    old = with_vintages(tmp_path, "gent", {**FEBRUARY, "quality": noted}, "one")
    new = with_vintages(tmp_path, "gent", {**IN_MARCH, "quality": noted}, "two")
    assert revised(old) == [("revision_24312", 90, 9)]
    assert ("revision_24312", 90, 9) not in revised(new)
