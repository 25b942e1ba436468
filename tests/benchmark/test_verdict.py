"""The two questions of a verdict, real and mattering, and the gates before it may be said."""

import polars as pl
import pytest

from demad.tables.figures import YARDSTICK
from tests.benchmark.series import CITIES, compared, page, wilson_share
from tests.figures import figure, figures, yardsticks_of


def verdict_of(parts: dict[str, int], whole: int = 1000, indicator: str = "repeat_inflow_share") -> str:
    return compared(page(parts, whole, indicator)).filter(city="gent")["verdict"].item()


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (325, 1000, "chance"),  # 1.7 errors of the difference
        (330, 1000, "maybe_higher"),  # 2.0
        (345, 1000, "maybe_higher"),  # 3.0 is not enough: beyond 99.8 % from 3.09 on
        (350, 1000, "apart_higher"),
        (228, 1000, "apart_lower"),
        (6240, 20000, "nearly"),  # 3.5 errors, but 1.2 points: under the margin of 10 per cent, 3 points
        (38, 100, "chance"),  # far off, but so few that it says nothing
    ],
)
def test_a_difference_must_be_real_and_must_matter(part, whole, expected):
    assert verdict_of({"gent": part}, whole) == expected


def test_the_other_cities_are_left_alone_when_one_stands_apart():
    found = compared(page({"gent": 380}, 1000)).filter(pl.col("city") != "gent")
    assert set(found["verdict"]) == {"chance"}


@pytest.mark.parametrize(
    ("indicator", "part", "mark"),
    [
        ("repeat_inflow_share", 380, "bad_outlined"),  # more people come back
        ("repeat_inflow_share", 220, "good_outlined"),
        ("activation_share", 380, "good_outlined"),
        ("long_term_share", 380, ""),  # neutral: words, and never a mark
    ],
)
def test_the_mark_follows_the_direction_and_neutral_figures_have_none(indicator, part, mark):
    found = compared(page({"gent": part}, 1000, indicator)).filter(city="gent").row(0, named=True)
    assert found["verdict"].startswith("apart_")
    assert found["mark"] == mark


def test_out_of_the_ordinary_is_said_only_with_the_spread_of_the_years_before():
    def years(far: int) -> pl.DataFrame:
        rows = [
            wilson_share(400 + 4 * (place - 6), 2000, city=city, indicator="repeat_inflow_share", period=f"{year}Q4")
            for year in (2022, 2023, 2024, 2025)
            for place, city in enumerate(CITIES)
            if not (year == 2025 and city == "gent")
        ]
        gent = wilson_share(far, 2000, city="gent", indicator="repeat_inflow_share", period="2025Q4")
        return compared(figures(*rows, gent)).filter(city="gent", period="2025Q4")

    assert years(560)["verdict"].item() == "clear_higher"
    alone = compared(page({"gent": 900}, 2000)).filter(city="gent")  # no year before: not assessed
    assert alone["verdict"].item() == "apart_higher"


def test_where_median_and_pooled_others_lie_on_either_side_nothing_is_claimed():
    frame = page({"gent": 330}, 1000).with_columns(
        value=pl.when(pl.col("city").is_in(CITIES[5:])).then(0.34).otherwise("value")
    )
    yardsticks = yardsticks_of(frame).with_columns(
        others=pl.lit(0.25), others_low=pl.lit(0.24), others_high=pl.lit(0.26)
    )
    assert compared(frame, yardsticks).filter(city="gent")["verdict"].item() == "chance"


def placed(value: float, other: float, *, unknown: float = 0.3) -> tuple[str, str]:
    """The verdict on work within a year, with both figures moved as the unknown reasons are placed."""
    frame = page({"gent": 380}, 1000, "cif_work_12m")
    yardsticks = yardsticks_of(frame).with_columns(
        placed=pl.lit(value),
        placed_low=pl.lit(value - 0.03),
        placed_high=pl.lit(value + 0.03),
        others_placed=pl.lit(other),
        others_placed_low=pl.lit(other - 0.01),
        others_placed_high=pl.lit(other + 0.01),
        unknown=pl.lit(unknown),
        least=pl.lit(0.38),
        most=pl.lit(0.6),
    )
    row = compared(frame, YARDSTICK.check(yardsticks)).filter(city="gent")
    return row["verdict"].item(), row["reason"].item()


def test_a_verdict_stands_only_if_it_stays_when_the_unknown_reasons_are_placed():
    assert placed(0.45, 0.36) == ("apart_higher", "")
    assert placed(0.40, 0.39) == ("unsaid", "unknown_reasons")
    assert placed(0.30, 0.40) == ("unsaid", "unknown_reasons")


@pytest.mark.parametrize(
    ("ratio", "status", "expected"),
    [
        (0.9, "ok", ("apart_higher", "", "kept")),  # longer on benefit, and fewer exits than expected
        (1.1, "ok", ("unsaid", "case_mix", "gone")),
        (1.1, "low_n", ("apart_higher", "", "small")),  # expects fewer than ten: not applied
    ],
)
def test_a_crude_difference_must_be_there_among_similar_people_too(ratio, status, expected):
    rows = page({"gent": 380}, 1000, "still_on_12m").to_dicts()
    beside = [
        figure(
            indicator="outflow_first_year_oe", city=city, period="2025Q4", value=1.0, low=0.9, high=1.1, denominator=100
        )
        | ({"value": ratio, "low": ratio - 0.1, "high": ratio + 0.1, "status": status} if city == "gent" else {})
        for city in CITIES
    ]
    found = compared(figures(*rows, *beside)).filter(city="gent", indicator="still_on_12m")
    assert found.select("verdict", "reason", "similar_people").row(0) == expected


def test_a_value_without_an_interval_says_nothing_and_a_figure_without_one_has_no_verdict():
    rows = [*page({}, 1000).to_dicts()]
    rows[4] |= {"low": None, "high": None}
    found = compared(figures(*rows)).filter(city="gent")
    assert found.select("verdict", "reason").row(0) == ("unsaid", "few_people")
    counts = [figure(city=city, indicator="dq_timeliness", value=float(5 + place)) for place, city in enumerate(CITIES)]
    assert set(compared(figures(*counts)).select("verdict", "mark").rows()) == {("none", "")}


def test_groups_have_no_verdict():
    rows = [row | {"breakdown": "sex", "group": "M"} for row in page({"gent": 500}, 1000).to_dicts()]
    assert set(compared(figures(*rows))["verdict"]) == {"none"}
