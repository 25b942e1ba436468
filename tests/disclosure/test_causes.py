"""Causes of one quarter by hand: where several round up, they leave little of the exits for the others."""

from __future__ import annotations

from itertools import count as counting

import polars as pl
import pytest

from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.protection.offsets import offset
from demad.records.secrets import Secret, seeded
from tests.indicators.by_hand import Tables, of_tables


def with_offset(wanted: int) -> Secret:
    """The first seeded secret under which everybody in the first quarter of 2019 has this offset."""
    secrets = (seeded(f"causes {number}") for number in counting())
    return next(secret for secret in secrets if offset(secret, "total|total|2019Q1", 5) == wanted)


def of_causes(
    exits: int, activation: int, other_benefit: int, moved: int, *, since: int = 2019, quarters: int = 1
) -> Tables:
    """Exits in the twelfth month of 200 spells, in quarters on end."""
    unknown = exits - activation - other_benefit - moved
    causes = {"d_work": activation, "d_other_benefit": other_benefit, "d_moved": moved, "d_unknown": unknown}
    periods = [f"{since + number // 4}Q{number % 4 + 1}" for number in range(quarters)]
    rows = [{"k": k, "n": 200} for k in range(1, 12)] + [{"k": 12, "n": 200, **causes}]
    return of_tables(spell_risk=[{"period": period, **row} for period in periods for row in rows])


def barred(tables: Tables, secret: Secret) -> list[tuple]:
    return gate(pool([protect(tables, secret)])).groups.filter(breakdown="causes").rows()


def test_a_cause_that_the_others_leave_two_values_is_narrow():
    # Under offset 3: 6, 2 and 2 are shown as 5, 1 as 0. Of an exit count of at most 9 - o, two causes of at least
    # 5 - o each leave o - 1 for the third, which is at most 4 - o itself: 0 or 1 whatever o is.
    assert barred(of_causes(6, 2, 1, 2), with_offset(3)) == [("gent", "causes", "moved", "2019Q1")]


@pytest.mark.parametrize("causes", [(6, 2, 1, 0), (11, 2, 1, 2), (0, 0, 0, 0), (90, 40, 20, 20)])
def test_it_is_not_where_the_others_leave_room(causes: tuple[int, int, int, int]):
    assert barred(of_causes(*causes), with_offset(3)) == []


def test_then_those_who_moved_away_are_hidden_for_the_windows_of_that_year_and_nothing_else():
    tables = pool([protect(of_causes(60, 20, 18, 20, since=2016, quarters=16), with_offset(3))])
    values = evaluate(tables)
    narrow = pl.DataFrame({"city": ["gent"], "breakdown": ["causes"], "group": ["moved"], "year": ["2017Q1"]})
    before, after = (publish(values, Policy(), hidden).frame for hidden in (None, narrow))
    shown = before.filter(pl.col("value").is_not_null())
    gone = shown.join(after, on=shown.columns, how="anti", nulls_equal=True)
    assert gone["indicator"].unique().to_list() == ["cif_moved_12m"]
    assert set(gone["city"]) == {"gent", "all"}
    assert set(gone["period"].str.slice(0, 4)) <= {"2017", "2018"}
    assert "2017Q4" in set(gone["period"])
