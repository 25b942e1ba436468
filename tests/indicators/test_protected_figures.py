"""What is different in a figure because its counts are rounded: capped parts, wider intervals, folded groups."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from demad.estimators.proportions import wilson
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.records.secrets import Secret
from demad.tables.figures import FIGURE_KEY
from tests.indicators.by_hand import Tables, every_month, leefloon, of_tables
from tests.naive import City, figures
from tests.test_engines_agree import EXACT, NUMBERS, fast_tables, rows_by_key, same

SECRET = Secret(bytes(range(32)))
MARCH_2019 = 2019 * 12 + 2


def of(tables: Tables) -> pl.DataFrame:
    return evaluate(pool([protect(tables, SECRET)])).frame.filter(city="gent", variant="main")


def total(found: pl.DataFrame, id: str, period: str) -> dict:
    return found.filter(indicator=id, period=period, breakdown="total").row(0, named=True)


def test_a_rounded_part_is_at_most_the_exact_whole():
    # Whatever the offset: of 12 people 12 have a GPMI, shown as 10 or 15; never 15 of 12.
    rows = [{"month": month, "stock": 12, "gpmi": 12} for month in range(MARCH_2019, MARCH_2019 + 12)]
    found = of(of_tables(stock=rows)).filter(indicator="gpmi_share", breakdown="total").drop_nulls("value")
    assert set(found["denominator"]) == {12}
    assert set(found["numerator"]) == {10, 12}
    assert found["value"].max() == 1.0


def test_of_a_share_of_everybody_only_the_part_is_rounded():
    # 700 of 1000 have a GPMI: p = .7, variance of the rounding 2 x 2 / 1000^2.
    row = total(of(of_tables(stock=[{"month": MARCH_2019, "stock": 1000, "gpmi": 700}])), "gpmi_share", "2019-03")
    low, high = wilson(row["numerator"], 1000, added=4 / 1000**2)
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))


def test_a_rate_has_no_group_of_people_who_are_not_all_counted_among_the_inhabitants():
    # "other" holds X, who are among the inhabitants, and who is unknown, who are not.
    cells = [("M", 300), ("X", 20), ("unknown", 30)]
    december = 2019 * 12 + 11
    stock = [{"month": december, "breakdown": "sex", "group": group, "stock": n} for group, n in cells]
    people = [{"year": 2019, "breakdown": "sex", "group": group, "persons": n} for group, n in (("M", 9000), ("X", 40))]
    tables = of_tables(stock=[{"month": december, "stock": 350}, *stock], population=people)
    found = of(tables).filter(indicator="caseload_rate", breakdown="sex", period="2019-12")
    status = dict(found.select("group", "status").rows())
    assert (status["M"], status["other"]) == ("ok", "not_computable")
    assert found.filter(group="other").select("value", "numerator", "denominator").row(0) == (None, None, None)


@pytest.mark.parametrize(("exits", "status"), [(8, "low_n"), (60, "ok")])
def test_a_figure_is_marked_where_rounding_makes_its_interval_half_as_wide_again(exits, status):
    # Exits of a year: 4 x 4 / O^2 added to 1 / O is more than 1.25 / O up to O = 12.
    tables = of_tables(stock=every_month("2019-01", 12, stock=100), flow=[{"month": 2019 * 12, "out_work": exits}])
    assert total(of(tables), "outflow_rate", "2019Q4")["status"] == status


def test_a_curve_that_starts_late_errs_by_the_exits_before_its_start_as_well():
    # A full history: forty people enter the window in their second paid month, eight start later; so S(12 | k0).
    reasons = ["W1", "E1", "V1", "M1"]
    born = {"nationaliteit": "BE"}
    early = [
        leefloon(f"early-{n}", "2015-11", 2 + n * 7 % 34 if n % 2 else None, reasons[n % 4] if n % 2 else None, **born)
        for n in range(40)
    ]
    late = [
        leefloon(f"late-{n}", "2016-05", 3 + n if n % 2 else None, "W1" if n % 2 else None, **born) for n in range(8)
    ]
    city = City("gent", date(2016, 1, 1), date(2018, 12, 31), True, [*early, *late], None, None)
    naive = figures([city], keys=[SECRET.key])
    frame = evaluate(pool([protect(fast_tables(city), SECRET)])).frame
    late_starts = rows_by_key(frame.filter(status="not_comparable"), FIGURE_KEY, [*NUMBERS, *EXACT])
    assert len(late_starts) > 50
    assert [key for key, row in late_starts.items() if not same(row, naive[key])] == []
