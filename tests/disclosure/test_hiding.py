"""What is not shown: small counts and rests, few people, wide medians, and the wide series close to main."""

from __future__ import annotations

import polars as pl
import pytest

from demad.disclosure import Policy, publish
from demad.tables.kinds import ProtectedFigures
from tests.figures import count, figure, figures, share

NUMBERS = ["value", "low", "high", "numerator", "denominator"]
WIDE = {"variant": "wide"}


def shown(*rows: dict) -> pl.DataFrame:
    return publish(ProtectedFigures(figures(*rows)), Policy()).precise


def statuses(*rows: dict) -> list[str]:
    """In the order given: every row has its own period or variant."""
    keys = [(row["variant"], row["indicator"], row["period"], row["group"]) for row in rows]
    found = {row[:4]: row[4] for row in shown(*rows).select("variant", "indicator", "period", "group", "status").rows()}
    return [found[key] for key in keys]


@pytest.mark.parametrize(("value", "status"), [(0, "suppressed"), (5, "suppressed"), (10, "ok")])
def test_a_count_is_shown_from_ten_and_nought_is_a_small_count(value, status):
    assert statuses(count(value)) == [status]


@pytest.mark.parametrize(
    ("part", "whole", "status"),
    [
        (10, 40, "ok"),
        (5, 40, "suppressed"),
        (0, 400, "suppressed"),  # of nobody it says what all of them are not
        (30, 40, "ok"),
        (35, 40, "suppressed"),  # the rest is 5
        (400, 400, "suppressed"),
        (10, 25, "suppressed"),  # of fewer than 30
        (10, 30, "ok"),
    ],
)
def test_a_share_shows_neither_few_nor_few_others_nor_few_people(part, whole, status):
    assert statuses(share(part, whole)) == [status]


def test_what_is_hidden_has_no_number_left():
    assert shown(share(5, 40)).select(NUMBERS).row(0) == (None,) * 5


def test_what_cannot_be_computed_does_not_tell_its_counts():
    row = shown(figure(numerator=5, denominator=10, status="not_computable")).row(0, named=True)
    assert (row["status"], row["numerator"], row["denominator"]) == ("not_computable", None, None)


def test_data_quality_shows_no_rows_and_is_never_hidden():
    row = shown(figure(indicator="dq_completeness", value=0.5, numerator=2, denominator=4)).row(0, named=True)
    assert (row["status"], row["value"], row["numerator"], row["denominator"]) == ("ok", 0.5, None, None)


@pytest.mark.parametrize(("events", "status"), [(5, "suppressed"), (10, "ok")])
@pytest.mark.parametrize("id", ["inflow_rate", "caseload_rate", "outflow_oe"])
def test_a_rate_needs_its_events_whatever_they_are_divided_by(id, events, status):
    assert statuses(figure(indicator=id, value=1.0, numerator=events, denominator=12)) == [status]


def test_an_outflow_rate_needs_thirty_people_in_a_mean_month():
    # 348 person-months are 29 people a month, 360 are 30.
    rate = {"indicator": "outflow_rate", "value": 4.0, "numerator": 15}
    few, enough = figure(**rate, denominator=348), figure(**rate, denominator=360, period="2024Q4")
    assert statuses(few, enough) == ["suppressed", "ok"]


def test_a_share_of_person_months_is_judged_as_one_of_a_mean_month():
    # 60 of 1200 person-months are 5 of 100 people.
    low = figure(indicator="activation_share", value=0.05, numerator=60, denominator=1200)
    enough = figure(indicator="activation_share", value=0.1, numerator=120, denominator=1200, period="2024Q4")
    assert statuses(low, enough) == ["suppressed", "ok"]


@pytest.mark.parametrize(
    ("now", "before", "breakdown", "status"),
    [
        (45, 60, "sex", "suppressed"),
        (60, 45, "sex", "suppressed"),
        (50, 50, "sex", "ok"),
        (12, 11, "total", "ok"),
        (12, 9, "total", "suppressed"),
    ],
)
def test_a_change_of_a_group_needs_fifty_on_both_sides(now, before, breakdown, status):
    change = {"indicator": "caseload_change_yoy", "value": now / before - 1, "breakdown": breakdown, "group": "M"}
    assert statuses(figure(**change, numerator=now, denominator=before)) == [status]


@pytest.mark.parametrize(
    ("low", "high", "status"), [(6.0, 18.0, "ok"), (6.0, 19.0, "suppressed"), (6.0, None, "suppressed")]
)
def test_a_median_is_hidden_where_its_interval_is_wider_than_a_year_or_open(low, high, status):
    median = {"indicator": "duration_median", "value": 9.0, "numerator": 40, "denominator": 80}
    assert statuses(figure(**median, low=low, high=high)) == [status]


def test_a_balance_is_hidden_with_either_of_its_sides():
    def flows(inflow: int, outflow: int) -> list[dict]:
        both = {"inflow_count": inflow, "outflow_count": outflow, "net_flow": inflow - outflow}
        return [count(value, indicator=id) for id, value in both.items()]

    assert statuses(*flows(40, 35)) == ["ok", "ok", "ok"]
    assert statuses(*flows(40, 5)) == ["ok", "suppressed", "suppressed"]
    assert statuses(*flows(5, 40)) == ["suppressed", "ok", "suppressed"]


def test_a_balance_is_hidden_where_a_side_is_too_close_to_main():
    main = [count(40, indicator="inflow_count"), count(30)]
    wide = [
        count(45, indicator="inflow_count", **WIDE),
        count(60, **WIDE),
        count(-15, indicator="net_flow", numerator=None, **WIDE),
    ]
    assert statuses(*main, *wide) == ["ok", "ok", "suppressed", "ok", "suppressed"]


@pytest.mark.parametrize(("more", "status"), [(0, "suppressed"), (5, "suppressed"), (10, "ok")])
def test_a_wide_count_is_hidden_where_it_is_less_than_ten_beyond_main(more, status):
    assert statuses(count(40), count(40 + more, **WIDE)) == ["ok", status]


@pytest.mark.parametrize(
    ("part", "whole", "status"), [(60, 220, "ok"), (55, 220, "suppressed"), (60, 205, "suppressed")]
)
def test_so_are_shares_of_which_a_count_is(part, whole, status):
    assert statuses(share(50, 200), share(part, whole, **WIDE)) == ["ok", status]


@pytest.mark.parametrize("id", ["inflow_rate", "outflow_rate", "outflow_oe", "caseload_change_yoy"])
def test_and_so_are_rates_and_changes_that_would_show_the_same_count(id):
    # The outflow of the year that is hidden as a count would stand in the rate as its numerator.
    of_main = figure(indicator=id, value=1.0, numerator=200, denominator=2400)
    near = figure(indicator=id, value=1.0, numerator=205, denominator=2700, **WIDE)
    beyond = figure(indicator=id, value=1.0, numerator=230, denominator=2700, **WIDE)
    assert statuses(of_main, near) == ["ok", "suppressed"]
    assert statuses(of_main, beyond) == ["ok", "ok"]


def test_care_leavers_are_the_same_people_in_both_series():
    # 60 leavers: 20 with a leefloon, 30 with that or an equivalent one. That both have 60 leavers tells nothing.
    id = {"indicator": "careleaver_leefloon_12m"}
    assert statuses(share(20, 60, **id), share(30, 60, **id, **WIDE)) == ["ok", "ok"]
    assert statuses(share(20, 60, **id), share(25, 60, **id, **WIDE)) == ["ok", "suppressed"]


def test_another_threshold_of_the_controller_holds_everywhere():
    strict = Policy(threshold=20)
    rows = figures(count(15), share(15, 100), count(25, period="2024"))
    assert publish(ProtectedFigures(rows), strict).precise["status"].to_list() == ["ok", "suppressed", "suppressed"]


@pytest.mark.parametrize(
    ("stock", "agreed", "status"),
    [(90, 60, "ok"), (95, 60, "suppressed"), (90, 65, "suppressed")],
)
def test_the_share_of_a_year_is_hidden_where_nearly_the_same_people_are_there_in_one_month(stock, agreed, status):
    """100 persons in the year, 70 of them with a GPMI; fewer than ten missing in a month that is shown."""
    year = share(70, 100, indicator="gpmi_year_share", period="2024")
    month = count(stock, indicator="caseload_stock", period="2024-12")
    of_month = share(agreed, stock, indicator="gpmi_share", period="2024-12")
    other = share(69, 94, indicator="gpmi_share", period="2023-12")  # another year says nothing of it
    assert statuses(year, month, of_month, other)[0] == status


@pytest.mark.parametrize("id", ["sustainable_outflow_12m", "sustainable_from_entry_24m"])
@pytest.mark.parametrize(("back", "status"), [(20, "ok"), (5, "suppressed"), (95, "suppressed")])
def test_who_leaves_for_work_and_stays_is_hidden_with_the_share_that_stays_away(id, back, status):
    product = share(40, 1200, indicator=id, period="2024Q4")
    factors = (
        share(back, 100, indicator="sustainable_work_12m", period="2024Q4"),
        share(5, 100, indicator="sustainable_work_12m", period="2023Q4"),
    )
    assert statuses(product, *factors)[0] == status


@pytest.mark.parametrize(
    ("exits", "months", "status"), [(10, 360, "ok"), (5, 360, "suppressed"), (10, 348, "suppressed")]
)
def test_the_lasting_rate_needs_ten_exits_and_thirty_people_in_a_mean_month(exits, months, status):
    rate = {"indicator": "sustainable_outflow_12m", "value": 2.0, "period": "2024Q4"}
    assert statuses(figure(**rate, numerator=exits, denominator=months)) == [status]


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ((50, 20, 15, 15), ()),
        ((60, 5, 15, 20), ("back_on", "left_otherwise")),  # one alone would be the rest
        ((60, 5, 5, 30), ("back_on", "left_otherwise")),  # two hide each other
        ((5, 45, 25, 25), ("left_otherwise", "total")),  # of two that are equal the first
        ((95, 5, 0, 0), ("back_on", "left_otherwise", "left_to_work", "total")),
    ],
)
def test_of_parts_that_are_everybody_the_smallest_other_is_hidden_with_the_only_one(parts, hidden):
    on, back, otherwise, work = parts
    of_status = {"indicator": "status_after_start_12m", "period": "2024", "breakdown": "start_status"}
    rows = [
        share(on, 100, indicator="status_after_start_12m", period="2024"),
        share(back, 100, **of_status, group="back_on"),
        share(otherwise, 100, **of_status, group="left_otherwise"),
        share(work, 100, **of_status, group="left_to_work"),
    ]
    found = publish(ProtectedFigures(figures(*rows).sort("breakdown", "group")), Policy()).precise
    assert tuple(sorted(found.filter(status="suppressed")["group"])) == hidden


@pytest.mark.parametrize(
    ("bands", "hidden"),
    [
        ((8, 20, 60, 100), ["1-6", "25-48"]),  # 25-48 is what the others leave: with it 8 would be told
        ((8, 9, 60, 100), ["1-6", "25-48", "7-12"]),  # or the sum of 8 and 9
        ((20, 30, 60, 8), ["1-6", "25-48"]),  # the smallest other, or else it is the rest
    ],
)
def test_of_the_bands_of_five_years_the_one_that_is_left_is_hidden_with_any_other(bands, hidden):
    bands = dict(zip(("1-6", "7-12", "13-24", "25-48"), bands, strict=True))
    rows = [share(112, 300, indicator="months_on_5y", period="2024")]
    rows += [
        share(part, 300, indicator="months_on_5y", period="2024", breakdown="months_on", group=band)
        for band, part in bands.items()
    ]
    found = publish(ProtectedFigures(figures(*rows).sort("breakdown", "group")), Policy()).precise
    assert sorted(found.filter(status="suppressed")["group"]) == hidden


@pytest.mark.parametrize(("of_year", "status"), [(390, "ok"), (391, "suppressed")])
def test_the_share_that_came_back_in_ten_years_is_hidden_where_nearly_everybody_is_there_in_one(of_year, status):
    decade = share(100, 400, indicator="instability_share", period="2024")
    year = count(of_year, indicator="caseload_distinct_year", period="2015")
    before = count(399, indicator="caseload_distinct_year", period="2014")  # not one of the ten
    assert statuses(decade, year, before)[0] == status


@pytest.mark.parametrize(("back", "still_on", "status"), [(20, 60, "ok"), (5, 60, "suppressed"), (20, 5, "suppressed")])
def test_the_lasting_outflow_of_care_leavers_is_hidden_with_each_of_its_factors(back, still_on, status):
    lasting = share(40, 100, indicator="careleaver_lasting_24m", period="2024Q4")
    factors = (
        share(still_on, 100, indicator="careleaver_still_on_24m", period="2024Q4"),
        share(back, 60, indicator="careleaver_return_12m", period="2024Q4"),
        share(5, 60, indicator="careleaver_return_12m", period="2023Q4"),
    )
    assert statuses(lasting, *factors)[0] == status


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        (
            {"total": 60, "art60": 20, "equivalent_or_other": 5, "leefloon_again": 15},
            ("equivalent_or_other", "leefloon_again"),
        ),
        ({"total": 60, "art60": 5, "equivalent_or_other": 5, "leefloon_again": 30}, ("art60", "equivalent_or_other")),
        ({"art60": 5, "leefloon_again": 30}, ("art60",)),  # without the total they are not everybody
    ],
)
def test_after_an_exit_the_rest_rule_holds_where_other_support_was_delivered(parts, hidden):
    after = {"indicator": "status_after_exit_12m", "period": "2024"}
    rows = [
        share(n, 100, **after) if group == "total" else share(n, 100, **after, breakdown="exit_status", group=group)
        for group, n in parts.items()
    ]
    found = publish(ProtectedFigures(figures(*rows).sort("breakdown", "group")), Policy()).precise
    assert tuple(sorted(found.filter(status="suppressed")["group"])) == hidden


@pytest.mark.parametrize(
    ("leefloon", "equivalent", "art60", "hidden"),
    [
        (500, 20, 30, ()),
        (500, 20, 5, ("art60", "total")),  # the wide stock shows the 20, so the total would tell the 5
        (500, 5, 30, ("art60", "equivalent")),  # together 35 are told, and neither part
        (500, 5, 5, ("art60", "equivalent")),
        (500, 0, 5, ("art60", "equivalent", "total")),
        (5, 20, 30, ("total",)),  # with the stock of main
        (500, 20, None, ()),  # no other support was delivered
    ],
)
def test_the_connected_stock_tells_no_part_that_is_hidden(leefloon, equivalent, art60, hidden):
    ours = {"indicator": "connected_stock", "period": "2025-12"}
    parts = {"breakdown": "connected"}
    rows = [
        count(leefloon, indicator="caseload_stock", period="2025-12"),
        count(equivalent, **ours, **parts, group="equivalent"),
    ]
    if art60 is not None:
        rows.append(count(leefloon + equivalent + art60, **ours))
        rows.append(count(art60, **ours, **parts, group="art60"))
    found = publish(ProtectedFigures(figures(*rows).sort("indicator", "breakdown", "group")), Policy()).precise
    gone = found.filter(status="suppressed", indicator="connected_stock")
    assert tuple(sorted(gone["group"])) == hidden
