"""Twelve rows, delivered and run as a city would, against figures worked out by hand.

The city is Hasselt, complete from 2019-01-01 to 2022-12-31, cut history. So W = 2019-01, M = 2022-12, the
settled month M - L = 2022-11 and, with gap 1, O = 2022-09.

a  2020-06..2020-08 under the old NIS code, September 2020 uncovered, 2020-10..2021-03 to work: one spell of 10
   months with one bridged month. Back from 2021-08 (month 5 after 2021-03) to 2021-10, own choice: 3 months.
b  2021-01..2021-12 to work, corrected to 2021-01..2021-06 to article 60: the correction counts. 6 months.
c  2022-01 and still running: at risk up to O, 9 transitions, then censored.
d  2018-05..2019-04, moved: the start may lie earlier, so left-censored; in the stock and the outflow only.
e  2021-02..2021-09 with a suspension in May and June, other means: one spell of 8 months.
f  2021-03..2021-08, then the equivalent leefloon to 2022-02: a change of law, no exit in main, one in wide.
"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets.run import run
from demad.intake.deliveries.packing import make_delivery
from demad.reference.cities import load_cities
from demad.store import Store

ROWS = """NIS;Persoon;Wet;Begin;Einde;Categorie;Geboortejaar;Schorsing;Stopreden
71022;p1-hand-a;RMI;01/06/2020;31/08/2020;2;1990;nee;
71072;p1-hand-a;RMI;01/10/2020;31/03/2021;2;1990;nee;W1
71072;p1-hand-a;RMI;01/08/2021;31/10/2021;2;1990;nee;E1
71072;p1-hand-b;RMI;01/01/2021;31/12/2021;1;2000;nee;W1
71072;p1-hand-b;RMI;01/01/2021;30/06/2021;1;2000;nee;A60
71072;p1-hand-c;RMI;01/01/2022;;2;1985;nee;
71072;p1-hand-d;RMI;01/05/2018;30/04/2019;3;1970;nee;M1
71072;p1-hand-e;RMI;01/02/2021;30/04/2021;2;1990;nee;
71072;p1-hand-e;RMI;01/05/2021;30/06/2021;2;1990;ja;
71072;p1-hand-e;RMI;01/07/2021;30/09/2021;2;1990;nee;G1
71072;p1-hand-f;RMI;01/03/2021;31/08/2021;2;1990;nee;X2
71072;p1-hand-f;RMH;01/09/2021;28/02/2022;2;1990;nee;V2
"""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    root: Path = tmp_path_factory.mktemp("by-hand")
    extract = root / "leefloon.csv"
    extract.write_bytes(ROWS.replace("p1-hand-", "p1-hand-000").encode("cp1252"))
    make_delivery(
        root,
        load_cities(root)["hasselt"],
        [extract],
        since=date(2019, 1, 1),
        as_of=date(2022, 12, 31),
        full_history=False,
        made_on=date(2023, 1, 5),
    )
    result = run(root)
    assert result.exit_status == 0
    return Store(root).read("indicators", "values").filter(city="hasselt")


def row(figures: pl.DataFrame, id: str, period: str, *, variant: str = "main", **group: str) -> dict:
    chosen = {"breakdown": "total", "group": "total", **group}
    return figures.filter(variant=variant, indicator=id, period=period, **chosen).row(0, named=True)


@pytest.mark.parametrize(
    ("period", "main", "wide"),
    [
        ("2019-01", 1, 1),  # d
        ("2020-09", 0, 0),  # a is between two decisions: bridged in the spell, not in the stock
        ("2021-03", 4, 4),  # a b e f
        ("2021-05", 3, 3),  # b f, and e: suspended, the right is open
        ("2021-07", 2, 2),  # e f: b ended in June by its correction
        ("2021-09", 2, 3),  # a e, and f under the other law
        ("2022-02", 1, 2),  # c, and f under the other law
        ("2022-12", 1, 1),  # c is still running
    ],
)
def test_the_stock_of_a_month(figures, period, main, wide):
    assert row(figures, "caseload_stock", period)["value"] == main
    assert row(figures, "caseload_stock", period, variant="wide")["value"] == wide


def test_the_month_after_the_settled_one_is_provisional(figures):
    assert row(figures, "caseload_stock", "2022-12")["status"] == "provisional"
    assert row(figures, "caseload_stock", "2022-11")["status"] == "low_n"


def test_the_change_on_a_year_before(figures):
    # 2022-01: c alone; 2021-01: a and b. 1 / 2 - 1.
    assert row(figures, "caseload_change_yoy", "2022-01")["value"] == -0.5
    # 2020-03: nobody, so there is nothing to compare 2021-03 with.
    assert row(figures, "caseload_change_yoy", "2021-03")["status"] == "not_computable"


def test_inflow_counts_known_starts_only(figures):
    assert row(figures, "inflow_count", "2020")["value"] == 1  # a; d started before we could see
    assert row(figures, "inflow_count", "2021")["value"] == 4  # b e f, and a again
    assert row(figures, "inflow_count", "2020-10", variant="main")["value"] == 0  # the bridged gap is no return
    assert figures.filter(indicator="inflow_count", variant="main", period="2019-02").is_empty()  # W + gap


def test_outflow_counts_the_last_covered_month_by_reason(figures):
    assert row(figures, "outflow_count", "2019-04")["value"] == 1  # d moved
    assert row(figures, "outflow_count", "2021")["value"] == 4  # a b e a; f changed law
    reasons = {
        reason: row(figures, "outflow_count", "2021", breakdown="reason", group=reason)["value"]
        for reason in ("work", "temporary_activation", "other_means", "own_choice", "other_benefit")
    }
    assert reasons == {
        "work": 1,
        "temporary_activation": 1,
        "other_means": 1,
        "own_choice": 1,
        "other_benefit": 0,
    }


def test_a_change_of_law_is_an_exit_only_of_the_wide_series(figures):
    assert row(figures, "outflow_count", "2022Q1")["value"] == 0
    assert row(figures, "outflow_count", "2022Q1", variant="wide")["value"] == 1  # f, to other benefit


def test_half_of_the_spells_is_over_after_eight_months(figures):
    # Transitions of 2020-01..2021-12. At risk after 1, 2 and 3 months: a b e f and a again = 5; one leaves at 3.
    # 4, 5, 6: 4 at risk, b leaves and f is censored at 6. 7, 8: a e; e leaves at 8. S = 4/5 x 3/4 x 1/2 = 0.3.
    median = row(figures, "duration_median", "2021Q4")
    assert (median["value"], median["numerator"], median["denominator"]) == (8.0, 3, 5)


def test_a_year_is_not_computable_when_nobody_is_at_risk_that_long(figures):
    # a leaves after 10 months; nobody is at risk of leaving after 11.
    still_on = row(figures, "still_on_12m", "2021Q4")
    assert (still_on["value"], still_on["status"]) == (None, "not_computable")


def test_one_in_four_exits_is_followed_by_a_return(figures):
    # Exits of 2019-01..2021-12 but for the move: a (back in month 5), b, e and a again, all followed for 13
    # months or more. F(12) = 1 - 3/4.
    back = row(figures, "return_12m", "2021Q4")
    assert (back["value"], back["numerator"], back["denominator"]) == (pytest.approx(0.25), 1, 4)


def test_lasting_activation_is_the_share_that_goes_times_the_share_that_stays_away(figures):
    # Two of four exits go to work or article 60; one of the two comes back: 2/4 x 1/2.
    lasting = row(figures, "sustainable_activation_12m", "2021Q4")
    assert (lasting["value"], lasting["numerator"], lasting["denominator"]) == (pytest.approx(0.25), 2, 4)


def test_without_youth_care_data_take_up_is_not_computable_and_never_nought(figures):
    found = figures.filter(indicator="careleaver_leefloon_12m")
    assert found["status"].unique().to_list() == ["not_computable"]
    assert found["value"].null_count() == found.height
