"""What came of earlier projections: what a release printed, beside what was counted since."""

from pathlib import Path

import polars as pl

from demad.exports.expected import PROJECTIONS, expected_files, read_projection
from demad.outlook import forecast_record, projection
from demad.protection import ProtectedTables
from demad.reference.scenarios import BASELINE, scenario_of
from demad.tables.outlook import FORECAST_RECORD


def printed(protected: ProtectedTables) -> pl.DataFrame:
    return projection({"gent": protected}, (scenario_of(BASELINE), scenario_of("laatste-kwartaal")), least=10)


def test_a_release_keeps_its_projection_and_it_is_read_as_it_was_printed(protected, tmp_path: Path):
    told = printed(protected)
    files = expected_files({"projection": told})
    (tmp_path / PROJECTIONS).write_bytes(files[PROJECTIONS])
    found = read_projection(tmp_path / PROJECTIONS)
    assert found is not None
    assert found.equals(told)
    assert read_projection(tmp_path / "none.csv") is None
    assert expected_files({"projection": told.with_columns(value=pl.lit(None, dtype=pl.Float64))}) == {}


def test_three_six_and_twelve_months_on_it_stands_beside_what_was_counted(protected):
    told = printed(protected)  # it begins in August 2020
    basis = told.filter(scenario=BASELINE).sort("period")
    high = basis.filter(period="2021-02")["high_95"].item()
    stocks = pl.DataFrame(
        {
            "city": ["gent"] * 4,
            "period": ["2020-11", "2020-12", "2021-02", "2021-08"],
            "value": [basis.filter(period="2020-11")["value"].item(), 1.0, high + 1, None],
        }
    )
    found = forecast_record({"2020Q2-r1": told}, stocks)
    assert found.select("release", "period", "months", "held").rows() == [
        ("2020Q2-r1", "2020-11", 3, True),
        ("2020Q2-r1", "2021-02", 6, False),
    ]
    assert found["became"].to_list() == [stocks["value"][0], high + 1]
    assert forecast_record({}, stocks).equals(FORECAST_RECORD.empty())
