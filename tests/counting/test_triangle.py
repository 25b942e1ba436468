"""What earlier deliveries would have told, from one delivery that tells when each row was recorded."""

from datetime import date, timedelta

import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.counting.triangle import count_triangle
from demad.histories.periods import resolve_periods
from demad.histories.recorded import recorded, tells_recording
from demad.histories.shards import Shard
from demad.quantities.reconstructed import agree, reconstructed
from demad.tables.counts import TRIANGLE
from demad.tables.months import last_day, month_number
from demad.tables.observation import Observation
from tests.counting.test_balance import extract

SINCE, LAST = date(2015, 1, 1), month_number(date(2020, 9, 1))
WINDOW = Observation(SINCE, last_day(LAST), full_history=False)


def with_days(rows: pl.DataFrame) -> pl.DataFrame:
    """A day of recording for every row: some before it begins, one in five months late."""
    number = pl.int_range(pl.len())
    late = pl.when(number % 5 == 0).then(number % 7 * 30 + 12).otherwise(number % 41 - 20)
    return rows.with_columns(beslist_op=pl.col("begin") + pl.duration(days=late))


def counted(rows: pl.DataFrame, window: Observation = WINDOW) -> dict[str, pl.DataFrame]:
    told = recorded(rows, window) if tells_recording(rows, window) else None
    return count_city([count_shard(Shard("gent", window, resolve_periods(rows, window)[0], recorded=told))])


def told_of(rows: list[tuple[str, str, date, date | None, date]], month: date, count: str) -> list[int]:
    """A count of a month at delays 0 to 6, of people with decisions (person, stop reason, begin, end, recorded)."""
    names = ("persoon", "stopreden", "begin", "einde", "beslist_op")
    frame = pl.DataFrame(
        rows, schema={name: pl.Date if name in names[2:] else pl.String for name in names}, orient="row"
    )
    table = count_triangle_of(frame.with_columns(wet=pl.lit("RMI")))
    wanted = pl.DataFrame({"delay": range(7)}, schema={"delay": pl.Int32})
    of_month = table.filter(month=month_number(month))
    return wanted.join(of_month, on="delay", how="left", maintain_order="left")[count].fill_null(0).to_list()


def count_triangle_of(rows: pl.DataFrame) -> pl.DataFrame:
    return count_triangle(recorded(rows, WINDOW), WINDOW, city="gent")


def test_who_is_recorded_late_is_told_late_and_a_late_renewal_undoes_an_exit():
    late = [("a", "W1", date(2019, 8, 1), None, date(2019, 10, 5))]
    assert told_of(late, date(2019, 8, 1), "stock") == [0, 0, 1, 1, 1, 1, 1]
    assert told_of(late, date(2019, 8, 1), "starts") == [0, 0, 1, 1, 1, 1, 1]
    renewed = [
        ("a", "W1", date(2019, 1, 1), date(2019, 6, 30), date(2019, 1, 9)),
        ("a", "W1", date(2019, 7, 1), None, date(2019, 8, 20)),
    ]
    # In June nobody has left June yet; at the end of July the exit is told, and in August it is undone.
    assert told_of(renewed, date(2019, 6, 1), "ends") == [0, 1, 0, 0, 0, 0, 0]
    assert told_of(renewed, date(2019, 6, 1), "undone") == [0, 0, 1, 1, 1, 1, 1]
    assert told_of(renewed, date(2019, 7, 1), "stock") == [0, 1, 1, 1, 1, 1, 1]


def test_a_row_stands_until_the_month_in_which_a_later_one_of_the_same_begin_was_recorded():
    stopped = [
        ("a", "U0", date(2019, 3, 1), None, date(2019, 3, 4)),
        ("a", "W1", date(2019, 3, 1), date(2019, 5, 31), date(2019, 8, 2)),
    ]
    assert told_of(stopped, date(2019, 6, 1), "stock") == [1, 1, 0, 0, 0, 0, 0]
    assert told_of(stopped, date(2019, 5, 1), "ends") == [0, 0, 0, 1, 1, 1, 1]
    annulled = [stopped[0], ("a", "U0", date(2019, 3, 1), date(2019, 2, 28), date(2019, 6, 2))]
    assert told_of(annulled, date(2019, 3, 1), "stock") == [1, 1, 1, 0, 0, 0, 0]
    overtaken = [("a", "U0", date(2019, 3, 1), None, date(2019, 9, 4)), stopped[1]]
    assert told_of(overtaken, date(2019, 6, 1), "stock") == [0] * 7  # the row below it was recorded first


def test_an_administrative_end_and_a_change_of_law_are_no_exits():
    ended = [("a", "X2", date(2019, 3, 1), date(2019, 5, 31), date(2019, 3, 4))]
    assert told_of(ended, date(2019, 5, 1), "ends") == [0] * 7


def test_a_triangle_tells_what_the_deliveries_of_those_month_ends_would_have_told():
    rows = with_days(extract(persons=150, seed=7))
    tables = counted(rows)
    made = reconstructed(tables["triangle"], tables["span"]).sort("month")
    for last in (LAST - 12, LAST - 7, LAST - 1, LAST):
        window = Observation(SINCE, last_day(last), full_history=False)
        then = rows.filter(pl.col("beslist_op") <= last_day(last))
        vintage = counted(then, window)["vintage"].filter(pl.col("month") > last - 6, variant="main").sort("month")
        out = pl.sum_horizontal(pl.col("^out_.*$"))
        expected = vintage.select("month", "stock", "inflow", outflow=out)
        found = made.filter(pl.col("month") > last - 6, last_month=last).select(expected.columns)
        assert found["stock"].min() > 20
        assert found.equals(expected)
    assert tables["triangle"]["undone"].sum() > 0


def test_it_is_not_counted_where_rows_do_not_tell_their_day():
    rows = with_days(extract(persons=150, seed=7)).with_row_index("rij")
    begun = rows.filter(pl.col("begin") >= date(2017, 8, 1), pl.col("begin") <= WINDOW.as_of)["rij"]
    some, many = begun[: begun.len() // 25], begun[: begun.len() // 15]
    without = pl.lit(None, dtype=pl.Date)
    day = pl.when(pl.col("rij").is_in(some.implode())).then(without).otherwise("beslist_op")
    assert tells_recording(rows.with_columns(beslist_op=day), WINDOW)
    day = pl.when(pl.col("rij").is_in(many.implode())).then(without).otherwise("beslist_op")
    assert not tells_recording(rows.with_columns(beslist_op=day), WINDOW)
    assert not tells_recording(rows.clear(), WINDOW)
    assert not tells_recording(rows.drop("beslist_op"), WINDOW)
    assert counted(rows.with_columns(beslist_op=day))["triangle"].equals(TRIANGLE.empty())
    assert count_triangle_of(rows.clear()).equals(TRIANGLE.empty())


@pytest.mark.parametrize(("overwritten", "agreed"), [(False, True), (True, False)])
def test_days_that_a_stop_overwrote_contradict_what_was_delivered(overwritten, agreed):
    rows = with_days(extract(persons=400, seed=7))
    then = Observation(SINCE, last_day(LAST - 3), full_history=False)
    delivered = counted(rows.filter(pl.col("beslist_op") <= then.as_of), then)["vintage"].filter(variant="main")
    own = delivered.select("city", "month", "stock", last_month=pl.lit(LAST - 3, dtype=pl.Int32))
    ended = pl.col("einde") < WINDOW.as_of
    day = pl.when(ended & overwritten).then(pl.col("einde") + timedelta(days=3)).otherwise("beslist_op")
    tables = counted(rows.with_columns(beslist_op=day))
    assert agree(own, reconstructed(tables["triangle"], tables["span"])) is agreed
