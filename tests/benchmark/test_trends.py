"""An arrow needs five points that do not overlap, no break, and more than chance."""

from datetime import date

import polars as pl

from demad.benchmark.trends import trends
from demad.catalogue import CATALOGUE
from demad.reference.cities import breaks_of
from tests.benchmark.series import wilson_share
from tests.figures import count, figure, figures

YEARS = range(2018, 2026)
RISING = dict(zip(YEARS, (100, 115, 128, 150, 166, 190, 210, 240), strict=True))


def outcome(*rows: dict, breaks: dict | None = None) -> dict:
    found = trends(figures(*rows), CATALOGUE, {} if breaks is None else breaks)
    return found.row(0, named=True) if found.height else {}


def counts(numbers: dict[int, int], **given: object) -> list[dict]:
    return [count(number, period=str(year), **given) for year, number in numbers.items()]


def test_counts_that_rise_every_year_get_an_arrow():
    found = outcome(*counts(RISING))
    assert (found["arrow"], found["points"], found["first_period"], found["period"]) == ("up", 8, "2018", "2025")
    assert found["p_value"] < 0.001
    assert outcome(*counts(dict(zip(YEARS, reversed(RISING.values()), strict=True))))["arrow"] == "down"


def test_four_years_are_too_few_and_a_wave_is_no_trend():
    few = outcome(*counts({year: RISING[year] for year in range(2022, 2026)}))
    assert (few["arrow"], few["p_value"]) == ("none", None)
    assert outcome(*counts({year: 100 + 30 * (year % 2) for year in YEARS}))["arrow"] == "none"


def test_a_merger_or_a_new_definition_between_the_points_takes_the_arrow_away():
    merged = outcome(*counts(RISING), breaks={"gent": [date(2020, 1, 1)]})
    assert (merged["arrow"], merged["breaks"]) == ("none", 1)
    assert outcome(*counts(RISING), breaks={"gent": [date(2018, 1, 1)]})["arrow"] == "up"  # before the first point
    assert outcome(*counts(RISING), breaks={"brugge": [date(2020, 1, 1)]})["arrow"] == "up"
    rows = counts(RISING)
    rows[-1]["definition"] = "2"
    assert outcome(*rows)["arrow"] == "none"


def test_the_merger_of_antwerp_is_known_from_its_file():
    found = trends(figures(*counts(RISING, city="antwerpen"), *counts(RISING, city="gent")), CATALOGUE, breaks_of(None))
    assert dict(found.select("city", "arrow").iter_rows()) == {"antwerpen": "none", "gent": "up"}


def test_shares_of_counts_by_cochran_and_armitage():
    rows = [
        wilson_share(part, 400, indicator="outflow_unknown_share", period=f"{year}Q2")
        for year, part in zip(YEARS, (40, 44, 52, 55, 63, 66, 74, 80), strict=True)
    ]
    between = wilson_share(390, 400, indicator="outflow_unknown_share", period="2024Q4")  # overlaps: no point
    found = outcome(*rows, between)
    assert (found["arrow"], found["points"], found["period"]) == ("up", 8, "2025Q2")


def test_windows_of_two_years_are_taken_every_two_years():
    rows = [
        figure(indicator="still_on_12m", period=f"{year}Q4", value=0.4 + 0.01 * (year - 2016), low=0.3, high=0.6)
        for year in range(2016, 2026)
    ]
    found = outcome(*rows)
    # 2017, 2019, 2021, 2023, 2025: Kendall's smallest p with five points is 2/120, which is not below 0.002.
    assert (found["points"], found["first_period"], found["arrow"]) == (5, "2017Q4", "none")
    assert abs(found["p_value"] - 2 / 120) < 1e-12


def test_one_year_that_makes_the_trend_by_itself_gives_no_arrow():
    jump = dict(zip(YEARS, (100, 100, 101, 100, 99, 100, 100, 260), strict=True))
    found = outcome(*counts(jump))
    assert found["arrow"] == "none"


def test_observed_to_expected_has_no_trend():
    rows = [
        figure(indicator="outflow_oe", period=f"{year}Q4", value=0.8 + 0.05 * (year - 2018), low=0.7, high=1.4)
        for year in YEARS
    ]
    assert outcome(*rows) == {}


def test_a_stock_has_no_trend_and_hidden_values_are_no_points():
    assert (
        outcome(*(figure(indicator="caseload_stock", period=f"{year}-12", value=float(year)) for year in YEARS)) == {}
    )
    hidden = [figure(indicator="outflow_count", period=str(year), status="suppressed") for year in YEARS]
    assert trends(figures(*hidden), CATALOGUE, {}).equals(trends(figures(*hidden), CATALOGUE, {}).clear())
    assert trends(figures(count(3)).clear(), CATALOGUE, {}).height == 0
    assert isinstance(trends(figures(*counts(RISING)), CATALOGUE, {}), pl.DataFrame)
