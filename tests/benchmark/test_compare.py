"""What is drawn beside a city is of the other cities alone, and what is hidden has no verdict."""

import polars as pl
import pytest

from demad.benchmark.others import others
from tests.benchmark.series import compared
from tests.figures import figure, figures, share

CITIES = ("aalst", "brugge", "genk", "hasselt", "kortrijk")


def test_a_city_is_no_part_of_its_own_median_and_quartiles():
    values = dict(zip(CITIES, (0.1, 0.2, 0.3, 0.4, 0.9), strict=True))
    frame = figures(*(figure(city=city, indicator="return_12m", value=value) for city, value in values.items()))
    found = {row["city"]: row for row in others(frame).iter_rows(named=True)}
    for city in CITIES:
        rest = pl.Series([value for other, value in values.items() if other != city])
        assert found[city]["median"] == pytest.approx(rest.median())
        assert found[city]["lower_quartile"] == pytest.approx(rest.quantile(0.25, interpolation="linear"))
        assert found[city]["upper_quartile"] == pytest.approx(rest.quantile(0.75, interpolation="linear"))
        assert found[city]["median_all"] == 0.3


def test_fewer_than_four_others_have_no_median_and_no_verdict():
    found = compared(figures(*(share(200, 1000, city=city, indicator="return_12m") for city in CITIES[:4])))
    assert found["median"].null_count() == found.height
    assert set(found.select("verdict", "reason").rows()) == {("unsaid", "few_cities")}


def test_a_city_with_few_people_is_compared_with_the_others_but_not_they_with_it():
    rows = [share(200, 1000, city=city, indicator="return_12m") for city in CITIES]
    found = compared(figures(*rows, share(30, 60, city="gent", indicator="return_12m") | {"status": "low_n"}))
    gent = found.filter(city="gent").row(0, named=True)
    assert (gent["median"], gent["verdict"], gent["reason"]) == (0.2, "unsaid", "few_people")
    assert set(found.filter(pl.col("city") != "gent")["median"]) == {0.2}


def test_the_pooled_cities_are_no_city_and_what_is_hidden_does_not_count():
    rows = [share(200, 1000, city=city, indicator="return_12m") for city in CITIES]
    hidden = figure(city="gent", indicator="return_12m", status="suppressed")
    found = compared(figures(*rows, hidden, share(900, 1000, city="all", indicator="return_12m")))
    assert "all" not in set(found["city"])
    assert found.filter(city="gent").select("verdict", "reason").row(0) == ("unsaid", "suppressed")
    assert set(found["n_cities"]) == {5}
