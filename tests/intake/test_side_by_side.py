"""What is done with two columns of a large table at once is what is done one after the other."""

import threading

import polars as pl
import pytest

from demad.errors import PrivacyRefused
from demad.intake.contract.conform import conform
from demad.intake.privacy.guard import guard
from demad.intake.reading import parallel
from demad.intake.reading.dictionary_encoding import as_text_columns, coded, put_together, taken_apart
from demad.intake.reading.parallel import map_parallel
from demad.intake.reading.table import Reading
from demad.reference.cities import city_of
from demad.synthetic import extracts

GENT = city_of("gent")


@pytest.fixture
def large(monkeypatch):
    """Every table counts as large."""
    monkeypatch.setattr(parallel, "_LARGE", 0)


def delivered() -> Reading:
    rows = dict(extracts(people=200, seed=3, cities=["gent"]))["gent"]["leefloon"]
    return Reading(pl.DataFrame([coded(column) for column in rows.cast(pl.String).iter_columns()]), ())


def test_results_come_in_the_order_of_the_things(large):
    started = threading.Barrier(2)

    def work(thing: int) -> int:
        started.wait(timeout=10)  # two are at work, or this breaks
        return thing * 2

    assert map_parallel(work, range(6), rows=1) == [0, 2, 4, 6, 8, 10]


def test_what_is_raised_is_raised_of_the_first():
    for rows in (1, 1 << 20):
        with pytest.raises(ZeroDivisionError, match="3"):
            map_parallel(lambda thing: _refuse(thing) if thing >= 3 else thing, range(9), rows=rows)


def _refuse(thing: int) -> int:
    raise ZeroDivisionError(str(thing))


def test_a_large_table_gets_the_types_of_a_small_one(request):
    reading = delivered()
    small = conform(reading, "leefloon", GENT)
    request.getfixturevalue("large")
    other = conform(reading, "leefloon", GENT)
    assert other.frame.equals(small.frame)
    assert other.flaws == small.flaws
    frame = reading.frame
    assert as_text_columns(put_together(*taken_apart(frame))).equals(as_text_columns(frame))


def test_of_a_large_table_the_first_column_with_an_identifier_is_named(large):
    frame = delivered().frame.with_columns(gpmi=pl.lit("85.07.30-033.28"), herkomst=pl.lit("85.07.30-033.28"))
    guard(delivered(), file_name="leefloon.csv")
    with pytest.raises(PrivacyRefused, match=f"Kolom {frame.columns.index('gpmi') + 1} "):
        guard(Reading(frame, ()), file_name="leefloon.csv")
