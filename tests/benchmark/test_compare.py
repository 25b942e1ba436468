"""A city is called different only where its whole interval lies beyond the middle city."""

import polars as pl
import pytest

from demad.benchmark import compare
from demad.catalogue import CATALOGUE
from tests.figures import count, figure, figures, share

CITIES = ("aalst", "brugge", "genk", "hasselt", "kortrijk")


def beside(*rows: dict) -> pl.DataFrame:
    return compare(figures(*rows), CATALOGUE)


def verdict(numerator: int, denominator: int, *, indicator: str, others: int = 200) -> tuple[str, str]:
    rows = [share(others, 1000, city=city, indicator=indicator) for city in CITIES]
    found = beside(*rows, share(numerator, denominator, city="gent", indicator=indicator)).filter(city="gent")
    return found["position"].item(), found["verdict"].item()


@pytest.mark.parametrize(
    ("numerator", "denominator", "indicator", "expected"),
    [
        (300, 1000, "return_12m", ("higher", "attention")),  # more people come back
        (120, 1000, "return_12m", ("lower", "favourable")),
        (300, 1000, "sustainable_activation_12m", ("higher", "favourable")),
        (300, 1000, "careleaver_leefloon_12m", ("higher", "no_judgement")),
        (205, 1000, "return_12m", ("similar", "similar")),
        (10, 33, "return_12m", ("similar", "similar")),  # far off, but so few that it says nothing
    ],
)
def test_position_by_interval_and_verdict_by_direction(numerator, denominator, indicator, expected):
    assert verdict(numerator, denominator, indicator=indicator) == expected


def test_fewer_than_five_cities_have_no_middle():
    found = beside(*(share(200, 1000, city=city) for city in CITIES[:4]))
    assert found["median"].null_count() == found.height
    assert set(found["position"]) == {"uncertain"}


def test_the_pooled_cities_are_no_city_and_what_is_hidden_does_not_count():
    rows = [share(200, 1000, city=city) for city in CITIES]
    hidden = figure(city="gent", status="suppressed")
    found = beside(*rows, hidden, share(900, 1000, city="all"))
    assert "all" not in set(found["city"])
    assert found.filter(city="gent")["position"].item() == "hidden"
    assert set(found["n_cities"]) == {5}


def test_a_count_changes_only_when_it_is_more_than_chance():
    rows = [count(n, city="gent", period=period) for period, n in {"2023": 100, "2024": 115, "2025": 190}.items()]
    changes = dict(beside(*rows).select("period", "change").iter_rows())
    assert changes == {"2023": "none", "2024": "same", "2025": "up"}
