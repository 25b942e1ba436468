"""Counts change by their size, estimates by a test, and a change over a year has no change itself."""

import pytest

from demad.benchmark.change import counts_differ
from tests.benchmark.series import compared, wilson_share
from tests.figures import count, figure, figures


def change_of(*rows: dict) -> str:
    newest = max(row["period"] for row in rows)
    return compared(figures(*rows)).filter(period=newest)["change"].item()


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (1000, 1049, "about"),  # under 5 per cent
        (1000, 1050, "up"),
        (100, 109, "about"),  # under 10 people
        (100, 90, "down"),
    ],
)
def test_the_exact_stock_is_named_by_size_and_never_tested(before, now, expected):
    rows = [
        figure(indicator="caseload_stock", period=f"{year}-12", value=float(n), numerator=n)
        for year, n in ((2024, before), (2025, now))
    ]
    assert change_of(*rows) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (100, 110, "about"),  # not above 10
        (100, 115, "up"),  # above 11.1: what two sums of four rounded quarters give
        (500, 520, "about"),  # 4 per cent
        (100, 85, "down"),
    ],
)
def test_a_rounded_count_moves_when_it_moves_more_than_rounding(before, now, expected):
    rows = [count(n, city="gent", period=period) for period, n in (("2024", before), ("2025", now))]
    assert change_of(*rows) == expected


def test_two_rounded_quarters_differ_beyond_ten_and_five_per_cent():
    assert counts_differ(115, 100)
    assert not counts_differ(110, 100)
    assert not counts_differ(1045, 1000)
    assert not counts_differ(112, 101, tables=(4, 4))  # 11 is under 1.96 sqrt(4 x 4 + 4 x 4) = 11.1
    assert counts_differ(113, 101, tables=(4, 4))


def test_a_share_has_changed_when_newcombes_interval_leaves_nothing_out():
    # Newcombe (1998): 56/70 - 48/80 = 0.2, from 0.0524 to 0.3339.
    before = wilson_share(48, 80, period="2024Q4", indicator="repeat_inflow_share")
    assert change_of(before, wilson_share(56, 70, period="2025Q4", indicator="repeat_inflow_share")) == "up"
    assert change_of(before, wilson_share(51, 70, period="2025Q4", indicator="repeat_inflow_share")) == "chance"
    assert change_of(before, wilson_share(20, 70, period="2025Q4", indicator="repeat_inflow_share")) == "down"


def test_a_difference_under_half_the_printed_unit_is_nearly_the_same_whatever_the_test_says():
    rows = [
        figure(indicator="repeat_inflow_share", period=f"{year}Q4", value=value, low=value - 0.001, high=value + 0.001)
        for year, value in ((2024, 0.3), (2025, 0.304))
    ]
    assert change_of(*rows) == "equal"


def test_a_ratio_has_changed_when_its_logarithm_has():
    def year(period: str, value: float, low: float, high: float) -> dict:
        return figure(indicator="outflow_oe", period=period, value=value, low=low, high=high, denominator=100)

    # ln(1.2 / 1.0) = 0.182; half widths 0.1 and 0.1 on the log scale give 0.141 together.
    before = year("2024Q4", 1.0, 0.905, 1.105)
    assert change_of(before, year("2025Q4", 1.2, 1.086, 1.326)) == "up"
    assert change_of(before, year("2025Q4", 1.1, 0.995, 1.216)) == "chance"
    assert change_of(before, year("2025Q4", 0.8, 0.724, 0.884)) == "down"


def test_a_balance_and_a_change_over_a_year_have_no_change_and_neither_has_a_first_year():
    balance = [figure(indicator="net_flow", period=f"{year}Q4", value=9.0) for year in (2024, 2025)]
    yoy = [figure(indicator="caseload_change_yoy", period=f"{year}-12", value=0.1) for year in (2024, 2025)]
    assert change_of(*balance) == change_of(*yoy) == "none"
    assert compared(figures(*yoy))["year_before"].null_count() == 2
    assert change_of(wilson_share(20, 70, period="2025Q4", indicator="repeat_inflow_share")) == "none"
