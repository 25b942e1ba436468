"""What is expected is said with its band, apart from what was counted, or with the reason why there is nothing."""

import re
from dataclasses import replace

import polars as pl
import pytest

from demad.exports.expected import expected_files
from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Prose, Section, Table
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.sheets import city_sheets
from demad.reporting.themes.ahead import _between, ahead  # pyright: ignore[reportPrivateUsage]
from demad.reporting.themes.evolution import evolution
from demad.reporting.themes.glance import core
from demad.reporting.words import words
from demad.tables.months import last_month
from demad.tables.outlook import FORECAST_RECORD, NOWCAST, PROJECTION

NUMBER = re.compile(r"\d[\d.]*")
MONTHS = [f"{2026 + month // 12}-{month % 12 + 1:02d}" for month in range(12)]
BANDS = {"low_80": 4800.0, "high_80": 5200.0, "low_95": 4700.0, "high_95": 5300.0}


def nowcast(**changed: object) -> pl.DataFrame:
    row = {"city": "gent", "told": 4950.0, "value": 5000.0, **BANDS, "vintages": 12, "covered": 0.95}
    row |= {"status": "nowcast", "reason": "", "told_by": "delivery"}
    rows = [
        {**row, "indicator": id, "period": period, **changed}
        for id, period in (("caseload_stock", "2026-01"), ("caseload_stock", "2026-02"), ("inflow_count", "2025Q4"))
    ]
    return pl.DataFrame(rows, schema=NOWCAST.schema)


def projection(**changed: object) -> pl.DataFrame:
    row = {"city": "gent", "indicator": "caseload_stock", "begin": "2025-12", **BANDS, "status": "projection"}
    row |= {"of_here": 4000.0, "of_inflow": 1000.0, "value": 5000.0, "workers": 62.5, "reason": ""}
    rows = [
        {**row, "scenario": scenario, "period": period, **changed}
        for scenario in ("basis", "laatste-kwartaal", "beste-kwart")
        for period in MONTHS
    ]
    return pl.DataFrame(rows, schema=PROJECTION.schema)


def record() -> pl.DataFrame:
    row = {"city": "gent", "release": "2025Q2-r1", "period": "2025-12", "indicator": "caseload_stock", "months": 6}
    said = {"value": 4900.0, "low_95": 4600.0, "high_95": 5250.0, "became": 5000.0, "held": True}
    return pl.DataFrame([row | said], schema=FORECAST_RECORD.schema)


def with_tables(made: Edition, **tables: pl.DataFrame) -> Edition:
    return replace(made, tables={**made.tables, **tables})


def sections(made: Edition) -> tuple[Section, Section]:
    read = readings(made, "gent")
    return evolution(read), ahead(read)


@pytest.fixture(scope="module")
def expecting(made: Edition) -> Edition:
    return with_tables(made, nowcast=nowcast(), projection=projection(), forecast_record=record())


def test_a_nowcast_is_said_with_its_band_and_named_an_estimate_wherever_it_stands(expecting):
    people = sections(expecting)[0]
    stock = next(block for block in people.blocks if isinstance(block, Figure) and block.id == "stand")
    said = " ".join(
        sentence.text for block in people.blocks if isinstance(block, Prose) for sentence in block.sentences
    )
    assert "Voor februari 2026 telt de levering 4.950 mensen" in said
    assert "verwachten we er 5.000. Met 95 kansen op 100 ligt het tussen 4.700 en 5.300." in said
    assert "een instroom van 4.950" in said
    assert 'id="expected"' in stock.svg
    own = [row for row in stock.table.rows if row[-1] == words("expected.remark")]
    assert [row[:3] for row in own] == [
        ("januari 2026", "5.000", "4.700 tot 5.300"),
        ("februari 2026", "5.000", "4.700 tot 5.300"),
    ]
    assert len(stock.table.sources) == len(stock.table.rows)


def test_the_year_ahead_has_its_table_scenarios_and_record_and_every_number_comes_from_them(expecting):
    section = sections(expecting)[1]
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    scenarios, earlier = (block for block in section.blocks if isinstance(block, Table))
    assert [row[0] for row in figure.table.rows][::11] == ["januari 2026", "december 2026"]
    assert figure.table.rows[0][1:] == ("5.000", "4.700 tot 5.300", "4.000", "1.000", "62,5")
    assert [row[1] for row in scenarios.rows] == ["5.000"] * 3
    assert earlier.rows == (("2025Q2-r1", "december 2025", "6", "4.900", "4.600 tot 5.250", "5.000", "ja"),)
    numbers = {found.rstrip(".") for found in NUMBER.findall(f"{figure.read} {figure.alt}")}
    assert numbers == {"5.000", "4.700", "5.300", "2026", "95", "100"}


def test_a_hidden_band_is_not_drawn_and_the_page_says_why(made):
    hidden = nowcast(**dict.fromkeys(BANDS), reason="record")
    people = sections(with_tables(made, nowcast=hidden))[0]
    said = " ".join(
        sentence.text for block in people.blocks if isinstance(block, Prose) for sentence in block.sentences
    )
    assert words("expected.no_band") in said
    assert "kansen op 100 ligt" not in said


@pytest.mark.parametrize("reason", ["vintages", "decisions", "bundle", "small"])
def test_where_there_is_no_estimate_the_page_says_why(made, reason):
    none = dict.fromkeys(("told", "value", *BANDS))
    edition = with_tables(made, nowcast=nowcast(**none, status="not_computable", reason=reason))
    for section in (sections(edition)[0], core(readings(edition, "gent"))):
        assert Note(words(f"expected.none_{reason}")) in section.blocks


def test_the_nine_have_the_band_of_the_newest_month_beside_the_sentence_that_follows_from_it(expecting, made):
    figure = core(readings(expecting, "gent")).blocks[1]
    assert isinstance(figure, Figure)
    assert figure.title == "Schatting van februari 2026"
    assert figure.read.endswith("verwachten we er 5.000. Met 95 kansen op 100 ligt het tussen 4.700 en 5.300.")
    assert 'id="expected"' in figure.svg
    assert figure.table.rows[-1] == ("februari 2026", "5.000", "4.700 tot 5.300", words("expected.remark"))
    drawn, table = core(readings(expecting, "gent")).blocks[0], core(readings(made, "gent")).blocks
    assert table == (drawn,)  # an edition without a nowcast has the nine alone, and they are the same


def test_a_band_that_is_hidden_or_wider_than_usual_says_so_among_the_nine(made):
    hidden = with_tables(made, nowcast=nowcast(**dict.fromkeys(BANDS), reason="record"))
    figure = core(readings(hidden, "gent")).blocks[1]
    assert isinstance(figure, Figure)
    assert figure.read.endswith(words("expected.no_band"))
    assert figure.svg.count("<path") < 10  # without a hatching
    wider = core(readings(with_tables(made, nowcast=nowcast(reason="unusual")), "gent")).blocks[1]
    assert isinstance(wider, Figure)
    assert wider.read.endswith(words("expected.unusual"))


def test_an_estimate_from_days_of_recording_says_what_it_rests_on(made):
    people = sections(with_tables(made, nowcast=nowcast(told_by="decisions")))[0]
    said = [sentence.text for block in people.blocks if isinstance(block, Prose) for sentence in block.sentences]
    assert words("expected.how_decisions") in said
    assert words("expected.how") not in said


@pytest.mark.parametrize("reason", ["history", "bundle", "small"])
def test_where_there_is_no_projection_the_theme_says_why(made, reason):
    none = dict.fromkeys(("value", "of_here", "of_inflow", "workers", *BANDS))
    section = sections(with_tables(made, projection=projection(**none, status="not_computable", reason=reason)))[1]
    assert section.blocks == (Note(f"{words('ahead.none')} {words(f'ahead.none_{reason}')}"),)


def test_the_workbook_and_the_files_hold_what_is_expected_apart_and_not_among_the_figures(expecting, made):
    sheets = {sheet.name: sheet for sheet in city_sheets(expecting, "gent")}
    estimates, outlook = (sheets[words(f"workbook.sheet_{key}")] for key in ("expected", "ahead"))
    assert (len(estimates.rows), len(outlook.rows)) == (3, 36)
    assert {row[-2] for row in estimates.rows} == {"schatting"}
    assert {row[-2] for row in outlook.rows} == {"vooruitgerekend"}
    assert words("workbook.sheet_expected") not in {sheet.name for sheet in city_sheets(made, "gent")}
    assert set(expected_files(expecting.tables)) == {"schattingen.csv", "vooruitblik.csv"}
    assert "nowcast" not in expecting.published["status"].unique()


def test_months_that_a_release_does_not_count_keep_their_place_on_the_axis(made, monkeypatch):
    """The period of a release ends before the year ahead begins: no month may be left out between them."""
    drawn: list[charts.Course] = []
    draw = charts.course
    monkeypatch.setattr(charts, "course", lambda line, **how: (drawn.append(line), draw(line, **how))[1])
    months = [f"{2026 + (month + 3) // 12}-{(month + 3) % 12 + 1:02d}" for month in range(12)]
    later = projection().with_columns(begin=pl.lit("2026-03"), period=pl.col("period").replace_strict(MONTHS, months))
    sections(with_tables(made, projection=later))
    counted = sorted(row["period"] for row in readings(made, "gent").course("caseload_stock", "M"))[-1]
    numbers = [last_month(period) for period in drawn[-1].periods]
    assert counted < "2026-03"
    assert drawn[-1].periods[-12:] == tuple(months)
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


def test_the_months_in_between_are_those_after_what_is_counted_and_before_what_is_not():
    assert _between("2026-06", "2026-09") == ("2026-07", "2026-08")
    assert _between("2026-08", "2026-09") == ()
