"""Who leaves for work and stays away: the products where nobody returns, and how often their intervals hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.rates import count_interval
from demad.indicators.grid import City, Scope
from demad.indicators.lasting import lasting_outflow
from demad.tables.observation import Observation
from demad.tables.quantities import STOCKS, YEARS
from demad.tables.risk_quantities import DURATIONS, RETURNS
from demad.tables.schema import Table
from tests.indicators.by_hand import every_month, leefloon, of_people, of_tables, values

RATE, FROM_ENTRY = "sustainable_outflow_12m", "sustainable_from_entry_24m"
MAIN = {"variant": "main", "breakdown": "total", "group": "total"}
DRAWS = 1000


def figure(frame: pl.DataFrame, id: str, period: str = "2019Q4") -> dict:
    return frame.row(by_predicate=_of(id, period), named=True)


def _of(id: str, period: str) -> pl.Expr:
    at = {"indicator": id, "period": period, "city": "gent", **MAIN}
    return pl.all_horizontal(pl.col(name) == value for name, value in at.items())


def left_for_work(*back: int) -> list[dict]:
    """RETURN_RISK of 48 people who left for work in the first quarter of 2019; so many are back in each month."""
    gone = [sum(back[:month]) for month in range(12)]
    returned = [*back, *[0] * (12 - len(back))]
    rows = [
        {"period": "2019Q1", "m": month + 1, "n_work": 48 - gone[month], "d_work": returned[month]}
        for month in range(12)
    ]
    return [rows[0] | {"exits_work": 48}, *rows[1:]]


def test_where_nobody_returns_the_rate_is_that_of_exits_to_work_with_the_interval_of_their_count():
    city = of_tables(return_risk=left_for_work(), stock=every_month("2019-01", 12, stock=100))
    found = figure(values(city), RATE)
    low, high = count_interval(np.array(48.0))
    assert (found["value"], found["low"], found["high"]) == pytest.approx((4, low / 12, high / 12))
    assert (found["numerator"], found["denominator"], found["status"]) == (48, 1200, "ok")


def test_where_everybody_returns_the_rate_is_nought_and_has_no_interval():
    city = of_tables(return_risk=left_for_work(*[0] * 11, 48), stock=every_month("2019-01", 12, stock=100))
    found = figure(values(city), RATE)
    assert (found["value"], found["low"], found["high"]) == (0, None, None)


def test_returns_widen_the_interval_more_than_they_lower_the_rate():
    stock = every_month("2019-01", 12, stock=100)
    none, some = (
        figure(values(of_tables(return_risk=left_for_work(*back), stock=stock)), RATE) for back in ((), (0, 12))
    )
    assert some["value"] == pytest.approx(none["value"] * 3 / 4)
    assert some["high"] / some["low"] > none["high"] / none["low"]


def test_where_nobody_returns_the_share_from_entry_is_that_of_leaving_for_work():
    gone = [leefloon(f"work-{number}", "2017-06", 3 + number, "W1") for number in range(4)]
    others = [leefloon(f"moved-{number}", "2017-06", 8, "M1") for number in range(3)]
    stay = [leefloon(f"stays-{number}", "2017-06") for number in range(13)]
    found = figure(values(of_people(gone + others + stay)), FROM_ENTRY)
    n, d, own = np.full(24, 20.0), np.zeros(24), np.zeros(24)
    for paid in (3, 4, 5, 6, 8, 8, 8):
        n[paid:] -= 1
        d[paid - 1] += 1
        own[paid - 1] += paid < 8
    share = cumulative_incidence(n, d, own, horizon=24)
    assert (found["value"], found["low"], found["high"]) == pytest.approx((0.2, share.low, share.high))
    assert (found["numerator"], found["denominator"]) == (4, 20)


def test_a_month_without_anybody_who_could_return_gives_no_figure():
    nobody_seen = left_for_work()[:-1]
    found = figure(values(of_tables(return_risk=nobody_seen, stock=every_month("2019-01", 12, stock=100))), RATE)
    assert (found["value"], found["status"]) == (None, "not_computable")


def test_the_intervals_hold_the_truth_in_about_95_of_100_draws():
    """A thousand cities of one truth: 60 exits to work a year on 3,000 person-months, 300 starters."""
    work, other, back = 0.02, 0.03, 0.02
    stays = (1 - back) ** 12
    left = work * sum((1 - work - other) ** k for k in range(24))
    found = pl.concat(lasting_outflow(_drawn(work, other, back), _scope(), variant="main")).filter(period="2019Q4")
    for id, truth in ((RATE, 100 * 60 * stays / 3000), (FROM_ENTRY, left * stays)):
        rows = found.filter(indicator=id)
        assert rows.height == DRAWS
        held = rows.filter(pl.lit(truth).is_between("low", "high")).height / DRAWS
        assert 0.93 < held < 0.97, (id, held)


def _scope() -> Scope:
    first, last = 2017 * 12, 2020 * 12 + 5
    seen = Observation(date(2017, 1, 1), date(2020, 6, 30), full_history=False)
    cities = (City(str(n), first, last, False, False, False, False, seen, 1) for n in range(DRAWS))
    return Scope(tuple(cities), {"total": ("total",)}, is_protected=False, offset_variance=0.0)


def _drawn(work: float, other: float, back: float) -> dict[str, pl.DataFrame]:
    """RETURNS, DURATIONS and STOCKS of every draw, in one quarter; the exits of the rate are of no starter."""
    random = np.random.default_rng(7)
    exits, starters = random.poisson(60, DRAWS), np.full(DRAWS, 300)
    returns, durations = [], []
    out, on = exits, starters
    for step in range(1, 61):
        gone = random.binomial(on, work + other)
        own = random.binomial(gone, work / (work + other))
        durations.append({"k": step, "n": on, "d": gone, "d_work": own})
        on = on - gone
        if step <= 12:
            again = random.binomial(out, back)
            returns.append({"m": step, "n_work": out, "d_work": again, "exits_work": exits if step == 1 else 0 * exits})
            out = out - again
    months = [{"month": month, "stock": np.full(DRAWS, 250)} for month in range(2019 * 12, 2020 * 12)]
    return {
        "returns": _table(RETURNS, returns),
        "durations": _table(DURATIONS, durations),
        "stocks": _table(STOCKS, months),
        "years": YEARS.empty(),
    }


def _table(table: Table, steps: list[dict]) -> pl.DataFrame:
    cities = [str(n) for n in range(DRAWS)]
    frames = [pl.DataFrame({"city": cities, "period": ["2019Q2"] * DRAWS, **step}) for step in steps]
    made = pl.concat(frames).with_columns(**{name: pl.lit(value) for name, value in MAIN.items()})
    lacking = [pl.lit(0).alias(name) for name in table.schema if name not in made.columns]
    return made.with_columns(lacking).select(list(table.schema)).cast(dict(table.schema))
