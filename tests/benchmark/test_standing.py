"""Apart beyond 99.8 %, look between 95 and 99.8 %, and the usual spread between cities is nobody's merit."""

import pytest

from demad.benchmark import compare
from demad.catalogue import CATALOGUE
from tests.benchmark.series import CITIES, page, wilson_share
from tests.figures import figure, figures


def judged(parts: dict[str, int], whole: int = 1000, indicator: str = "repeat_inflow_share") -> dict[str, tuple]:
    found = compare(page(parts, whole, indicator), CATALOGUE)
    return {city: (position, verdict) for city, position, verdict in found.select("city", "position", "verdict").rows()}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (325, ("similar", "similar")),  # (0.325 - 0.302) / 0.0145: 1.6 errors from the mean
        (340, ("similar", "look")),  # 2.5 errors: beyond 95 %
        (375, ("higher", "attention")),  # 4.7 errors: beyond 99.8 %; more people come back
        (228, ("lower", "favourable")),
        (262, ("similar", "look")),
    ],
)
def test_one_city_among_twelve_equal_ones(part, expected):
    found = judged({"gent": part})
    assert found.pop("gent") == expected
    assert set(found.values()) == {("similar", "similar")}


def test_a_neutral_indicator_gets_no_judgement_however_far():
    assert judged({"gent": 450}, indicator="long_term_share")["gent"] == ("higher", "no_judgement")


def test_where_cities_differ_anyway_who_is_a_little_further_is_not_apart():
    spread = {city: 200 + 17 * place for place, city in enumerate(CITIES)}
    assert {position for position, _ in judged(spread).values()} == {"similar"}


def test_the_same_distance_says_less_of_fewer_people():
    assert judged({"gent": 38}, 100)["gent"] == ("similar", "similar")
    assert judged({"gent": 760}, 2000)["gent"] == ("higher", "attention")


def test_a_value_without_an_interval_among_others_with_one_is_uncertain():
    rows = [*page({}, 1000).to_dicts()]
    rows[4] |= {"low": None, "high": None}
    found = compare(figures(*rows), CATALOGUE)
    assert found.filter(city="gent").select("position", "verdict").row(0) == ("uncertain", "uncertain")


def test_a_figure_that_nobody_has_an_interval_for_gets_no_verdict():
    rows = [figure(city=city, indicator="dq_timeliness", value=float(5 + place)) for place, city in enumerate(CITIES)]
    found = compare(figures(*rows), CATALOGUE)
    assert set(found["verdict"]) == {"no_judgement"}
    assert found.filter(city="turnhout")["position"].item() == "higher"  # beyond the middle half


def ratio(observed: int, expected: int, city: str, period: str = "2025Q4") -> dict:
    value = round(observed / expected, 2)
    return figure(
        indicator="outflow_oe",
        city=city,
        period=period,
        value=value,
        low=value * 0.9,
        high=value * 1.1,
        numerator=observed,
        denominator=expected,
    )


def test_a_ratio_takes_its_place_in_the_exact_funnel_around_one():
    # E = 400: beyond 99.8 % from 1.16 (Poisson); beyond 95 % from 1.10.
    rows = [ratio(400, 400, city) for city in CITIES if city != "gent"]
    for observed, expected in ((420, "similar"), (448, "look"), (500, "favourable")):
        found = compare(figures(*rows, ratio(observed, 400, "gent")), CATALOGUE)
        assert found.filter(city="gent")["verdict"].item() == expected


def change_of(*rows: dict) -> str:
    return compare(figures(*rows), CATALOGUE).filter(period="2025Q4")["change"].item()


def test_a_share_has_changed_when_newcombes_interval_leaves_nothing_out():
    # Newcombe (1998): 56/70 - 48/80 = 0.2, from 0.0524 to 0.3339.
    before = wilson_share(48, 80, period="2024Q4", indicator="repeat_inflow_share")
    assert change_of(before, wilson_share(56, 70, period="2025Q4", indicator="repeat_inflow_share")) == "up"
    assert change_of(before, wilson_share(51, 70, period="2025Q4", indicator="repeat_inflow_share")) == "same"
    assert change_of(before, wilson_share(20, 70, period="2025Q4", indicator="repeat_inflow_share")) == "down"


def test_a_ratio_has_changed_when_its_logarithm_has():
    def year(period: str, value: float, low: float, high: float) -> dict:
        return figure(indicator="outflow_oe", period=period, value=value, low=low, high=high, denominator=100)

    # ln(1.2 / 1.0) = 0.182; half widths 0.1 and 0.1 on the log scale give 0.141 together.
    before = year("2024Q4", 1.0, 0.905, 1.105)
    assert change_of(before, year("2025Q4", 1.2, 1.086, 1.326)) == "up"
    assert change_of(before, year("2025Q4", 1.1, 0.995, 1.216)) == "same"
    assert change_of(before, year("2025Q4", 0.8, 0.724, 0.884)) == "down"


def test_a_balance_of_two_counts_is_not_tested_and_without_a_year_before_nothing_is():
    assert (
        change_of(*(figure(indicator="net_flow", period=f"{year}Q4", value=9.0) for year in (2024, 2025)))
        == "uncertain"
    )
    assert change_of(wilson_share(20, 70, period="2025Q4", indicator="repeat_inflow_share")) == "none"
