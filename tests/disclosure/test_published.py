"""Published figures: what the gate bars, how numbers are printed, and that the printed and the precise agree."""

from __future__ import annotations

import polars as pl
import pytest

from demad.catalogue import CATALOGUE
from demad.disclosure import Policy, PublishedFigures, publish
from demad.disclosure.policy import PRINTED
from demad.disclosure.published import BARRED
from demad.tables.kinds import ProtectedFigures
from tests.figures import figure, figures, share

MEN = {"breakdown": "sex", "group": "M"}


def published(*rows: dict, barred: list[tuple[str, ...]] | None = None) -> PublishedFigures:
    groups = None if barred is None else pl.DataFrame(barred, schema=BARRED, orient="row")
    return publish(ProtectedFigures(figures(*rows)), Policy(), groups)


def hidden(found: PublishedFigures) -> list[str]:
    return found.frame.filter(status="suppressed")["period"].to_list()


def test_numbers_are_printed_as_their_unit_says_and_kept_precisely_beside():
    row = figure(value=1 / 3, low=0.28765, high=0.38999, numerator=100, denominator=300)
    found = published(row)
    assert found.frame.select("value", "low", "high").row(0) == (0.333, 0.288, 0.39)
    assert found.precise.select("value", "low", "high").row(0) == (1 / 3, 0.28765, 0.38999)
    assert {entry.unit for entry in CATALOGUE} == set(PRINTED)


def test_figures_are_sorted_by_their_key_whatever_order_they_came_in():
    found = published(share(40, 100, period="2024Q4"), share(50, 100, period="2023Q4"))
    assert found.frame["period"].to_list() == found.precise["period"].to_list() == ["2023Q4", "2024Q4"]


def test_a_barred_year_of_a_group_hides_every_window_that_holds_it():
    # return_12m looks at three years: those that end in 2022, 2023 and 2024 hold 2022.
    rows = [share(40, 100, period=f"{year}Q4", **MEN) for year in range(2021, 2026)]
    barred = published(*rows, barred=[("gent", "sex", "M", "2022")])
    assert hidden(barred) == ["2022Q4", "2023Q4", "2024Q4"]
    assert hidden(published(*rows)) == []


def test_it_hides_nothing_of_another_group_city_or_breakdown_but_the_same_group_of_all_cities():
    rows = [share(40, 100, **MEN), share(40, 100, breakdown="sex", group="V"), share(40, 100)]
    rows += [share(40, 100, city=city, **MEN) for city in ("genk", "all")]
    found = published(*rows, barred=[("gent", "sex", "M", "2025")]).frame.filter(status="suppressed")
    assert sorted(found.select("city", "group").rows()) == [("all", "M"), ("gent", "M")]


def test_a_change_over_a_year_rests_on_both_decembers():
    change = {"indicator": "caseload_change_yoy", "value": 0.1, "numerator": 110, "denominator": 100, **MEN}
    rows = [figure(period=f"{year}-12", **change) for year in range(2021, 2026)]
    assert hidden(published(*rows, barred=[("gent", "sex", "M", "2023")])) == ["2023-12", "2024-12"]


def test_a_choice_of_figures_is_published_as_well():
    found = published(share(40, 100), share(40, 100, city="genk")).only(pl.col("city") == "genk")
    assert found.frame["city"].to_list() == found.precise["city"].to_list() == ["genk"]


@pytest.mark.parametrize("barred", [None, []])
def test_where_nothing_is_barred_nothing_is_hidden_for_it(barred):
    assert hidden(published(share(40, 100), barred=barred)) == []
