"""Synthetic decisions that tell when a GPMI was signed: the same decisions, and a GPMI that is there sooner."""

from datetime import timedelta

import polars as pl
import pytest

from demad.counting import count_shard
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.synthetic import extracts, write_extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.late import with_days
from demad.synthetic.signed import AGREED, with_signed
from demad.tables.observation import Observation

WINDOW = Observation(SINCE, AS_OF, full_history=False)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    drawn = dict(extracts(people=2000, seed=7, cities=("gent",)))["gent"]["leefloon"]
    return drawn.with_columns(pl.col("categorie").cast(pl.String))


def counted(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return count_shard(Shard("gent", WINDOW, resolve_periods(rows, WINDOW)[0]))


def test_only_decisions_with_a_gpmi_have_a_day_and_one_that_goes_on_keeps_its_day(rows):
    told = with_signed(rows, "gent", seed=1)
    assert told.drop("gpmi_begin").equals(rows)
    assert told.equals(with_signed(rows, "gent", seed=1))
    assert told.filter(pl.col("gpmi_begin").is_not_null(), ~pl.col("gpmi").is_in(AGREED)).is_empty()
    share = told.filter(pl.col("gpmi").is_in(AGREED))["gpmi_begin"].is_not_null().mean()
    assert 0.85 < share < 0.97
    assert told["gpmi_begin"].max() <= AS_OF
    assert (
        told.filter(pl.col("gpmi_begin") < pl.col("begin") - timedelta(days=50))["persoon"].n_unique() > 20
    )  # goes on
    assert told.filter(pl.col("gpmi_begin") > pl.col("begin") + timedelta(days=20)).is_empty()


def test_no_other_table_reads_the_day_and_a_gpmi_is_there_sooner(rows):
    without, told = counted(rows), counted(with_signed(rows, "gent", seed=1))
    assert [name for name, table in without.items() if not table.equals(told[name])] == ["gpmi_start_risk"]
    of_k = [
        tables["gpmi_start_risk"].filter(pl.col("k") <= 3).select("n", "d_gpmi").sum().row(0)
        for tables in (without, told)
    ]
    assert of_k[1][1] > of_k[0][1] > 0


def test_a_decision_without_a_day_is_counted_as_where_the_column_is_not_delivered(rows):
    empty = rows.with_columns(gpmi_begin=pl.lit(None, dtype=pl.Date))
    assert counted(empty)["gpmi_start_risk"].equals(counted(rows)["gpmi_start_risk"])


def test_the_option_writes_the_days_also_beside_those_of_recording(rows, tmp_path):
    paths = write_extracts(tmp_path, people=130, cities=("gent",), signed=True, late=True)
    (path,) = [path for path in paths if path.name == "leefloon.csv"]
    assert path.read_text().splitlines()[0].endswith("gpmi_begin;beslist_op")
    both = with_days(with_signed(rows, "gent", seed=1), "gent", seed=1)
    assert resolve_periods(both, WINDOW)[0].equals(resolve_periods(with_signed(rows, "gent", seed=1), WINDOW)[0])
