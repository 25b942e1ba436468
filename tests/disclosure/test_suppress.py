"""What is too small to show is null in every column, and so is what would give it away."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demad.disclosure.gate import publish as guarded
from demad.disclosure.policy import Policy
from demad.disclosure.suppress import publish
from demad.tables.figures import FIGURE_KEY
from demad.tables.terms import REASONS
from tests.figures import count, figure, figures, share

NUMBERS = ["value", "low", "high", "numerator", "denominator"]


def hidden(frame: pl.DataFrame, policy: Policy | None = None) -> set[tuple]:
    published = publish(frame, policy or Policy())
    gone = published.filter(status="suppressed")
    assert gone.select(pl.all_horizontal(pl.col(NUMBERS).is_null())).to_series().all()
    return set(gone.select("city", "breakdown", "group", "period").iter_rows())


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (count(10), True),
        (count(9), False),
        (count(1), False),
        (count(0), True),
        (count(0, breakdown="reason", group="work"), False),  # nobody left for work speaks of everybody
        (share(20, 100), True),
        (share(9, 100), False),
        (share(91, 100), False),  # nine did not
        (share(0, 100), True),
        (share(15, 29), False),  # too few people for a share
        (share(0, 40, breakdown="nationality", group="BE"), False),  # 0 % of forty people of one nationality
        (share(0, 60, breakdown="nationality", group="BE"), True),
    ],
)
def test_a_single_figure_is_shown_or_not(row, shown):
    assert (not hidden(figures(row))) == shown


def test_one_hidden_group_takes_the_smallest_other_one_along():
    groups = {"18-24": 5, "25-34": 40, "35-44": 30}
    rows = [count(75), *(count(n, breakdown="age", group=group) for group, n in groups.items())]
    assert hidden(figures(*rows)) == {("gent", "age", "18-24", "2025"), ("gent", "age", "35-44", "2025")}


def test_one_hidden_city_takes_two_along_because_each_knows_itself_but_never_the_total_of_all():
    rows = [count(n, city=city) for city, n in {"aalst": 4, "gent": 50, "genk": 20, "all": 74}.items()]
    assert {key[0] for key in hidden(figures(*rows), Policy(coalition=1))} == {"aalst", "genk", "gent"}


def test_where_two_cities_may_put_their_counts_together_one_hidden_city_takes_three_along():
    cities = {"aalst": 4, "gent": 50, "genk": 20, "hasselt": 30, "leuven": 90, "all": 194}
    rows = [count(n, city=city) for city, n in cities.items()]
    assert {key[0] for key in hidden(figures(*rows))} == {"aalst", "genk", "gent", "hasselt"}


def test_a_higher_threshold_hides_more():
    assert not hidden(figures(count(15)))
    assert hidden(figures(count(15)), Policy(threshold=20))


def test_a_change_is_hidden_with_the_stock_it_would_reveal():
    stock = {"2024-12": 8, "2025-12": 60}
    rows = [count(n, indicator="caseload_stock", period=period) for period, n in stock.items()]
    change = figure(indicator="caseload_change_yoy", period="2025-12", value=6.5, numerator=60, denominator=8)
    assert {key[3] for key in hidden(figures(*rows, change))} == {"2024-12", "2025-12"}


def test_shares_are_published_as_whole_percents_and_durations_in_tenths():
    published = publish(figures(share(123, 1000)), Policy())
    assert published["value"].to_list() == [0.12]


def test_a_number_that_everybody_can_work_out_and_is_no_secret_is_shown():
    # Everybody who leaves youth care is 18 to 24: that nobody in Roeselare is anything follows from its total.
    leavers = {"aalst": 4, "antwerpen": 19, "genk": 5, "gent": 13, "hasselt": 6, "roeselare": 0, "all": 47}
    rows = [count(n, indicator="careleaver_count", city=city) for city, n in leavers.items()]
    for city, n in leavers.items():
        cell = {"indicator": "careleaver_count", "city": city, "breakdown": "age"}
        rows += [count(n, group="18-24", **cell), count(0, group="25-34", **cell)]
    gone = hidden(figures(*rows), Policy(coalition=1))
    assert {key[0] for key in gone if key[1] == "total"} == {"aalst", "genk", "gent", "hasselt"}
    assert {key[0] for key in gone if key[2] == "18-24"} >= {"aalst", "genk", "gent", "hasselt"}
    assert "roeselare" not in {key[0] for key in gone}
    guarded(figures(*rows), Policy())  # and the auditor agrees


@given(st.lists(st.integers(0, 60), min_size=len(REASONS), max_size=len(REASONS)))
@settings(max_examples=60, deadline=None)
def test_no_single_hidden_group_follows_from_the_total(numbers):
    rows = [
        count(sum(numbers)),
        *(count(n, breakdown="reason", group=g) for g, n in zip(REASONS, numbers, strict=True)),
    ]
    published = publish(figures(*rows), Policy())
    groups = published.filter(breakdown="reason")
    gone = groups.filter(status="suppressed").height
    total_shown = published.filter(breakdown="total")["value"].null_count() == 0
    others = groups.filter(pl.col("value") > 0).height
    assert gone != 1 or not total_shown or others == 0
    assert published.select(FIGURE_KEY).is_unique().all()
